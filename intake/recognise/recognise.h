/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Detection of boots and crashes in records.
 *
 * Life cycle of a crash: a line that begins a report opens it in the context (host, task or CPU)
 * that printed the line. Lines of the same context are added. The report ends at its end marker, at
 * the next report of the same context, after a time without a line, at the end of the boot, or at
 * the end of the input. For a short time after its end, effects of the crash, such as a panic, are
 * added to the report. Then the crash is reported.
 *
 * Memory: at most INTAKE_HOSTS_MAX hosts and INTAKE_OPEN_MAX open crashes of INTAKE_REPORT_BYTES
 * each. If a limit is reached, the boot of the least recently used host or the oldest crash of a
 * host is ended.
 */
#ifndef LINEAGE_INTAKE_RECOGNISE_RECOGNISE_H
#define LINEAGE_INTAKE_RECOGNISE_RECOGNISE_H

#include "event.h"
#include "intake/decode/record.h"

#define INTAKE_HOSTS_MAX 4096
#define INTAKE_OPEN_MAX 128

struct intake_recogniser;

/**
 * intake_recogniser_create() - create a recogniser
 * @listener: receives events; must outlive the recogniser
 * @sink: receives faults (its record function is not called)
 * @host: host of records without a host; may be empty
 *
 * Return: NULL if out of memory.
 */
struct intake_recogniser *intake_recogniser_create(const struct intake_listener *listener,
						   const struct intake_sink *sink,
						   const char *host);

/**
 * intake_recogniser_infer_nothing() - report only lineages that lines of the log state, and none
 * that the order of the lines suggests; call before the first record
 */
void intake_recogniser_infer_nothing(struct intake_recogniser *recogniser);

/** intake_recogniser_set_limits() - replace INTAKE_HOSTS_MAX and INTAKE_OPEN_MAX; at least 1 */
void intake_recogniser_set_limits(struct intake_recogniser *recogniser, size_t hosts_max,
				  size_t open_max);

/**
 * intake_recogniser_go_live() - for records that arrive as the kernel prints them: report a crash a
 * second after its report, without waiting for effects, the lineage of the boot, or earlier
 * crashes; call before the first record
 *
 * A boot may be reported again with other facts, also with another id.
 */
void intake_recogniser_go_live(struct intake_recogniser *recogniser);

/** intake_recogniser_record() - process one record */
void intake_recogniser_record(struct intake_recogniser *recogniser,
			      const struct intake_record *record);

/**
 * intake_recogniser_needs_all() - check whether every following line must be passed
 *
 * If not, lines that contain no word of scan.h may be left out.
 */
bool intake_recogniser_needs_all(const struct intake_recogniser *recogniser);

/**
 * intake_recogniser_boot_offset() - return the offset in the input at which the current boot of the
 * only host began; 0 if there are several hosts
 */
uint64_t intake_recogniser_boot_offset(const struct intake_recogniser *recogniser);

/**
 * intake_recogniser_pause() - report crashes and boots in their current state after a quiet period
 */
void intake_recogniser_pause(struct intake_recogniser *recogniser);

/*
 * The following functions are for encodings whose records have a host and neither a boot id nor a
 * machine id.
 */

/**
 * intake_recogniser_pause_host() - report the crashes of a live host that has been quiet for a
 * second; a hang without a stack is not reported yet
 */
void intake_recogniser_pause_host(struct intake_recogniser *recogniser, struct intake_text name);

/** intake_recogniser_end_reports() - end all crash reports of a host, and report its crashes */
void intake_recogniser_end_reports(struct intake_recogniser *recogniser, struct intake_text name);

/**
 * intake_recogniser_report_host() - end all crash reports of a host, and report its crashes and its
 * boot as they are now
 */
void intake_recogniser_report_host(struct intake_recogniser *recogniser, struct intake_text name);

/** intake_recogniser_end_host() - report a host as at the end of the input, and forget it */
void intake_recogniser_end_host(struct intake_recogniser *recogniser, struct intake_text name);

/** intake_recogniser_finish() - report everything that is open at the end of the input */
void intake_recogniser_finish(struct intake_recogniser *recogniser);

/** intake_recogniser_destroy() - free; NULL is allowed */
void intake_recogniser_destroy(struct intake_recogniser *recogniser);

#endif /* LINEAGE_INTAKE_RECOGNISE_RECOGNISE_H */
