// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Send requests to a ClickHouse server over HTTP, and convert its responses to results or errors.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <zlib.h>

#include "clickhouse.h"
#include "lib/cleanup.h"

#define CONNECT_S 10
/* A batch can have boots of any number of weeks. */
#define ANY_PARTITIONS "&max_partitions_per_insert_block=0"
#define ANSWER_MAX ((size_t)1 << 30)
#define TRIES 5
#define FIRST_PAUSE_MS 250
#define GZIP_WINDOW (15 + 16) /* window bits of deflateInit2(), with a gzip header */

/**
 * struct answer - a response
 * @is_connected: the request had a connection
 * @code: ClickHouse error code, 0 for none
 * @is_clickhouse: a header identifies the server as ClickHouse
 */
struct answer {
	struct tsv body;
	long status;
	long code;
	bool is_connected;
	bool is_clickhouse;
	bool is_too_long;
};

static void deinit_answer(struct answer *answer)
{
	tsv_deinit(&answer->body);
}
#define AUTO_ANSWER __attribute__((cleanup(deinit_answer))) struct answer

static size_t take_body(char *bytes, size_t one, size_t size, void *data)
{
	struct answer *answer = data;

	if (answer->body.size + size > ANSWER_MAX) {
		answer->is_too_long = true;
		return 0;
	}
	tsv_append(&answer->body, bytes, size);
	return answer->body.has_failed ? 0 : size;
}

static size_t take_header(char *bytes, size_t one, size_t size, void *data)
{
	static const char ours[] = "X-ClickHouse-", code[] = "X-ClickHouse-Exception-Code:";
	struct answer *answer = data;

	if (size > sizeof(ours) && strncasecmp(bytes, ours, sizeof(ours) - 1) == 0)
		answer->is_clickhouse = true;
	if (size > sizeof(code) && strncasecmp(bytes, code, sizeof(code) - 1) == 0)
		answer->code = strtol(bytes + sizeof(code) - 1, NULL, 10);
	return size;
}

/* Parse "Code: 60, e.displayText() = ...". Newer servers write a full stop after the number. */
static void read_code(struct answer *answer)
{
	const char *text = answer->body.at ? answer->body.at : "";

	if (answer->code == 0 && strncmp(text, "Code: ", 6) == 0)
		answer->code = strtol(text + 6, NULL, 10);
	answer->is_clickhouse |= answer->code != 0;
}

/*
 * ClickHouse error codes that need their own message. src/Common/ErrorCodes.cpp of ClickHouse has
 * all codes.
 */
enum {
	CODE_ATTEMPT_TO_READ_AFTER_EOF = 32,
	CODE_UNKNOWN_TABLE = 60,
	CODE_CANNOT_WRITE = 75,
	CODE_UNKNOWN_DATABASE = 81,
	CODE_READONLY = 164,
	CODE_UNKNOWN_USER = 192,
	CODE_WRONG_PASSWORD = 193,
	CODE_REQUIRED_PASSWORD = 194,
	CODE_QUOTA_EXCEEDED = 201,
	CODE_TOO_MANY_QUERIES = 202,
	CODE_SOCKET_TIMEOUT = 209,
	CODE_NETWORK_ERROR = 210,
	CODE_TABLE_IS_READ_ONLY = 242,
	CODE_NOT_ENOUGH_SPACE = 243,
	CODE_TOO_MANY_PARTS = 252,
	CODE_ALL_CONNECTIONS_FAILED = 279,
	CODE_DATABASE_ACCESS_DENIED = 291,
	CODE_ACCESS_DENIED = 497,
	CODE_AUTHENTICATION_FAILED = 516,
};

/* Return whether the same request can succeed later. */
static bool is_passing(long code)
{
	return code == CODE_ATTEMPT_TO_READ_AFTER_EOF || code == CODE_TOO_MANY_QUERIES ||
	       code == CODE_SOCKET_TIMEOUT || code == CODE_NETWORK_ERROR ||
	       code == CODE_TOO_MANY_PARTS || code == CODE_ALL_CONNECTIONS_FAILED;
}

