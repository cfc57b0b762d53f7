/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The name of a crash under construction: a title without its function, and a rule to find the
 * function.
 */
#ifndef LINEAGE_INTAKE_RECOGNISE_NAMING_H
#define LINEAGE_INTAKE_RECOGNISE_NAMING_H

#include "intake/decode/text.h"

/** Where to find the function for the title, and the rule to use without one. */
enum intake_frame_rule {
	INTAKE_FRAME_NONE,  /* the title has no function */
	INTAKE_FRAME_SITE,  /* the function named in or after the header, else as PC */
	INTAKE_FRAME_PC,    /* the program counter, else as TRACE */
	INTAKE_FRAME_TRACE, /* the first stack */
	INTAKE_FRAME_HANG,  /* callee of the first dispatcher below the interrupt, else as TRACE */
	INTAKE_FRAME_OVERFLOW, /* as HANG, but no dispatcher inside a recursion */
	INTAKE_FRAME_WAIT,     /* the waiting code, else as TRACE */
};

#define INTAKE_HEAD_TEXT_SIZE 160

/**
 * struct intake_naming - a name under construction
 * @head: the title without the function
 * @join: text between the head and the function
 * @tail: text after the function
 * @rule: where to find the function
 * @passes: reasons (enum intake_plumbing) to skip a function, in addition to those that always
 *	apply
 * @site: the function named by the report itself; empty if none
 * @partner: the second of two functions in the title (KCSAN); empty if none
 */
struct intake_naming {
	char head[INTAKE_HEAD_TEXT_SIZE];
	const char *join;
	const char *tail;
	enum intake_frame_rule rule;
	unsigned int passes;
	struct intake_text site;
	struct intake_text partner;
};

/** intake_naming_set_head() - set the title without the function, as with printf */
__attribute__((format(printf, 2, 3))) void intake_naming_set_head(struct intake_naming *naming,
								  const char *format, ...);

/**
 * intake_naming_set_text() - set the head to @before and a message, with ADDR and NUM for addresses
 * and numbers
 */
void intake_naming_set_text(struct intake_naming *naming, const char *before,
			    struct intake_text text);

#endif /* LINEAGE_INTAKE_RECOGNISE_NAMING_H */
