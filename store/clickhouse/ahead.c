// SPDX-License-Identifier: GPL-2.0-or-later
#include "ahead.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define REQUESTS_MAX 16
/* The thread sends no request while it has so many bytes of responses. */
#define BYTES_MAX ((size_t)64 << 20)

enum state { WAITING, SENT, READY, FAILED };

/**
 * struct ahead_request - a SELECT, until its response is taken
 * @sql: owned
 * @response: owned, if @state is READY
 */
struct ahead_request {
	char *sql;
	struct tsv response;
	enum state state;
};

/**
 * struct clickhouse_ahead - requests, and the thread that sends them
 * @server: copy of the server with its own connection, which only the thread uses
 * @lock: for all that follows
 * @changed: signalled after a change of a request, or of @is_stopped
 * @bytes: size of the responses that were not taken
 */
struct clickhouse_ahead {
	struct clickhouse server;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	struct ahead_request requests[REQUESTS_MAX];
	size_t count;
	size_t bytes;
	bool is_stopped;
};

/* Return whether all requests were taken. */
static bool is_empty(const struct clickhouse_ahead *ahead)
{
	for (size_t i = 0; i < ahead->count; i++)
		if (ahead->requests[i].sql)
			return false;
	return true;
}

static void free_request(struct ahead_request *request)
{
	free(request->sql);
	tsv_deinit(&request->response);
	*request = (struct ahead_request){ 0 };
}

/* Return the first request that is to be sent now, or NULL. */
static struct ahead_request *next_request(struct clickhouse_ahead *ahead)
{
	for (size_t i = 0; i < ahead->count && ahead->bytes < BYTES_MAX; i++)
		if (ahead->requests[i].sql && ahead->requests[i].state == WAITING)
			return &ahead->requests[i];
	return NULL;
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
	request->state = error ? FAILED : READY;
	request->response = response;
	ahead->bytes += response.size;
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
	for (size_t i = 0; i < ahead->count; i++)
		free_request(&ahead->requests[i]);
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

void clickhouse_ahead_add(struct clickhouse *server, const struct tsv *sql)
{
	char *copy = sql->has_failed ? NULL : strdup(sql->at);
	struct clickhouse_ahead *ahead;

	if (copy && !server->ahead)
		server->ahead = create(server);
	ahead = server->ahead;
	if (!copy || !ahead) {
		free(copy);
		return;
	}
	pthread_mutex_lock(&ahead->lock);
	if (is_empty(ahead))
		ahead->count = 0;
	if (ahead->count < REQUESTS_MAX)
		ahead->requests[ahead->count++] = (struct ahead_request){ .sql = copy };
	else
		free(copy);
	pthread_cond_broadcast(&ahead->changed);
	pthread_mutex_unlock(&ahead->lock);
}

static struct ahead_request *find(struct clickhouse_ahead *ahead, const char *sql)
{
	for (size_t i = 0; i < ahead->count; i++)
		if (ahead->requests[i].sql && strcmp(ahead->requests[i].sql, sql) == 0)
			return &ahead->requests[i];
	return NULL;
}

/* Wait until a request was answered. Return whether it succeeded. */
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
	free_request(request);
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
