// SPDX-License-Identifier: GPL-2.0-or-later
#include "note_line.h"

#include <errno.h>
#include <string.h>

#include "core/release.h"

bool lineage_host_line_has(const char *line, size_t length, const char *name,
			   struct lineage_host_value *ret)
{
	size_t name_length = strlen(name);

	if (length <= name_length || memcmp(line, name, name_length) != 0 ||
	    line[name_length] != '=')
		return false;
	*ret = (struct lineage_host_value){ line + name_length + 1, length - name_length - 1 };
	return true;
}

int lineage_host_value_copy(const struct lineage_host_value *value, char *ret, size_t size)
{
	if (value->length >= size)
		return -EILSEQ;
	memcpy(ret, value->at, value->length);
	ret[value->length] = '\0';
	return 0;
}

int lineage_host_value_copy_release(const struct lineage_host_value *value, char *ret)
{
	if (value->length > 0 && !lineage_release_is_valid(value->at, value->length))
		return -EILSEQ;
	return lineage_host_value_copy(value, ret, LINEAGE_RELEASE_SIZE);
}
