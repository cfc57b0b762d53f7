// SPDX-License-Identifier: GPL-2.0-or-later
/* Parse the URL of a server and find its user and password. */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/cleanup.h"
#include "clickhouse.h"

#define HTTP_PORT "8123"
#define HTTPS_PORT "8443"
#define TIMEOUT_S 120

static int fail_url(struct clickhouse *server)
{
	return store_fail(
		&server->store, -EPROTONOSUPPORT,
		"invalid store URL (expected clickhouse://[USER[:PASSWORD]@]HOST[:PORT]/DATABASE"
		"[?cluster=NAME&ca=FILE&timeout=SECONDS&tls=no], or clickhouses:// for TLS)");
}

/* Get a decoded part of a URL; NULL if it is missing. Return false if it cannot be decoded. */
static bool take_part(CURLU *url, CURLUPart part, char **ret)
{
	CLICKHOUSE_AUTO_TEXT *found = NULL;
	CURLUcode result = curl_url_get(url, part, &found, CURLU_URLDECODE);

	*ret = NULL;
	if (result)
		return result >= CURLUE_NO_SCHEME && result <= CURLUE_NO_FRAGMENT;
	*ret = strdup(found);
	return *ret != NULL;
}

/* Accept plain names only, since they become part of SQL and of paths on the server. */
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

/* At most nine digits, since curl counts in milliseconds. */
static bool take_timeout(const char *text, long *ret)
{
	size_t digits = strspn(text, "0123456789");

	if (digits == 0 || digits > 9 || text[digits])
		return false;
	*ret = atol(text);
	return *ret > 0 && *ret <= INT32_MAX / 1000;
}

static bool take_option(struct clickhouse *server, const char *option)
{
	if (strncmp(option, "cluster=", 8) == 0 && !server->cluster) {
		server->cluster = strdup(option + 8);
		return server->cluster && is_name(server->cluster);
	}
	if (strncmp(option, "ca=", 3) == 0 && !server->ca) {
		server->ca = copy_or_null(option + 3);
		return server->ca != NULL;
	}
	if (strcmp(option, "seals=no") == 0) {
		server->ignores_seals = true;
		return true;
	}
	if (strcmp(option, "tls=no") == 0) {
		server->may_send_login = true;
		return true;
	}
	if (strncmp(option, "wait=", 5) == 0)
		return take_timeout(option + 5, &server->wait_s);
	return strncmp(option, "timeout=", 8) == 0 && take_timeout(option + 8, &server->timeout_s);
}

static bool take_options(struct clickhouse *server, CURLU *url)
{
	LINEAGE_AUTO_FREE char *query = NULL;
	bool is_fine = take_part(url, CURLUPART_QUERY, &query);
	char *rest = query, *option;

	while (is_fine && (option = strsep(&rest, "&")))
		is_fine = take_option(server, option);
	return is_fine;
}

/*
 * Take the user and password from the environment if the URL has none, as the client of ClickHouse
 * does. A password without a user is for the user "default".
 */
static bool take_login(struct clickhouse *server, CURLU *url)
{
	if (!take_part(url, CURLUPART_USER, &server->user) ||
	    !take_part(url, CURLUPART_PASSWORD, &server->password))
		return false;
	if (!server->user)
		server->user = copy_or_null(getenv("CLICKHOUSE_USER"));
	if (!server->password)
		server->password = copy_or_null(getenv("CLICKHOUSE_PASSWORD"));
	if (server->password && (!server->user || !server->user[0])) {
		free(server->user);
		server->user = strdup("default");
	}
	return true;
}

/* A URL with a fragment is invalid, since the fragment would have no effect. */
static bool has_fragment(CURLU *url)
{
	LINEAGE_AUTO_FREE char *fragment = NULL;

	return !take_part(url, CURLUPART_FRAGMENT, &fragment) || fragment;
}

/* Set the name, the URL and the database of the server. */
static int name_server(struct clickhouse *server, const char *host, const char *port,
		       const char *database, bool is_https)
{
	const char *ending = is_https ? "s" : "";

	server->database = strdup(database);
	if (!server->database)
		return -ENOMEM;
	if (asprintf(&server->name, "clickhouse%s://%s%s%s/%s", ending, host, port ? ":" : "",
		     port ? port : "", database) < 0) {
		server->name = NULL;
		return -ENOMEM;
	}
	if (!port)
		port = is_https ? HTTPS_PORT : HTTP_PORT;
	if (asprintf(&server->url, "http%s://%s:%s/", ending, host, port) >= 0)
		return 0;
	server->url = NULL;
	return -ENOMEM;
}

/* Names are not resolved: a name service could return any address. */
static bool is_loopback(const char *host)
{
	struct in_addr address;

	if (inet_pton(AF_INET, host, &address) == 1)
		return ntohl(address.s_addr) >> 24 == 127;
	return strcasecmp(host, "localhost") == 0 || strcmp(host, "[::1]") == 0;
}

/*
 * Send a login over TLS or to this machine only, unless the URL allows more. libcurl reads a login
 * from ~/.netrc itself, so without this permission it does not read the file.
 */
static int check_login(struct clickhouse *server, const char *host, bool is_https)
{
	server->is_loopback = is_loopback(host);
	server->may_send_login |= is_https || server->is_loopback;
	if (!server->password || server->may_send_login)
		return 0;
	return store_fail(&server->store, -EACCES,
			  "the password would be sent to %s without encryption: use clickhouses://,"
			  " or add '?tls=no' to the URL if the network is trusted",
			  host);
}

static int parse(struct clickhouse *server, CURLU *url, const char *where, bool is_https)
{
	LINEAGE_AUTO_FREE char *whole = NULL, *host = NULL, *port = NULL, *path = NULL;

	if (asprintf(&whole, "http%s:%s", is_https ? "s" : "", where) < 0) {
		whole = NULL;
		return clickhouse_fail_memory(server);
	}
	if (curl_url_set(url, CURLUPART_URL, whole, 0) || has_fragment(url) ||
	    !take_options(server, url) || !take_login(server, url) ||
	    !take_part(url, CURLUPART_HOST, &host) || !take_part(url, CURLUPART_PORT, &port) ||
	    !take_part(url, CURLUPART_PATH, &path) || !host || !path || !is_name(path + 1))
		return fail_url(server);
	if (name_server(server, host, port, path + 1, is_https))
		return clickhouse_fail_memory(server);
	return check_login(server, host, is_https);
}

int clickhouse_parse_url(struct clickhouse *server, const char *where, bool is_https)
{
	CLICKHOUSE_AUTO_URL *url = curl_url();
	int error;

	server->timeout_s = TIMEOUT_S;
	if (!url)
		return clickhouse_fail_memory(server);
	error = parse(server, url, where, is_https);
	if (!error) {
		server->store.name = server->name;
		server->tables = server->cluster ? "_all" : "";
	}
	return error;
}

void clickhouse_free_names(struct clickhouse *server)
{
	free(server->name);
	free(server->url);
	free(server->database);
	free(server->user);
	free(server->password);
	free(server->ca);
	free(server->cluster);
}
