// SPDX-License-Identifier: GPL-2.0-or-later
#include "url.h"

#include <string.h>

#include "backend.h"

bool store_url_is_valid(const char *url)
{
	for (const struct store_scheme *scheme = store_schemes; scheme->name; scheme++) {
		size_t length = strlen(scheme->name);
		const char *where = url + length + 1;

		if (strncmp(url, scheme->name, length) != 0 || url[length] != ':')
			continue;
		return where[0] && (!scheme->backend || !scheme->backend->is_valid ||
				    scheme->backend->is_valid(where));
	}
	return url[0] && !strstr(url, "://");
}
