/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Conversion of the events of a log into rows of boots and crashes. */
#ifndef LINEAGE_STORE_ROWS_ROWS_OF_EVENT_H
#define LINEAGE_STORE_ROWS_ROWS_OF_EVENT_H

#include "row.h"

struct intake_boot;
struct intake_crash;

/**
 * struct store_crash_row - a crash to add
 * @crash: the crash; its texts belong to the event, except @frames and @excerpt
 * @frames, @excerpt: owned; NULL for none
 */
struct store_crash_row {
	struct store_crash crash;
	char *frames;
	char *excerpt;
};

static inline void store_crash_row_deinit(struct store_crash_row *row)
{
	free(row->frames);
	free(row->excerpt);
	*row = (struct store_crash_row){ 0 };
}

/* Deinitialise the row at the end of the scope. Initialise the variable at its declaration. */
#define STORE_AUTO_CRASH_ROW __attribute__((cleanup(store_crash_row_deinit))) struct store_crash_row

/**
 * store_boot_of_event() - convert a boot event into a row
 * @event: must outlive @ret
 * @label: label of the boot; NULL for the hardware that the log names
 * @ret: the row; the caller deinitialises it
 *
 * Return: 0 or -ENOMEM.
 */
int store_boot_of_event(const struct intake_boot *event, const char *label,
			struct store_boot_row *ret);

/**
 * store_crash_of_event() - convert a crash event into a row
 * @event: must outlive @ret
 * @ret: the row; the caller deinitialises it
 *
 * Return: 0; -EILSEQ for a frame that cannot be encoded; -ENOMEM.
 */
int store_crash_of_event(const struct intake_crash *event, struct store_crash_row *ret);

#endif /* LINEAGE_STORE_ROWS_ROWS_OF_EVENT_H */