/* Copy the innermost exception of the response, the cause of the error, as one line. */
static void summarise(const struct answer *answer, char *ret, size_t size)
{
	const char *begin = answer->body.at ? answer->body.at : "", *next, *end;

	while ((next = strstr(begin, "Exception: ")))
		begin = next + strlen("Exception: ");
	end = strstr(begin, ", e.what()");
	snprintf(ret, size, "%.*s", end && end - begin < 300 ? (int)(end - begin) : 300, begin);
	ret[strcspn(ret, "\r\n")] = '\0';
}

static int fail_code(struct clickhouse *server, const struct answer *answer)
{
	char said[304];

	summarise(answer, said, sizeof(said));
	if (strstr(said, "No space left"))
		return store_fail(&server->store, -ENOSPC, "the server's disk is full");
	if (strstr(said, "Read-only file system"))
		return store_fail(&server->store, -EROFS, "the server's disk is read-only");
	switch (answer->code) {
	case CODE_UNKNOWN_TABLE:
	case CODE_UNKNOWN_DATABASE:
		return store_fail(&server->store, -ENOENT,
				  "no such store (%s): create its tables with 'kexec-lineage ingest"
				  " --store' (in a cluster: on each shard, without ?cluster=)",
				  said);
	case CODE_READONLY:
	case CODE_DATABASE_ACCESS_DENIED:
	case CODE_ACCESS_DENIED:
		return store_fail(&server->store, -EROFS, "permission denied for this user: %s",
				  said);
	case CODE_UNKNOWN_USER:
	case CODE_WRONG_PASSWORD:
	case CODE_REQUIRED_PASSWORD:
	case CODE_AUTHENTICATION_FAILED:
		return store_fail(
			&server->store, -EACCES,
			"wrong user or password: set CLICKHOUSE_USER and CLICKHOUSE_PASSWORD%s (%s)",
			server->may_send_login ? "" : "; ~/.netrc is read for clickhouses:// only",
			said);
	case CODE_QUOTA_EXCEEDED:
		return store_fail(&server->store, -EBUSY, "the quota of this user is used up: %s",
				  said);
	case CODE_TABLE_IS_READ_ONLY:
		return store_fail(&server->store, -EROFS,
				  "this replica is read-only: use another one, or repair it (%s)",
				  said);
	case CODE_ATTEMPT_TO_READ_AFTER_EOF: /* a shard died during the request */
	case CODE_NETWORK_ERROR:
	case CODE_ALL_CONNECTIONS_FAILED:
		return store_fail(&server->store, -EBUSY, "a shard cannot be reached: %s", said);
	case CODE_NOT_ENOUGH_SPACE:
		return store_fail(&server->store, -ENOSPC, "the server's disk is full");
	default:
		return store_fail(&server->store, is_passing(answer->code) ? -EBUSY : -EIO,
				  "error %ld: %s", answer->code, said);
	}
}

/*
 * Whether "wait" limits the next request. A server that responds at all responds soon to a small
 * one.
 */
static bool has_wait(const struct clickhouse *server)
{
	return !server->is_open && server->wait_s;
}

/* The timeout of the next request. */
static long limit_s(const struct clickhouse *server)
{
	return has_wait(server) ? server->wait_s : server->timeout_s;
}

static long connect_limit_s(const struct clickhouse *server)
{
	return limit_s(server) < CONNECT_S ? limit_s(server) : CONNECT_S;
}

static int fail_curl(struct clickhouse *server, CURLcode result, const struct answer *answer)
{
	if (answer->body.has_failed)
		return clickhouse_fail_memory(server);
	if (answer->is_too_long)
		return store_fail(&server->store, -EIO, "the response is larger than %zu bytes",
				  ANSWER_MAX);
	if (result == CURLE_OPERATION_TIMEDOUT && !answer->is_connected)
		return store_fail(&server->store, -EBUSY, "cannot connect: no response for %ld s",
				  connect_limit_s(server));
	if (result == CURLE_OPERATION_TIMEDOUT)
		return store_fail(&server->store, -EBUSY,
				  "no response for %ld s (raise the limit with ?%s=SECONDS)",
				  limit_s(server), has_wait(server) ? "wait" : "timeout");
	return store_fail(&server->store, -EIO, "cannot connect: %s", curl_easy_strerror(result));
}

