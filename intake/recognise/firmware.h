/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Classification of the lines of a console that the kernel does not print (data/firmware.txt). */
#ifndef LINEAGE_INTAKE_RECOGNISE_FIRMWARE_H
#define LINEAGE_INTAKE_RECOGNISE_FIRMWARE_H

#include "intake/decode/text.h"

/** What a line of a console shows about the start of the next kernel. */
enum intake_console {
	INTAKE_CONSOLE_OTHER,	 /* nothing, or unknown */
	INTAKE_CONSOLE_FIRMWARE, /* firmware or a boot loader */
	INTAKE_CONSOLE_SETUP,	 /* a setup program: after firmware, or started by a kexec */
	INTAKE_CONSOLE_BETWEEN,	 /* may occur between two kernels during a kexec; or a blank line */
	INTAKE_CONSOLE_ALIVE,	 /* a program of a running system */
};

/** intake_console_classify() - classify a line without a printk time */
enum intake_console intake_console_classify(struct intake_text line);

#endif /* LINEAGE_INTAKE_RECOGNISE_FIRMWARE_H */
