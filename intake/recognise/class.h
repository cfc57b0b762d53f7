/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Classes of crashes: the messages of the kernel that begin a report. To add one: data/classes.txt. */
#ifndef LINEAGE_INTAKE_RECOGNISE_CLASS_H
#define LINEAGE_INTAKE_RECOGNISE_CLASS_H

#include <stdbool.h>

#include "crash_report.h"
#include "naming.h"

#define INTAKE_TITLE_SIZE 256

/** What a header that comes while a report is open is to it. */
enum intake_gravity {
	INTAKE_GRAVITY_REPORT, /* the kernel goes on */
	INTAKE_GRAVITY_OOPS,   /* the kernel kills the task, or itself */
	INTAKE_GRAVITY_PANIC,  /* the end of the boot */
	INTAKE_GRAVITY_HANG,   /* something does not go on; told again and again */
};

/**
 * struct intake_class - a kind of crash report
 * @header: how its first line begins, after what intake_header_text() takes off
 * @needs: and what must stand later in that line; NULL
 * @type: its word in events
 * @title: the title without the function; NULL where @refine makes it
 * @rule: where the function is looked for
 * @passes: which plumbing is passed over
 * @gravity: what it means for the kernel
 * @memory: memory is corrupt: what follows in the same task is its effect
 * @refine: looks closer; NULL
 */
struct intake_class {
	const char *header;
	const char *needs;
	const char *type;
	const char *title;
	enum intake_frame_rule rule;
	unsigned int passes;
	enum intake_gravity gravity;
	bool memory;
	void (*refine)(const struct intake_report *report, struct intake_naming *naming);
};

/**
 * intake_class_find() - does a crash report begin with this line?
 *
 * Return: its class, or NULL.
 */
const struct intake_class *intake_class_find(struct intake_text line);

/** intake_class_leads_up() - does it belong to the report that begins in one of the next lines? */
bool intake_class_leads_up(struct intake_text line);

#endif /* LINEAGE_INTAKE_RECOGNISE_CLASS_H */
