/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Model of how Linux splits a command line, for comparison with core/cmdline.c.
 *
 * The model applies the rules of the kernel's next_arg() and parse_args() to a copy of the line. It
 * shares no code and no method with core/cmdline.c.
 */
#ifndef LINEAGE_TESTS_CMDLINE_MODEL_H
#define LINEAGE_TESTS_CMDLINE_MODEL_H

#include "support.h"

#define MODEL_ROOM 8192 /* bytes of the longest line that the model can split, and a NUL */

struct model_parameter {
	char name[MODEL_ROOM];
	char value[MODEL_ROOM];
	bool has_value;
	size_t start; /* offset of the parameter in the line */
	size_t end;
	bool is_open;
};

/* Get the next parameter of @line from *@position on. Return false at the end or at a bare "--". */
bool model_next(const char *line, size_t *position, struct model_parameter *ret);

/* Return whether the parameter has the name of the stamp and a value. */
bool model_is_stamp(const struct model_parameter *parameter);

#endif /* LINEAGE_TESTS_CMDLINE_MODEL_H */
