/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Makes records of an object that has a log's line, or a whole console, as one of its fields. */
#ifndef LINEAGE_INTAKE_DECODE_JSON_ENTRY_H
#define LINEAGE_INTAKE_DECODE_JSON_ENTRY_H

#include "json_fields.h"

/**
 * struct intake_json_entry - what the fields of an object say
 * @parts: of length 0 if absent
 * @offset: of the object in the input
 * @clean: INTAKE_LINE_MAX bytes to work in
 */
struct intake_json_entry {
	struct intake_text parts[INTAKE_JSON_PARTS];
	uint64_t offset;
	char *clean;
};

/**
 * intake_json_entry_deliver() - hand its lines to the sink, if the kernel may have written them
 *
 * The message may have prefixes of its own (wrapper.h); a host or time in there counts more than
 * the object's, which may be the collector's. A message of many lines is a console: the object's
 * time is when it was fetched, and is not used.
 */
void intake_json_entry_deliver(const struct intake_json_entry *entry,
			       const struct intake_sink *sink);

#endif /* LINEAGE_INTAKE_DECODE_JSON_ENTRY_H */
