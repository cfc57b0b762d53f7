// SPDX-License-Identifier: GPL-2.0-or-later OR BSD-2-Clause
#include "cmdline.h"

/* Equals isspace() of Linux lib/ctype.c, which also accepts the Latin-1 no-break space. */
static bool is_blank(char byte)
{
	return byte == ' ' || (byte >= '\t' && byte <= '\r') || byte == '\xa0';
}

/* Return the number of bytes of @line up to its first NUL. */
static size_t text_length(const char *line, size_t length)
{
	const char *nul = length > 0 ? memchr(line, '\0', length) : NULL;

	return nul ? (size_t)(nul - line) : length;
}

/* Return the end of the parameter that starts at @start. */
static size_t find_end(const char *line, size_t length, size_t start, bool *ret_open)
{
	bool in_quotes = false;
	size_t at;

	for (at = start; at < length && line[at] != '\0'; at++) {
		if (!in_quotes && is_blank(line[at]))
			break;
		if (line[at] == '"')
			in_quotes = !in_quotes;
	}
	*ret_open = in_quotes;
	return at;
}

/* Split [start, end) into name and value, without the quotes that the kernel removes. */
static void split(const char *line, struct lineage_parameter *parameter)
{
	const char *name = line + parameter->start;
	const char *end = line + parameter->end;
	bool has_quotes = *name == '"';
	const char *equals;

	if (has_quotes)
		name++;
	/* For the kernel a '=' is a separator only after at least one byte of name. */
	equals = name + 1 < end ? memchr(name + 1, '=', (size_t)(end - name - 1)) : NULL;
	if (equals && equals + 1 < end && equals[1] == '"')
		has_quotes = true;
	parameter->name = name;
	parameter->value = NULL;
	parameter->value_length = 0;
	if (equals)
		parameter->value = equals + 1 < end && equals[1] == '"' ? equals + 2 : equals + 1;
	/* The kernel removes one closing quote, whether the name or the value was quoted. */
	if (has_quotes && end > (equals ? parameter->value : name) && end[-1] == '"')
		end--;
	parameter->name_length = (size_t)((equals ? equals : end) - name);
	if (equals)
		parameter->value_length = (size_t)(end - parameter->value);
}

bool lineage_parameter_next(const char *line, size_t length, size_t *position,
			    struct lineage_parameter *ret)
{
	struct lineage_parameter parameter;
	size_t start = *position;

	while (start < length && is_blank(line[start]))
		start++;
	if (start >= length || line[start] == '\0') {
		*position = start;
		return false;
	}
	parameter.start = start;
	parameter.end = find_end(line, length, start, &parameter.is_open);
	split(line, &parameter);
	if (!parameter.value && parameter.name_length == 2 &&
	    memcmp(parameter.name, "--", 2) == 0) {
		*position = start;
		return false;
	}
	*position = parameter.end;
	*ret = parameter;
	return true;
}

static char dash_to_underscore(char byte)
{
	return byte == '-' ? '_' : byte;
}

bool lineage_parameter_has_name(const struct lineage_parameter *parameter, const char *name)
{
	size_t i;

	for (i = 0; i < parameter->name_length; i++) {
		if (name[i] == '\0' ||
		    dash_to_underscore(parameter->name[i]) != dash_to_underscore(name[i]))
			return false;
	}
	return name[i] == '\0';
}

static bool is_stamp(const struct lineage_parameter *parameter)
{
	return parameter->value && lineage_parameter_has_name(parameter, LINEAGE_STAMP_NAME);
}

size_t lineage_cmdline_find(const char *line, size_t length, const char *name,
			    struct lineage_parameter *ret)
{
	struct lineage_parameter parameter;
	size_t position = 0;
	size_t found = 0;

	while (lineage_parameter_next(line, length, &position, &parameter)) {
		if (lineage_parameter_has_name(&parameter, name)) {
			*ret = parameter;
			found++;
		}
	}
	return found;
}

bool lineage_cmdline_is_empty(const char *line, size_t length)
{
	struct lineage_parameter parameter;
	size_t position = 0;

	while (lineage_parameter_next(line, length, &position, &parameter)) {
		if (!is_stamp(&parameter))
			return false;
	}
	return position >= length || line[position] == '\0';
}

int lineage_cmdline_strip(const char *line, size_t length, char *buf, size_t size,
			  size_t *ret_length)
{
	struct lineage_parameter parameter;
	size_t position = 0;
	size_t written = 0;
	size_t copied = 0; /* bytes of @line that are copied or skipped */

	length = text_length(line, length);
	while (lineage_parameter_next(line, length, &position, &parameter)) {
		size_t cut_start = parameter.start;
		size_t cut_end = parameter.end;

		if (!is_stamp(&parameter))
			continue;
		if (cut_start > copied)
			cut_start--;
		else if (cut_end < length)
			cut_end++;
		if (written + (cut_start - copied) >= size)
			return -ENOSPC;
		memcpy(buf + written, line + copied, cut_start - copied);
		written += cut_start - copied;
		copied = cut_end;
		position = cut_end;
	}
	if (written + (length - copied) >= size)
		return -ENOSPC;
	if (length > copied)
		memcpy(buf + written, line + copied, length - copied);
	written += length - copied;
	buf[written] = '\0';
	*ret_length = written;
	return 0;
}

/*
 * Return the offset at which to insert a parameter: before a bare "--", before a parameter with an
 * unclosed quote (which would include the new parameter), or at the end of the line.
 */
static size_t find_place(const char *line, size_t length)
{
	struct lineage_parameter parameter;
	size_t position = 0;

	while (lineage_parameter_next(line, length, &position, &parameter)) {
		if (parameter.is_open)
			return parameter.start;
	}
	return position;
}

int lineage_cmdline_stamp(const char *line, size_t length, const struct lineage_stamp *stamp,
			  size_t limit, char *buf, size_t size, size_t *ret_length)
{
	size_t stripped, place, tail, stamp_length, end;
	int error;

	error = lineage_cmdline_strip(line, length, buf, size, &stripped);
	if (error)
		return error;
	if (limit > size - 1)
		limit = size - 1;
	if (stripped + 1 >= limit)
		return -ENOSPC;
	place = find_place(buf, stripped);
	tail = stripped - place;

	/* Keep the tail at the end of the buffer until the length of the stamp is known. */
	memmove(buf + limit - tail, buf + place, tail);
	if (tail == 0 && place > 0)
		buf[place++] = ' ';
	error = lineage_stamp_format(stamp, buf + place, limit - tail - (tail > 0) - place + 1,
				     &stamp_length);
	if (error)
		return error;
	end = place + stamp_length;
	if (tail > 0) {
		/* lineage_cmdline_strip() removes this blank together with the stamp. */
		buf[end++] = place > 0 ? buf[place - 1] : ' ';
		memmove(buf + end, buf + limit - tail, tail);
		end += tail;
	}
	buf[end] = '\0';
	*ret_length = end;
	return 0;
}