/* Return 0, or an error with the message set. Set @ret_may_pass if a retry can succeed. */
static int judge(struct clickhouse *server, CURLcode result, struct answer *answer,
		 bool *ret_may_pass)
{
	*ret_may_pass = false;
	server->has_too_many = false;
	if (result) {
		*ret_may_pass = result == CURLE_COULDNT_CONNECT || result == CURLE_GOT_NOTHING ||
				result == CURLE_RECV_ERROR || result == CURLE_SEND_ERROR ||
				result == CURLE_PARTIAL_FILE;
		return fail_curl(server, result, answer);
	}
	read_code(answer);
	server->has_too_many = answer->code == CODE_TOO_MANY_QUERIES;
	if (answer->code) {
		*ret_may_pass = is_passing(answer->code);
		return fail_code(server, answer);
	}
	if (answer->status == 200 && answer->is_clickhouse) {
		/* A valid response contains no NUL, since TabSeparated escapes it. */
		if (answer->body.size == 0 || !memchr(answer->body.at, 0, answer->body.size))
			return 0;
		return store_fail(&server->store, -EIO, "invalid response: it contains a NUL");
	}
	/*
	 * The server sends status 400 without a message if it loses its position in the connection.
	 */
	*ret_may_pass = (answer->status >= 502 && answer->status <= 504) || answer->status == 400;
	return store_fail(
		&server->store, answer->status >= 502 ? -EBUSY : -EPROTONOSUPPORT,
		"the server did not respond like ClickHouse (HTTP %ld); is this the HTTP port?",
		answer->status);
}

static void pause_ms(long ms)
{
	nanosleep(&(struct timespec){ ms / 1000, ms % 1000 * 1000000 }, NULL);
}

/**
 * struct request - a request
 * @query: the query part of the URL
 * @body: NULL if @mime is set
 * @is_change: it writes rows
 * @is_compressed: @body contains compressed rows
 * @is_outside: the request needs no database
 * @is_once: do not send it twice
 */
struct request {
	const char *query;
	const struct tsv *body;
	curl_mime *mime;
	bool is_change;
	bool is_compressed;
	bool is_outside;
	bool is_once;
};

/*
 * Build the URL of a request; return NULL if there is no memory. Old and new servers know the
 * settings used here. With wait_end_of_query, a response is either a complete result or an error.
 */
static char *make_url(struct clickhouse *server, const struct request *request)
{
	CLICKHOUSE_AUTO_TEXT *query = curl_easy_escape(server->curl, request->query, 0);
	char *url;

	if (!query)
		return NULL;
	/*
	 * The server forbids a read-only user to change settings, so only a write changes a
	 * setting. A write returns when its rows are visible to the next query.
	 */
	if (asprintf(&url, "%s?wait_end_of_query=1%s%s%s%s%s%s%s", server->url,
		     request->is_change ? "&insert_distributed_sync=1" : "",
		     request->is_change && server->has_async_insert ? "&async_insert=0" : "",
		     request->is_change && server->limits_partitions ? ANY_PARTITIONS : "",
		     request->is_outside ? "" : "&database=",
		     request->is_outside ? "" : server->database, query[0] ? "&query=" : "",
		     query) < 0)
		return NULL;
	return url;
}

static int end_if_stopped(void *data, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
	const struct clickhouse *server = data;

	return __atomic_load_n(server->is_stopped, __ATOMIC_RELAXED);
}

static void set_up(struct clickhouse *server, const char *url, struct curl_slist *headers,
		   struct answer *answer)
{
	CURL *curl = server->curl;

	curl_easy_reset(curl);
	curl_easy_setopt(curl, CURLOPT_URL, url);
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, connect_limit_s(server));
	curl_easy_setopt(curl, CURLOPT_TIMEOUT, limit_s(server));
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_body);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, answer);
	curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, take_header);
	curl_easy_setopt(curl, CURLOPT_HEADERDATA, answer);
	curl_easy_setopt(curl, CURLOPT_USERAGENT, "kexec-lineage");
	if (server->is_stopped) {
		curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, end_if_stopped);
		curl_easy_setopt(curl, CURLOPT_XFERINFODATA, server);
		curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
	}
	if (server->may_send_login)
		curl_easy_setopt(curl, CURLOPT_NETRC, (long)CURL_NETRC_OPTIONAL);
	/* A proxy would be on the network. */
	if (server->is_loopback)
		curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
	if (server->ca) {
		curl_easy_setopt(curl, CURLOPT_CAINFO, server->ca);
		curl_easy_setopt(curl, CURLOPT_CAPATH, NULL);
	}
	if (server->user)
		curl_easy_setopt(curl, CURLOPT_USERNAME, server->user);
	if (server->password)
		curl_easy_setopt(curl, CURLOPT_PASSWORD, server->password);
}

