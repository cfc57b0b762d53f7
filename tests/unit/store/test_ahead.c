// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Requests that are sent ahead, also to a server that answers one request of a user at a time.
 *
 * usage: test_ahead URL, of an engine "...-single" of tests/servers/clickhouse.py
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "store/clickhouse/ahead.h"
#include "support_store.h"

#define EXPECTED 20 /* more than there are slots */

static void send_ahead(struct clickhouse *server, const char *text,
		       void (*how)(struct clickhouse *server, const struct tsv *sql))
{
	TSV_AUTO sql = { 0 };

	tsv_print(&sql, "%s", text);
	how(server, &sql);
}

static void expect_taken(struct clickhouse *server, const char *sql, const char *result)
{
	TSV_AUTO taken = { 0 };

	assert_int_equal(clickhouse_ahead_take(server, sql, &taken), result != NULL);
	if (result)
		assert_string_equal(taken.at, result);
}

static void expect_seven(struct clickhouse *server)
{
	TSV_AUTO sql = { 0 };
	int64_t number = 0;

	tsv_print(&sql, "SELECT 7");
	assert_int_equal(clickhouse_ask_number(server, &sql, &number), 0);
	assert_int_equal(number, 7);
}

static void pause_ms(long ms)
{
	nanosleep(&(struct timespec){ ms / 1000, ms % 1000 * 1000000 }, NULL);
}

/*
 * If the thread sent the second request as well, the retries of the other request would end before
 * both are answered.
 */
static void test_refused_request(void **state)
{
	struct clickhouse *server = clickhouse_of(((struct fixture *)*state)->store);

	send_ahead(server, "SELECT sleep(3)", clickhouse_ahead_add);
	send_ahead(server, "SELECT sleep(2.9)", clickhouse_ahead_add);
	pause_ms(300);
	expect_seven(server);
	expect_taken(server, "SELECT sleep(2.9)", NULL);
	expect_taken(server, "SELECT sleep(3)", "0\n");
	expect_seven(server);
}

static void *sleep_on_server(void *data)
{
	send_ahead(data, "SELECT sleep(1)", clickhouse_ahead_add);
	expect_taken(data, "SELECT sleep(1)", "0\n");
	return NULL;
}

/* The thread is refused because of another program. Later requests are not sent ahead. */
static void test_refused_thread(void **state)
{
	struct fixture *fixture = *state;
	struct clickhouse *server = clickhouse_of(fixture->store);
	struct store *other;
	pthread_t thread;

	assert_int_equal(store_open(fixture->url, STORE_READ, &other), 0);
	assert_int_equal(pthread_create(&thread, NULL, sleep_on_server, clickhouse_of(other)), 0);
	pause_ms(300);
	send_ahead(server, "SELECT 1", clickhouse_ahead_add);
	expect_taken(server, "SELECT 1", NULL);
	assert_int_equal(pthread_join(thread, NULL), 0);
	send_ahead(server, "SELECT 2", clickhouse_ahead_add);
	expect_taken(server, "SELECT 2", NULL);
	expect_seven(server);
	store_close(other);
}

/* A request that is expected in vain, or that fails, does not keep its slot. */
static void test_slots(void **state)
{
	struct clickhouse *server = clickhouse_of(((struct fixture *)*state)->store);
	char sql[32];

	for (int i = 0; i < EXPECTED; i++) {
		snprintf(sql, sizeof(sql), "SELECT %d", i);
		send_ahead(server, sql, clickhouse_ahead_expect);
		pause_ms(i % 2 ? 20 : 0);
	}
	expect_taken(server, "SELECT 3", NULL);
	expect_taken(server, sql, "19\n");
	for (int i = 0; i < EXPECTED; i++) {
		send_ahead(server, "SELECT nothing", clickhouse_ahead_add);
		pause_ms(20);
	}
	send_ahead(server, "SELECT 1", clickhouse_ahead_add);
	expect_taken(server, "SELECT 1", "1\n");
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		TEST(test_refused_request),
		TEST(test_refused_thread),
		TEST(test_slots),
	};

	if (argc < 2) {
		fprintf(stderr, "usage: test_ahead URL\n");
		return 2;
	}
	store_server = argv[1];
	return cmocka_run_group_tests(tests, NULL, NULL);
}
