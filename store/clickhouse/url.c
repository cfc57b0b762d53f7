// SPDX-License-Identifier: GPL-2.0-or-later
/* What does a URL say of a server, and who may log in? */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clickhouse.h"

#define HTTP_PORT "8123"
#define HTTPS_PORT "8443"
#define TIMEOUT_S 120

static int fail_url(struct clickhouse *server)
{
	return store_fail(
		&server->store, -EPROTONOSUPPORT,
		"no such kind of store: clickhouse://[USER[:PASSWORD]@]HOST[:PORT]/DATABASE"
		"[?cluster=NAME&ca=FILE&timeout=SECONDS], or clickhouses:// for TLS");
}

/* A part of a URL, decoded; NULL where there is none. */
static char *take_part(CURLU *url, CURLUPart part)
{
	char *found = NULL, *copy;

	if (curl_url_get(url, part, &found, CURLU_URLDECODE))
		return NULL;
	copy = strdup(found);
	curl_free(found);
	return copy;
}

/* Plain names only: they become part of SQL, and of paths on the server. */
static bool is_name(const char *name)
{
	size_t length =
		strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");

	return length > 0 && !name[length] && length <= 64;
}

static char *copy_or_null(const char *text)
{
	return text && text[0] ? strdup(text) : NULL;
}

static bool take_option(struct clickhouse *server, const char *option)
{
	char *end;

	if (strncmp(option, "cluster=", 8) == 0) {
		server->cluster = strdup(option + 8);
		return server->cluster && is_name(server->cluster);
	}
	if (strncmp(option, "ca=", 3) == 0) {
		server->ca = copy_or_null(option + 3);
		return server->ca != NULL;
	}
	if (strncmp(option, "timeout=", 8) == 0) {
		server->timeout_s = strtol(option + 8, &end, 10);
		return option[8] && !*end && server->timeout_s > 0;
	}
	return false;
}

static bool take_options(struct clickhouse *server, CURLU *url)
{
	char *query = take_part(url, CURLUPART_QUERY), *rest = query, *option;
	bool is_fine = true;

	while (is_fine && (option = strsep(&rest, "&")))
		is_fine = take_option(server, option);
	free(query);
	return is_fine;
}

/* What the URL does not say is in the environment, as for ClickHouse's own client. */
static void take_login(struct clickhouse *server, CURLU *url)
{
	server->user = take_part(url, CURLUPART_USER);
	server->password = take_part(url, CURLUPART_PASSWORD);
	if (!server->user)
		server->user = copy_or_null(getenv("CLICKHOUSE_USER"));
	if (!server->password)
		server->password = copy_or_null(getenv("CLICKHOUSE_PASSWORD"));
}

static int parse(struct clickhouse *server, CURLU *url, const char *where, bool is_https)
{
	char *host = NULL, *port = NULL, *path = NULL;
	char *whole = NULL;
	int error = -ENOMEM;

	if (asprintf(&whole, "http%s:%s", is_https ? "s" : "", where) < 0)
		return store_fail(&server->store, -ENOMEM, "out of memory");
	if (curl_url_set(url, CURLUPART_URL, whole, 0) || !take_options(server, url)) {
		free(whole);
		return fail_url(server);
	}
	host = take_part(url, CURLUPART_HOST);
	port = take_part(url, CURLUPART_PORT);
	path = take_part(url, CURLUPART_PATH);
	take_login(server, url);
	if (!host || !path || !is_name(path + 1)) {
		error = fail_url(server);
	} else {
		server->database = strdup(path + 1);
		if (server->database &&
		    asprintf(&server->url, "http%s://%s:%s/", is_https ? "s" : "", host,
			     port	? port
			     : is_https ? HTTPS_PORT
					: HTTP_PORT) >= 0 &&
		    asprintf(&server->name, "clickhouse%s://%s%s%s%s", is_https ? "s" : "", host,
			     port ? ":" : "", port ? port : "", path) >= 0)
			error = 0;
	}
	free(whole);
	free(host);
	free(port);
	free(path);
	return error;
}

int clickhouse_parse_url(struct clickhouse *server, const char *where, bool is_https)
{
	CURLU *url = curl_url();
	int error;

	server->timeout_s = TIMEOUT_S;
	if (!url)
		return store_fail(&server->store, -ENOMEM, "out of memory");
	error = parse(server, url, where, is_https);
	curl_url_cleanup(url);
	if (!error) {
		server->store.name = server->name;
		server->tables = server->cluster ? "_all" : "";
	}
	return error;
}
