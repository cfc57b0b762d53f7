/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Finds boots and crashes in records.
 *
 * Lifecycle of a crash: a line that begins a report opens it, in the context (host, task or CPU) that
 * printed it; lines of the same context are added; it ends at its end marker, at the next report
 * of the same context, after a while without a line, with the boot or with the input; what then
 * follows from it (a panic) is noted for a moment, then it goes out.
 *
 * Memory: at most INTAKE_HOSTS_MAX hosts and INTAKE_OPEN_MAX open crashes of INTAKE_REPORT_BYTES each;
 * the one that was not heard of for longest goes first.
 */
#ifndef LINEAGE_INTAKE_RECOGNISE_RECOGNISE_H
#define LINEAGE_INTAKE_RECOGNISE_RECOGNISE_H

#include "event.h"
#include "intake/decode/record.h"

#define INTAKE_HOSTS_MAX 4096
#define INTAKE_OPEN_MAX 128

struct intake_recogniser;

/**
 * intake_recogniser_create() - begin with nothing known
 * @listener: who is told; must outlive the recogniser
 * @sink: who is told of faults (its record function is not called)
 * @host: the host of records that tell none; may be empty
 *
 * Return: NULL where there is no memory.
 */
struct intake_recogniser *intake_recogniser_create(const struct intake_listener *listener,
						   const struct intake_sink *sink,
						   const char *host);

/** intake_recogniser_record() - one more record */
void intake_recogniser_record(struct intake_recogniser *recogniser,
			      const struct intake_record *record);

/**
 * intake_recogniser_needs_all() - must it see every line from here on?
 *
 * Where it need not, lines that contain none of scan.h's words may be left out.
 */
bool intake_recogniser_needs_all(const struct intake_recogniser *recogniser);

/** intake_recogniser_boot_offset() - where in the input the present boot of its one host began; 0 of several hosts */
uint64_t intake_recogniser_boot_offset(const struct intake_recogniser *recogniser);

/** intake_recogniser_pause() - nothing came for a while: crashes go out as they are, and boots */
void intake_recogniser_pause(struct intake_recogniser *recogniser);

/** intake_recogniser_finish() - the input ended: everything that is open goes out */
void intake_recogniser_finish(struct intake_recogniser *recogniser);

/** intake_recogniser_destroy() - free it; NULL is fine */
void intake_recogniser_destroy(struct intake_recogniser *recogniser);

#endif /* LINEAGE_INTAKE_RECOGNISE_RECOGNISE_H */
