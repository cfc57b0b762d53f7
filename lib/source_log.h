/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which lines of a kernel log tell a lineage?
 *
 * "KHO: exec from: RELEASE (count N)" of Linux 7.1 and later (kernel/liveupdate/kexec_handover.c,
 * kho_in_kexec_metadata()), and "kexec_lineage: exec from: RELEASE (count N)" and
 * "kexec_lineage: chain: A, B*2, C" of our module, which goes on with "kexec_lineage: chain,
 * continued: D, E" where one line of the log has no room for all.
 */
#ifndef LINEAGE_LIB_SOURCE_LOG_H
#define LINEAGE_LIB_SOURCE_LOG_H

#include <stddef.h>

#include "finding.h"

/**
 * lineage_log_scan_message() - look for a lineage in one message of the kernel
 * @message: its text, without time, level and newline
 * @length: bytes
 * @finding: changed if the message shows a lineage; a later message wins
 */
void lineage_log_scan_message(const char *message, size_t length, struct lineage_finding *finding);

/**
 * lineage_log_scan() - look for a lineage in records as /dev/kmsg writes them
 * @text: whole lines, "PRIORITY,SEQUENCE,TIME,FLAGS[,...];MESSAGE"
 * @length: bytes
 * @finding: changed where a line tells something; a later line wins
 *
 * Lines that a program wrote into the log (facility other than 0) are passed over: only the
 * kernel's own word counts.
 */
void lineage_log_scan(const char *text, size_t length, struct lineage_finding *finding);

#endif /* LINEAGE_LIB_SOURCE_LOG_H */
