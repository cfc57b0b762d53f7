/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Messages of panic(). To add one, edit data/panics.txt. */
#ifndef LINEAGE_INTAKE_RECOGNISE_PANIC_H
#define LINEAGE_INTAKE_RECOGNISE_PANIC_H

#include "class.h"

/**
 * struct intake_panic - a message of panic() with a name of its own
 * @message: its start; NULL if it begins with a variable part
 * @has: text in it; NULL if @message is set
 * @title: the title without the function; NULL to use the message
 * @rule: where to find the function
 * @gravities: set of the gravities of reports of which the panic is the end; 0 for none
 * @types: types of such reports, separated by spaces
 */
struct intake_panic {
	const char *message;
	const char *has;
	const char *title;
	enum intake_frame_rule rule;
	unsigned int gravities;
	const char *types;
};

/** intake_panic_message() - return the message in the header of a panic */
struct intake_text intake_panic_message(struct intake_text header);

/**
 * intake_panic_find() - find a message in the table
 * @ret: the rest of the message; untouched on failure
 *
 * Return: NULL if the message is not in the table.
 */
const struct intake_panic *intake_panic_find(struct intake_text message, struct intake_text *ret);

/** intake_panic_follows() - check whether a panic is the end of a report of a class */
bool intake_panic_follows(const struct intake_panic *panic, const struct intake_class *class);

#endif /* LINEAGE_INTAKE_RECOGNISE_PANIC_H */
