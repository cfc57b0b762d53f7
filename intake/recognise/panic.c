// SPDX-License-Identifier: GPL-2.0-or-later
/* Lookup of the messages of panic(). */
#include "panic.h"

/* Generated from data/panics.txt: panics[]. The first matching row is used. */
#include "panic_rows.h"

struct intake_text intake_panic_message(struct intake_text header)
{
	if (!intake_text_take(&header, "Kernel panic - not syncing: "))
		intake_text_take(&header, "Kernel panic: ");
	return header;
}

const struct intake_panic *intake_panic_find(struct intake_text message, struct intake_text *ret)
{
	for (size_t i = 0; i < sizeof(panics) / sizeof(*panics); i++) {
		struct intake_text rest = message;

		if (panics[i].message ? !intake_text_take(&rest, panics[i].message)
				      : !intake_text_has(message, panics[i].has))
			continue;
		*ret = rest;
		return &panics[i];
	}
	return NULL;
}

bool intake_panic_follows(const struct intake_panic *panic, const struct intake_class *class)
{
	struct intake_text rest = intake_text_of(panic->types);

	if (panic->gravities & (1U << class->gravity))
		return true;
	while (rest.length > 0) {
		if (intake_text_is(intake_text_take_word(&rest), class->type))
			return true;
		intake_text_take_blanks(&rest);
	}
	return false;
}
