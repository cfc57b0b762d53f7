// SPDX-License-Identifier: GPL-2.0-or-later
/* Parser for record headers such as "6,416,1758426,-,caller=T1;". */
#include "kmsg_header.h"

#include "core/release.h"

#define HEADER_MAX 512	  /* longer than any header with its release */
#define PRIORITY_MAX 2047 /* facility and level have 8 and 3 bits (struct printk_info) */
#define LEVEL_MASK 7
#define FRAGMENTS_MAX (1U << 20) /* maximum size of a message; netconsole sends less than 128 KiB */

/* A release has a dot before the first comma; a priority does not. */
static bool take_release(struct intake_text *fields, struct intake_text *ret)
{
	struct intake_text rest = *fields, first;

	if (!intake_text_take_until(&rest, ",", &first) || !intake_text_has(first, "."))
		return true;
	if (!lineage_release_is_valid(first.at, first.length))
		return false;
	*ret = first;
	*fields = rest;
	return true;
}

static bool take_numbers(struct intake_text *fields, struct intake_kmsg_header *header)
{
	uint64_t priority;

	if (!intake_text_take_number(fields, &priority) || priority > PRIORITY_MAX ||
	    !intake_text_take(fields, ",") || !intake_text_take_number(fields, &header->sequence) ||
	    !intake_text_take(fields, ",") || !intake_text_take_number(fields, &header->usec))
		return false;
	header->priority = (uint32_t)priority;
	return fields->length == 0 || fields->at[0] == ',';
}

static bool take_caller(struct intake_text value, struct intake_kmsg_header *header)
{
	enum intake_context context = INTAKE_CONTEXT_TASK;
	uint64_t id;

	if (!intake_text_take(&value, "T")) {
		if (!intake_text_take(&value, "C"))
			return false;
		context = INTAKE_CONTEXT_CPU;
	}
	if (!intake_text_take_number(&value, &id) || value.length > 0 || id > UINT32_MAX)
		return false;
	header->context = context;
	header->context_id = (uint32_t)id;
	return true;
}

static bool take_fragment(struct intake_text value, struct intake_kmsg_header *header)
{
	uint64_t at, of;

	if (!intake_text_take_number(&value, &at) || !intake_text_take(&value, "/") ||
	    !intake_text_take_number(&value, &of) || value.length > 0 || at >= of ||
	    of > FRAGMENTS_MAX)
		return false;
	header->is_fragment = true;
	header->fragment_at = (uint32_t)at;
	header->fragment_of = (uint32_t)of;
	return true;
}

static void take_field(struct intake_text field, struct intake_kmsg_header *header)
{
	if (intake_text_take(&field, "caller=") && !take_caller(field, header))
		header->has_bad_field = true;
	else if (intake_text_take(&field, "ncfrag=") && !take_fragment(field, header))
		header->has_bad_field = true;
}

bool intake_kmsg_header_take(struct intake_text *line, struct intake_kmsg_header *ret)
{
	struct intake_text start = *line, fields;
	struct intake_kmsg_header header = { 0 };
	size_t size;

	if (start.length > HEADER_MAX)
		start.length = HEADER_MAX;
	if (!intake_text_take_until(&start, ";", &fields))
		return false;
	size = fields.length + 1;
	if (!take_release(&fields, &header.release) || !take_numbers(&fields, &header))
		return false;
	while (intake_text_take(&fields, ",")) {
		struct intake_text field = { .at = fields.at,
					     .length = intake_text_find(fields, ",") };

		take_field(field, &header);
		fields = intake_text_skip(fields, field.length);
	}
	*line = intake_text_skip(*line, size);
	*ret = header;
	return true;
}

void intake_kmsg_header_fill(const struct intake_kmsg_header *header, struct intake_record *record)
{
	record->release = header->release;
	record->has_sequence = true;
	record->sequence = header->sequence;
	record->has_uptime = true;
	record->uptime_us = header->usec;
	record->context = header->context;
	record->context_id = header->context_id;
	record->level = (int)(header->priority & LEVEL_MASK);
	record->is_from_user = header->priority > LEVEL_MASK;
}

bool intake_kmsg_is_dictionary(struct intake_text line)
{
	size_t equals;

	if (!intake_text_take(&line, " "))
		return false;
	equals = intake_text_find(line, "=");
	return equals > 0 && equals < line.length && equals < intake_text_find(line, " ");
}
