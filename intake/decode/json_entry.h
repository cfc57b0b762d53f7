/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Conversion of a JSON object to records. The message of the object is a line or the log of a
 * console.
 */
#ifndef LINEAGE_INTAKE_DECODE_JSON_ENTRY_H
#define LINEAGE_INTAKE_DECODE_JSON_ENTRY_H

#include "json_fields.h"

/**
 * struct intake_json_entry - the known fields of an object
 * @parts: text of each part; length 0 if absent
 * @offset: offset of the object in the input
 * @clean: work space of INTAKE_LINE_MAX bytes
 */
struct intake_json_entry {
	struct intake_text parts[INTAKE_JSON_PARTS];
	uint64_t offset;
	char *clean;
};

/**
 * intake_json_entry_deliver() - pass the lines to the sink if the kernel wrote them
 *
 * The message may have its own prefixes (wrapper.h). A host or time in a prefix takes precedence
 * over the host or time of the object, which may be those of the collector. A message of many lines
 * is the log of a console. The object's time is then ignored, because it is the time at which the
 * log was fetched.
 */
void intake_json_entry_deliver(const struct intake_json_entry *entry,
			       const struct intake_sink *sink);

#endif /* LINEAGE_INTAKE_DECODE_JSON_ENTRY_H */
