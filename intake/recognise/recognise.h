/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Detection of boots and crashes in records.
 *
 * Life cycle of a crash: a line that begins a report opens it in the context (host, task or CPU)
 * that printed the line. Lines of the same context are added. The report ends at its end marker, at
 * the next report of the same context, after a time without a line, at the end of the boot, or at
 * the end of the input. For a short time after that, effects of the crash, such as a panic, are
 * still added to it. Then it is reported.
 *
 * Memory: at most INTAKE_HOSTS_MAX hosts and INTAKE_OPEN_MAX open crashes of INTAKE_REPORT_BYTES
 * each. If the limit is reached, the least recently used one is dropped.
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
 * @host: host of records that do not name one; may be empty
 *
 * Return: NULL if out of memory.
 */
struct intake_recogniser *intake_recogniser_create(const struct intake_listener *listener,
						   const struct intake_sink *sink,
						   const char *host);

/** intake_recogniser_record() - process one record */
void intake_recogniser_record(struct intake_recogniser *recogniser,
			      const struct intake_record *record);

/**
 * intake_recogniser_needs_all() - check whether it needs every line from here on
 *
 * If not, lines without any of the words of scan.h may be left out.
 */
bool intake_recogniser_needs_all(const struct intake_recogniser *recogniser);

/**
 * intake_recogniser_boot_offset() - return where the current boot of the only host began in the
 * input; 0 if there are several hosts
 */
uint64_t intake_recogniser_boot_offset(const struct intake_recogniser *recogniser);

/**
 * intake_recogniser_pause() - report crashes and boots in their current state after a quiet period
 */
void intake_recogniser_pause(struct intake_recogniser *recogniser);

/** intake_recogniser_finish() - report everything that is open at the end of the input */
void intake_recogniser_finish(struct intake_recogniser *recogniser);

/** intake_recogniser_destroy() - free; NULL is allowed */
void intake_recogniser_destroy(struct intake_recogniser *recogniser);

#endif /* LINEAGE_INTAKE_RECOGNISE_RECOGNISE_H */
