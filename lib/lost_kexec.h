/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names of a lost kexec: a kexec that was started, and whose kernel never showed a sign of life. */
#ifndef LINEAGE_LIB_LOST_KEXEC_H
#define LINEAGE_LIB_LOST_KEXEC_H

/*
 * The boot id of a lost kexec is this prefix, followed by the id of the boot that started the
 * kexec.
 */
#define LINEAGE_LOST_PREFIX "lost-"

/* Type, title and signature of the crash of each lost kexec. */
#define LINEAGE_LOST_TYPE "lost-kexec"
#define LINEAGE_LOST_TITLE "kexec lost: no sign of life"
#define LINEAGE_LOST_SIGNATURE "lost-kexec"

#endif /* LINEAGE_LIB_LOST_KEXEC_H */