static int send_once(struct clickhouse *server, const struct request *request,
		     struct answer *answer, bool *ret_may_pass)
{
	LINEAGE_AUTO_FREE char *url = make_url(server, request);
	CLICKHOUSE_AUTO_HEADERS *headers = NULL;
	curl_off_t connect_us = 0;
	long new_connections = 1;
	CURLcode result;

	*ret_may_pass = false;
	if (!url)
		return clickhouse_fail_memory(server);
	/* Do not wait for "100 Continue": the server always reads the whole body. */
	headers = curl_slist_append(NULL, "Expect:");
	if (request->is_compressed)
		headers = curl_slist_append(headers, "Content-Encoding: gzip");
	set_up(server, url, headers, answer);
	/* libcurl itself sends a request again if a connection that it reuses was closed. */
	if (request->is_once)
		curl_easy_setopt(server->curl, CURLOPT_FRESH_CONNECT, 1L);
	if (request->mime) {
		/*
		 * Do not reuse the connection: old servers leave the end of the last line unread
		 * and parse it as the next request.
		 */
		curl_easy_setopt(server->curl, CURLOPT_FORBID_REUSE, 1L);
		curl_easy_setopt(server->curl, CURLOPT_MIMEPOST, request->mime);
	} else {
		curl_easy_setopt(server->curl, CURLOPT_POSTFIELDSIZE_LARGE,
				 (curl_off_t)request->body->size);
		curl_easy_setopt(server->curl, CURLOPT_POSTFIELDS,
				 request->body->at ? request->body->at : "");
	}
	result = curl_easy_perform(server->curl);
	curl_easy_getinfo(server->curl, CURLINFO_RESPONSE_CODE, &answer->status);
	curl_easy_getinfo(server->curl, CURLINFO_CONNECT_TIME_T, &connect_us);
	curl_easy_getinfo(server->curl, CURLINFO_NUM_CONNECTS, &new_connections);
	answer->is_connected = connect_us > 0 || new_connections == 0;
	return judge(server, result, answer, ret_may_pass);
}

/*
 * Send a request. If an earlier request has succeeded, retry after a temporary error, with a
 * growing delay. Every other request can be sent twice without harm. If the server refused it
 * because of a request that was sent ahead, retry when that one is answered.
 */
static int send_request(struct clickhouse *server, const struct request *request, struct tsv *ret)
{
	int tries = server->is_open && !request->is_once ? TRIES : 1;
	long pause = FIRST_PAUSE_MS;
	bool may_pass = true;
	int error = 0;

	for (int i = 0; i < tries && may_pass; i++, pause *= 2) {
		AUTO_ANSWER answer = { 0 };

		if (i > 0 &&
		    !(server->has_too_many && server->when_refused && server->when_refused(server)))
			pause_ms(pause);
		error = send_once(server, request, &answer, &may_pass);
		if (!error && ret) {
			*ret = answer.body;
			answer.body = (struct tsv){ 0 };
		}
		if (!error)
			return 0;
	}
	return error;
}

static CURLcode add_field(curl_mime *mime, const struct clickhouse_external *external,
			  const char *ending, const char *value)
{
	curl_mimepart *part = curl_mime_addpart(mime);
	char name[64];
	CURLcode result;

	if (!part)
		return CURLE_OUT_OF_MEMORY;
	snprintf(name, sizeof(name), "%s%s", external->name, ending);
	result = curl_mime_name(part, name);
	return result ? result : curl_mime_data(part, value, CURL_ZERO_TERMINATED);
}

