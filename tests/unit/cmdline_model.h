/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How does Linux cut a command line? The model that core/cmdline.c is held against.
 *
 * What the kernel's next_arg() and parse_args() make of a line, told as their rules are, on a
 * copy that may be cut up. It shares no code and no approach with core/cmdline.c.
 */
#ifndef LINEAGE_TESTS_CMDLINE_MODEL_H
#define LINEAGE_TESTS_CMDLINE_MODEL_H

#include "support.h"

#define MODEL_ROOM 8192 /* bytes of the longest line that the model can cut, and a NUL */

struct model_parameter {
	char name[MODEL_ROOM];
	char value[MODEL_ROOM];
	bool has_value;
	size_t start; /* of the parameter in the line */
	size_t end;
	bool is_open;
};

/* The next parameter of @line from *@position on; false at the end or at a bare "--". */
bool model_next(const char *line, size_t *position, struct model_parameter *ret);

/* Has it the stamp's name, and a value? */
bool model_is_stamp(const struct model_parameter *parameter);

#endif /* LINEAGE_TESTS_CMDLINE_MODEL_H */
