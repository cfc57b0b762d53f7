/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Classes of crashes: kernel messages that begin a report. To add one, edit data/classes.txt. */
#ifndef LINEAGE_INTAKE_RECOGNISE_CLASS_H
#define LINEAGE_INTAKE_RECOGNISE_CLASS_H

#include <stdbool.h>

#include "crash_report.h"
#include "naming.h"

#define INTAKE_TITLE_SIZE 256

/** The consequence of a crash for the kernel. It decides how a crash affects an open report. */
enum intake_gravity {
	INTAKE_GRAVITY_REPORT, /* the kernel continues */
	INTAKE_GRAVITY_OOPS,   /* the kernel kills the task, or panics */
	INTAKE_GRAVITY_PANIC,  /* the boot ends */
	INTAKE_GRAVITY_HANG,   /* something makes no progress; reported repeatedly */
};

/** What it means if die() follows a header in the same report. */
enum intake_die {
	INTAKE_DIE_NOTHING,
	INTAKE_DIE_CONFIRMS, /* without die(), it is the fault of a user program, and no crash */
	INTAKE_DIE_NAMES,    /* the report of die() names the function */
};

/** Where the stack of the code that crashed is. */
enum intake_layout {
	INTAKE_LAYOUT_DUMP,  /* after a line "CPU: N PID: N" */
	INTAKE_LAYOUT_BARE,  /* before that line, or without it */
	INTAKE_LAYOUT_LOCKS, /* after "stack backtrace:"; earlier stacks are of locks */
	INTAKE_LAYOUT_TASK,  /* of a task that does not run; those lines are of other tasks */
	INTAKE_LAYOUT_CPUS,  /* of CPUs that were asked to print them */
};

/**
 * struct intake_class - a type of crash report
 * @header: start of its first line, after removal of the prefixes by intake_header_text()
 * @needs: text that must follow later in that line; may be NULL
 * @type: name of the type in events, for example "oops"
 * @title: the title without the function; NULL if @refine sets it
 * @rule: where to find the function
 * @passes: reasons (enum intake_plumbing) to skip a function
 * @layout: how the stack is printed
 * @gravity: consequence for the kernel
 * @memory: memory is corrupt: later reports of the same task are effects
 * @is_second: may follow the header of another row of its type in the same report
 * @die: what it means if die() follows
 * @refine: refines the name; may be NULL
 */
struct intake_class {
	const char *header;
	const char *needs;
	const char *type;
	const char *title;
	enum intake_frame_rule rule;
	unsigned int passes;
	enum intake_layout layout;
	enum intake_gravity gravity;
	bool memory;
	bool is_second;
	enum intake_die die;
	void (*refine)(const struct intake_report *report, struct intake_naming *naming);
};

/**
 * intake_class_find() - find the class of the crash report that begins with a line
 *
 * Return: the class, or NULL.
 */
const struct intake_class *intake_class_find(struct intake_text line);

/** intake_class_leads_up() - check for a line that precedes the header of a report */
bool intake_class_leads_up(struct intake_text line);

#endif /* LINEAGE_INTAKE_RECOGNISE_CLASS_H */