static CURLcode add_rows(curl_mime *mime, const struct clickhouse_external *external)
{
	curl_mimepart *part = curl_mime_addpart(mime);
	const struct tsv *rows = external->rows;
	CURLcode result = part ? curl_mime_name(part, external->name) : CURLE_OUT_OF_MEMORY;

	if (!result)
		result = curl_mime_filename(part, external->name);
	return result ? result : curl_mime_data(part, rows->at ? rows->at : "", rows->size);
}

/* Return NULL if there is no memory. */
static curl_mime *make_mime(struct clickhouse *server, const struct clickhouse_external *external)
{
	CLICKHOUSE_AUTO_MIME *mime = curl_mime_init(server->curl);

	if (mime && !add_field(mime, external, "_structure", external->structure) &&
	    !add_field(mime, external, "_format", "TabSeparated") && !add_rows(mime, external))
		return LINEAGE_TAKE(mime);
	return NULL;
}

int clickhouse_make_database(struct clickhouse *server)
{
	TSV_AUTO sql = { 0 };
	struct request request = { .query = "", .body = &sql, .is_outside = true };

	tsv_print(&sql, "CREATE DATABASE IF NOT EXISTS `%s`", server->database);
	if (sql.has_failed)
		return clickhouse_fail_memory(server);
	return send_request(server, &request, NULL);
}

int clickhouse_ask(struct clickhouse *server, const char *sql,
		   const struct clickhouse_external *external, struct tsv *ret)
{
	struct tsv body = { .at = (char *)(uintptr_t)sql, .size = strlen(sql) };
	struct request request = { .query = "", .body = &body };
	CLICKHOUSE_AUTO_MIME *mime = external ? make_mime(server, external) : NULL;

	if (external && !mime)
		return clickhouse_fail_memory(server);
	if (external)
		request.query = sql;
	request.mime = mime;
	return send_request(server, &request, ret);
}

int clickhouse_change(struct clickhouse *server, const struct tsv *sql)
{
	struct request request = { .query = "", .body = sql, .is_change = true };

	return sql->has_failed ? clickhouse_fail_memory(server)
			       : send_request(server, &request, NULL);
}

int clickhouse_change_once(struct clickhouse *server, const struct tsv *sql)
{
	struct request request = { .query = "", .body = sql, .is_change = true, .is_once = true };

	return sql->has_failed ? clickhouse_fail_memory(server)
			       : send_request(server, &request, NULL);
}

static void end_deflate(z_stream *stream)
{
	deflateEnd(stream);
}
#define AUTO_DEFLATE __attribute__((cleanup(end_deflate))) z_stream

/*
 * Compress rows with gzip. If a plain body is truncated, the server inserts the part that it
 * received, which can end in a partial number. The server inserts nothing from a truncated gzip
 * stream.
 */
static bool compress_rows(const struct tsv *rows, struct tsv *ret)
{
	AUTO_DEFLATE stream = { .next_in = (Bytef *)rows->at, .avail_in = (uInt)rows->size };
	uLong bound;
	int result;

	if (rows->size > UINT32_MAX / 2 ||
	    deflateInit2(&stream, 1, Z_DEFLATED, GZIP_WINDOW, 8, Z_DEFAULT_STRATEGY) != Z_OK)
		return false;
	bound = deflateBound(&stream, (uLong)rows->size);
	ret->at = malloc(bound);
	stream.next_out = (Bytef *)ret->at;
	stream.avail_out = (uInt)bound;
	result = ret->at ? deflate(&stream, Z_FINISH) : Z_MEM_ERROR;
	ret->size = bound - stream.avail_out;
	return result == Z_STREAM_END;
}

int clickhouse_insert(struct clickhouse *server, const char *table, const char *columns,
		      const struct tsv *rows)
{
	TSV_AUTO query = { 0 }, body = { 0 };
	struct request request = { .body = &body, .is_change = true, .is_compressed = true };

	if (rows->size == 0 && !rows->has_failed)
		return 0;
	tsv_print(&query, "INSERT INTO %s%s (%s) FORMAT TabSeparated", table, server->tables,
		  columns);
	if (rows->has_failed || query.has_failed || !compress_rows(rows, &body))
		return clickhouse_fail_memory(server);
	request.query = query.at;
	return send_request(server, &request, NULL);
}
