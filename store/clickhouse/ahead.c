// SPDX-License-Identifier: GPL-2.0-or-later
#include "ahead.h"

#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define REQUESTS_MAX 16
/* The thread sends no request while it has so many bytes of responses. */
#define BYTES_MAX ((size_t)64 << 20)

enum state { WAITING, SENT, READY };

/**
 * struct ahead_request - a SELECT, until it fails or its response is taken
 * @sql: owned; NULL if the slot is free
 * @response: owned, if @state is READY
 * @number: requests are sent in the order of their numbers
 * @is_expected: added by clickhouse_ahead_expect() or clickhouse_ahead_expect_too()
 * @is_dropped: the response is not needed any more
 */
struct ahead_request {
	char *sql;
	struct tsv response;
	enum state state;
	uint64_t number;
	bool is_expected;
	bool is_dropped;
};

/**
 * struct clickhouse_ahead - requests, and the thread that sends them
 * @server: copy of the server with its own connection, which only the thread uses
 * @lock: for all that follows
 * @changed: signalled after a change of a request, or of @is_stopped
 * @last: number of the request that was added last
 * @bytes: size of the responses that were not taken
 * @is_refused: the server does not accept another request at the same time; send no more
 */
struct clickhouse_ahead {
	struct clickhouse server;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	struct ahead_request requests[REQUESTS_MAX];
	uint64_t last;
	size_t bytes;
	bool is_stopped;
	bool is_refused;
};

static void free_request(struct clickhouse_ahead *ahead, struct ahead_request *request)
{
	ahead->bytes -= request->response.size;
	free(request->sql);
	tsv_deinit(&request->response);
	*request = (struct ahead_request){ 0 };
}

/* Return the first request that is to be sent now, or NULL. */
static struct ahead_request *next_request(struct clickhouse_ahead *ahead)
{
	struct ahead_request *next = NULL;

	if (ahead->is_refused || ahead->bytes >= BYTES_MAX)
		return NULL;
	for (size_t i = 0; i < REQUESTS_MAX; i++) {
		struct ahead_request *request = &ahead->requests[i];

		if (request->sql && request->state == WAITING &&
		    (!next || request->number < next->number))
			next = request;
	}
	return next;
}

/* Send a request, without the lock. Its text does not change while it is sent. */
static void send_next(struct clickhouse_ahead *ahead, struct ahead_request *request)
{
	struct tsv response = { 0 };
	int error;

	request->state = SENT;
	pthread_mutex_unlock(&ahead->lock);
	error = clickhouse_ask(&ahead->server, request->sql, NULL, &response);
	pthread_mutex_lock(&ahead->lock);
	ahead->is_refused |= ahead->server.has_too_many;
	request->state = READY;
	request->response = response;
	ahead->bytes += response.size;
	if (error || request->is_dropped)
		free_request(ahead, request);
	pthread_cond_broadcast(&ahead->changed);
}

static void *run(void *data)
{
	struct clickhouse_ahead *ahead = data;

	pthread_mutex_lock(&ahead->lock);
	while (!ahead->is_stopped) {
		struct ahead_request *next = next_request(ahead);

		if (next)
			send_next(ahead, next);
		else
			pthread_cond_wait(&ahead->changed, &ahead->lock);
	}
	pthread_mutex_unlock(&ahead->lock);
	return NULL;
}

static void destroy(struct clickhouse_ahead *ahead)
{
	for (size_t i = 0; i < REQUESTS_MAX; i++)
		free_request(ahead, &ahead->requests[i]);
	if (ahead->server.curl)
		curl_easy_cleanup(ahead->server.curl);
	pthread_cond_destroy(&ahead->changed);
	pthread_mutex_destroy(&ahead->lock);
	free(ahead);
}

static struct clickhouse_ahead *create(const struct clickhouse *server)
{
	struct clickhouse_ahead *ahead = calloc(1, sizeof(*ahead));

	if (!ahead)
		return NULL;
	ahead->server = *server;
	ahead->server.curl = curl_easy_init();
	ahead->server.ahead = NULL;
	ahead->server.when_refused = NULL;
	ahead->server.is_open = false; /* send each request once */
	ahead->server.wait_s = 0;      /* this server has answered before */
	ahead->server.is_stopped = &ahead->is_stopped;
	pthread_mutex_init(&ahead->lock, NULL);
	pthread_cond_init(&ahead->changed, NULL);
	if (ahead->server.curl && pthread_create(&ahead->thread, NULL, run, ahead) == 0)
		return ahead;
	destroy(ahead);
	return NULL;
}

