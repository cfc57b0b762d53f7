// SPDX-License-Identifier: GPL-2.0-or-later
#include "libcurl.h"

#include "intake/read/optional.h"

struct libcurl libcurl;

bool libcurl_load(void)
{
	const struct intake_symbol symbols[] = {
		{ "curl_easy_cleanup", &libcurl.easy_cleanup },
		{ "curl_easy_escape", &libcurl.easy_escape },
		{ "curl_easy_getinfo", &libcurl.easy_getinfo },
		{ "curl_easy_init", &libcurl.easy_init },
		{ "curl_easy_perform", &libcurl.easy_perform },
		{ "curl_easy_reset", &libcurl.easy_reset },
		{ "curl_easy_setopt", &libcurl.easy_setopt },
		{ "curl_easy_strerror", &libcurl.easy_strerror },
		{ "curl_free", &libcurl.free },
		{ "curl_mime_addpart", &libcurl.mime_addpart },
		{ "curl_mime_data", &libcurl.mime_data },
		{ "curl_mime_filename", &libcurl.mime_filename },
		{ "curl_mime_free", &libcurl.mime_free },
		{ "curl_mime_init", &libcurl.mime_init },
		{ "curl_mime_name", &libcurl.mime_name },
		{ "curl_slist_append", &libcurl.slist_append },
		{ "curl_slist_free_all", &libcurl.slist_free_all },
		{ "curl_url", &libcurl.url },
		{ "curl_url_cleanup", &libcurl.url_cleanup },
		{ "curl_url_get", &libcurl.url_get },
		{ "curl_url_set", &libcurl.url_set },
	};

	return intake_optional_load(CURL_SONAME, symbols, sizeof(symbols) / sizeof(*symbols));
}
