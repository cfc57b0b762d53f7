// SPDX-License-Identifier: GPL-2.0-or-later
/* Model of how Linux splits a command line. */
#include "cmdline_model.h"

static bool model_is_blank(char byte)
{
	return byte && strchr(" \t\n\v\f\r\xa0", byte);
}

/* Split one parameter from the front of @line, which is not empty and has no blank in front. */
static void model_cut(const char *line, struct model_parameter *ret)
{
	bool quoted = *line == '"', in_quote = quoted;
	const char *text = line + quoted;
	size_t length = 0, equals = 0;
	char raw[MODEL_ROOM];
	char *value;

	for (; text[length] && (in_quote || !model_is_blank(text[length])); length++) {
		if (equals == 0 && text[length] == '=')
			equals = length;
		if (text[length] == '"')
			in_quote = !in_quote;
	}
	memset(raw, 0, length + 2);
	memcpy(raw, text, length);
	ret->has_value = equals > 0;
	ret->is_open = in_quote;
	ret->end = ret->start + quoted + length;
	value = raw + length;
	if (equals > 0) {
		raw[equals] = '\0';
		value = raw + equals + 1;
		if (*value == '"') {
			value++;
			if (raw[length - 1] == '"')
				raw[length - 1] = '\0';
		}
	}
	if (quoted && length > 0 && raw[length - 1] == '"')
		raw[length - 1] = '\0';
	strcpy(ret->name, raw);
	strcpy(ret->value, value);
}

bool model_next(const char *line, size_t *position, struct model_parameter *ret)
{
	while (model_is_blank(line[*position]))
		(*position)++;
	if (!line[*position])
		return false;
	ret->start = *position;
	model_cut(line + *position, ret);
	if (!ret->has_value && strcmp(ret->name, "--") == 0)
		return false;
	*position = ret->end;
	return true;
}

bool model_is_stamp(const struct model_parameter *parameter)
{
	char name[MODEL_ROOM];
	char *at;

	strcpy(name, parameter->name);
	for (at = name; *at; at++) {
		if (*at == '-')
			*at = '_';
	}
	return parameter->has_value && strcmp(name, LINEAGE_STAMP_NAME) == 0;
}