/* Drop the requests that were expected before, unless they were taken. */
static void drop_expected(struct clickhouse_ahead *ahead)
{
	for (size_t i = 0; i < REQUESTS_MAX; i++) {
		struct ahead_request *request = &ahead->requests[i];

		if (!request->sql || !request->is_expected)
			continue;
		if (request->state == SENT)
			request->is_dropped = true;
		else
			free_request(ahead, request);
	}
}

/* Put a request into a free slot, if there is one. @sql: ownership passes to the function */
static void put(struct clickhouse_ahead *ahead, char *sql, bool is_expected)
{
	for (size_t i = 0; i < REQUESTS_MAX; i++) {
		struct ahead_request *request = &ahead->requests[i];

		if (request->sql)
			continue;
		*request = (struct ahead_request){ .sql = sql,
						   .number = ++ahead->last,
						   .is_expected = is_expected };
		return;
	}
	free(sql);
}

/* Return whether a request was sent and is not answered yet. */
static bool is_busy(const struct clickhouse_ahead *ahead)
{
	for (size_t i = 0; i < REQUESTS_MAX; i++)
		if (ahead->requests[i].state == SENT)
			return true;
	return false;
}

/* Send no more requests, and wait for the response to the last one; see @when_refused. */
static bool end_requests(struct clickhouse *server)
{
	struct clickhouse_ahead *ahead = server->ahead;
	bool was_busy;

	if (!ahead)
		return false;
	pthread_mutex_lock(&ahead->lock);
	ahead->is_refused = true;
	was_busy = is_busy(ahead);
	while (is_busy(ahead))
		pthread_cond_wait(&ahead->changed, &ahead->lock);
	pthread_mutex_unlock(&ahead->lock);
	return was_busy;
}

static void add(struct clickhouse *server, const struct tsv *sql, bool is_expected, bool replaces)
{
	char *copy = sql->has_failed ? NULL : strdup(sql->at);
	struct clickhouse_ahead *ahead;

	if (copy && !server->ahead) {
		server->ahead = create(server);
		server->when_refused = end_requests;
	}
	ahead = server->ahead;
	if (!copy || !ahead) {
		free(copy);
		return;
	}
	pthread_mutex_lock(&ahead->lock);
	if (replaces)
		drop_expected(ahead);
	put(ahead, copy, is_expected);
	pthread_cond_broadcast(&ahead->changed);
	pthread_mutex_unlock(&ahead->lock);
}

void clickhouse_ahead_add(struct clickhouse *server, const struct tsv *sql)
{
	add(server, sql, false, false);
}

void clickhouse_ahead_expect(struct clickhouse *server, const struct tsv *sql)
{
	add(server, sql, true, true);
}

void clickhouse_ahead_expect_too(struct clickhouse *server, const struct tsv *sql)
{
	add(server, sql, true, false);
}

static struct ahead_request *find(struct clickhouse_ahead *ahead, const char *sql)
{
	for (size_t i = 0; i < REQUESTS_MAX; i++) {
		struct ahead_request *request = &ahead->requests[i];

		if (request->sql && !request->is_dropped && strcmp(request->sql, sql) == 0)
			return request;
	}
	return NULL;
}

/*
 * Wait until a request was answered. Return whether it succeeded. The slot is free after a failure.
 */
static bool take(struct clickhouse_ahead *ahead, struct ahead_request *request, struct tsv *ret)
{
	bool is_ready;

	while (request->state == SENT || next_request(ahead) == request)
		pthread_cond_wait(&ahead->changed, &ahead->lock);
	is_ready = request->state == READY;
	if (is_ready) {
		ahead->bytes -= request->response.size;
		*ret = request->response;
		request->response = (struct tsv){ 0 };
	}
	free_request(ahead, request);
	pthread_cond_broadcast(&ahead->changed);
	return is_ready;
}

bool clickhouse_ahead_take(struct clickhouse *server, const char *sql, struct tsv *ret)
{
	struct clickhouse_ahead *ahead = server->ahead;
	struct ahead_request *request;
	bool is_taken;

	if (!ahead)
		return false;
	pthread_mutex_lock(&ahead->lock);
	request = find(ahead, sql);
	is_taken = request && take(ahead, request, ret);
	pthread_mutex_unlock(&ahead->lock);
	return is_taken;
}

void clickhouse_ahead_stop(struct clickhouse *server)
{
	struct clickhouse_ahead *ahead = server->ahead;

	if (!ahead)
		return;
	pthread_mutex_lock(&ahead->lock);
	__atomic_store_n(&ahead->is_stopped, true, __ATOMIC_RELAXED);
	pthread_cond_broadcast(&ahead->changed);
	pthread_mutex_unlock(&ahead->lock);
	pthread_join(ahead->thread, NULL);
	destroy(ahead);
	server->ahead = NULL;
}
