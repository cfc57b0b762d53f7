/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which messages of the kernel begin a crash report, and how is each named?
 *
 * To add one: a row in intake/recognise/class.c, its header's first words in intake/scan.c where no pattern there
 * covers it, a line in docs/signatures.md and a case in tests/unit/intake/test_title.c.
 */
#ifndef LINEAGE_INTAKE_RECOGNISE_CLASS_H
#define LINEAGE_INTAKE_RECOGNISE_CLASS_H

#include <stdbool.h>

#include "report.h"

/** Where the guilty function is looked for. Each goes on to the next where it finds none. */
enum intake_frame_rule {
	INTAKE_FRAME_NONE,  /* the title needs none */
	INTAKE_FRAME_SITE,  /* named in the header or below it, then as PC */
	INTAKE_FRAME_PC,    /* where the CPU was, then as trace */
	INTAKE_FRAME_TRACE, /* the first stack */
	INTAKE_FRAME_HANG, /* what the first dispatcher below the interrupt called, then as trace */
	INTAKE_FRAME_WAIT, /* who waits */
};

#define INTAKE_TITLE_SIZE 256
#define INTAKE_HEAD_TEXT_SIZE 160

/**
 * struct intake_naming - a name in the making
 * @head: the title without the function
 * @join: what stands between it and the function
 * @tail: what stands behind the function
 * @rule: where to look for the function
 * @passes: which plumbing is passed over, besides that which always is
 * @site: the function that the report itself names; empty where it names none
 */
struct intake_naming {
	char head[INTAKE_HEAD_TEXT_SIZE];
	const char *join;
	const char *tail;
	enum intake_frame_rule rule;
	unsigned int passes;
	struct intake_text site;
};

/** What a header that comes while a report is open is to it. */
enum intake_gravity {
	INTAKE_GRAVITY_REPORT, /* the kernel goes on */
	INTAKE_GRAVITY_OOPS,   /* the kernel kills the task, or itself */
	INTAKE_GRAVITY_PANIC,  /* the end of the boot */
	INTAKE_GRAVITY_HANG,   /* something does not go on; told again and again */
};

/**
 * struct intake_class - a kind of crash report
 * @header: how its first line begins, behind what intake_class_find() passes over
 * @needs: and what must stand later in that line; NULL
 * @type: its word in events
 * @title: the title without the function; NULL where @refine makes it
 * @rule: where the function is looked for
 * @passes: which plumbing is passed over
 * @gravity: what it means for the kernel
 * @memory: memory is corrupt: what follows in the same task is its effect
 * @refine: looks closer; NULL
 * @source: which code of the kernel prints it
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
	const char *source;
};

/**
 * intake_class_find() - does a crash report begin with this line?
 *
 * Return: its class, or NULL.
 */
const struct intake_class *intake_class_find(struct intake_text line);

/** intake_classes() - all rows of the table, in their order; static */
const struct intake_class *intake_classes(size_t *ret_count);

/** intake_class_leads_up() - does it belong to the report that begins in one of the next lines? */
bool intake_class_leads_up(struct intake_text line);

/** intake_class_header() - the header's text, without what stands in front of it */
struct intake_text intake_class_header(struct intake_text line);

#endif /* LINEAGE_INTAKE_RECOGNISE_CLASS_H */
