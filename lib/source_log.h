/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Parse the lines of a kernel log that show a lineage.
 *
 * Linux 7.1 and later print "KHO: exec from: RELEASE (count N)" (kho_in_kexec_metadata() in Linux
 * kernel/liveupdate/kexec_handover.c). The module prints "kexec_lineage: exec from: RELEASE (count
 * N)" and "kexec_lineage: chain: A, B*2, C". If the chain does not fit into one line, the module
 * continues it with "kexec_lineage: chain, continued: D, E". At a crash the module repeats its
 * first line, for example "exec from", and appends " boot " and the first eight digits of the
 * kernel's boot id.
 */
#ifndef LINEAGE_LIB_SOURCE_LOG_H
#define LINEAGE_LIB_SOURCE_LOG_H

#include <stddef.h>

#include "finding.h"

/**
 * lineage_log_without_boot_id() - length of a line of the module without the boot id at its end
 * @message: the text of the line; no NUL needed
 * @length: bytes at @message; returned if no boot id is at the end
 */
size_t lineage_log_without_boot_id(const char *message, size_t length);

/**
 * lineage_log_scan_message() - search one message of the kernel for a lineage
 * @message: its text, without time, level and newline; no NUL needed
 * @length: bytes at @message
 * @finding: changed if the message shows a lineage; a later message replaces an earlier one
 */
void lineage_log_scan_message(const char *message, size_t length, struct lineage_finding *finding);

/**
 * lineage_log_scan() - search records in the format of /dev/kmsg for a lineage
 * @text: whole lines, "PRIORITY,SEQUENCE,TIME,FLAGS[,...];MESSAGE"; no NUL needed
 * @length: bytes at @text
 * @finding: changed if a line shows a lineage; a later line replaces an earlier one
 *
 * Lines that a program wrote into the log (facility other than 0) are ignored, because any program
 * with access to /dev/kmsg can write them.
 */
void lineage_log_scan(const char *text, size_t length, struct lineage_finding *finding);

/**
 * lineage_log_scan_text() - search the text of a log for a lineage
 * @text: whole lines; dmesg prints "[    0.000000] MESSAGE", journalctl and syslog "TIME HOST
 *   kernel: MESSAGE" with or without the kernel's time; other lines are ignored; no NUL needed
 * @length: bytes at @text
 * @finding: changed if a line shows a lineage; a later line replaces an earlier one
 *
 * A line of dmesg does not show who wrote it.
 */
void lineage_log_scan_text(const char *text, size_t length, struct lineage_finding *finding);

#endif /* LINEAGE_LIB_SOURCE_LOG_H */
