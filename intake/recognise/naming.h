/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The name of a crash while it is being made: a title without its function, and the rule that finds the function. */
#ifndef LINEAGE_INTAKE_RECOGNISE_NAMING_H
#define LINEAGE_INTAKE_RECOGNISE_NAMING_H

#include "intake/decode/text.h"

/** Where the guilty function is looked for. Each goes on to the next where it finds none. */
enum intake_frame_rule {
	INTAKE_FRAME_NONE,  /* the title needs none */
	INTAKE_FRAME_SITE,  /* named in the header or below it, then as PC */
	INTAKE_FRAME_PC,    /* where the CPU was, then as trace */
	INTAKE_FRAME_TRACE, /* the first stack */
	INTAKE_FRAME_HANG, /* what the first dispatcher below the interrupt called, then as trace */
	INTAKE_FRAME_WAIT, /* who waits */
};

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

/** intake_naming_set_head() - the title without the function, as printf does */
__attribute__((format(printf, 2, 3))) void intake_naming_set_head(struct intake_naming *naming,
								  const char *format, ...);

/** intake_naming_set_text() - a message as a title: what differs from one machine to the next is taken out */
void intake_naming_set_text(struct intake_naming *naming, const char *before,
			    struct intake_text text);

#endif /* LINEAGE_INTAKE_RECOGNISE_NAMING_H */
