// SPDX-License-Identifier: GPL-2.0-or-later
#include "next_stamp.h"

#include <errno.h>
#include <inttypes.h>
#include <json.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "core/boot_kind.h"
#include "core/stamp.h"
#include "encoding.h"

/* Append an entry of the column chain. Return false if it is not valid or does not fit. */
static bool add_entry(struct json_object *entry, struct lineage *lineage)
{
	const char *release = json_object_get_string(json_object_object_get(entry, "release"));
	int64_t runs = json_object_get_int64(json_object_object_get(entry, "runs"));
	size_t length = release ? strlen(release) : 0, room = sizeof(lineage->chain);
	char *end = lineage->chain + lineage->chain_length;
	int written = 0;

	if (!lineage_release_is_valid(release, length) || runs < 1 || runs > UINT32_MAX ||
	    lineage->chain_length + LINEAGE_ENCODED_MAX + 16 > room)
		return false;
	if (lineage->chain_length > 0)
		*end++ = ',';
	end += lineage_release_encode(release, length, end);
	room -= (size_t)(end - lineage->chain);
	if (runs > 1)
		written = snprintf(end, room, "*%" PRId64, runs);
	lineage->chain_length = (uint32_t)(end - lineage->chain + written);
	return true;
}

/* Fill the chain with as many of the newest entries as fit. */
static int decode_chain(const char *text, struct lineage *ret)
{
	struct json_object *list;
	int error = store_list_decode(text, &list);

	if (error == -EILSEQ)
		return 0;
	if (error)
		return error;
	for (size_t i = 0; i < json_object_array_length(list); i++)
		if (!add_entry(json_object_array_get_idx(list, i), ret))
			break;
	json_object_put(list);
	return 0;
}

int store_next_stamp(const struct store_boot *boot, char **ret)
{
	struct lineage_stamp stamp = { .kind = LINEAGE_KIND_KEXEC,
				       .lineage.count = boot->kexec_count };
	char text[LINEAGE_STAMP_MAX + 1];
	size_t length;
	int error = decode_chain(boot->chain, &stamp.lineage);

	*ret = NULL;
	if (error)
		return error;
	if (!boot->release ||
	    lineage_advance(&stamp.lineage, boot->has_count, boot->boot, boot->release) ||
	    lineage_stamp_format(&stamp, text, sizeof(text), &length))
		return 0;
	*ret = strdup(text + LINEAGE_STAMP_PREFIX_LENGTH);
	return *ret ? 0 : -ENOMEM;
}
