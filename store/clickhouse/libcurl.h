/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How is libcurl called without being linked?
 *
 * It brings thirty libraries, which would be loaded at every start of a program that mostly does something else, and
 * installed on hosts that have a file for a store (docs/decisions/libraries-when-needed.md).
 */
#ifndef LINEAGE_STORE_CLICKHOUSE_LIBCURL_H
#define LINEAGE_STORE_CLICKHOUSE_LIBCURL_H

#include <curl/curl.h>
#include <stdbool.h>

/** struct libcurl - its functions, without "curl_" in front; all NULL until libcurl_load() */
struct libcurl {
	__typeof__(&curl_easy_cleanup) easy_cleanup;
	__typeof__(&curl_easy_escape) easy_escape;
	__typeof__(&curl_easy_getinfo) easy_getinfo;
	__typeof__(&curl_easy_init) easy_init;
	__typeof__(&curl_easy_perform) easy_perform;
	__typeof__(&curl_easy_reset) easy_reset;
	__typeof__(&curl_easy_setopt) easy_setopt;
	__typeof__(&curl_easy_strerror) easy_strerror;
	__typeof__(&curl_free) free;
	__typeof__(&curl_mime_addpart) mime_addpart;
	__typeof__(&curl_mime_data) mime_data;
	__typeof__(&curl_mime_filename) mime_filename;
	__typeof__(&curl_mime_free) mime_free;
	__typeof__(&curl_mime_init) mime_init;
	__typeof__(&curl_mime_name) mime_name;
	__typeof__(&curl_slist_append) slist_append;
	__typeof__(&curl_slist_free_all) slist_free_all;
	__typeof__(&curl_url) url;
	__typeof__(&curl_url_cleanup) url_cleanup;
	__typeof__(&curl_url_get) url_get;
	__typeof__(&curl_url_set) url_set;
};
extern struct libcurl libcurl;

/** libcurl_load() - whether it is there */
bool libcurl_load(void);

#endif /* LINEAGE_STORE_CLICKHOUSE_LIBCURL_H */
