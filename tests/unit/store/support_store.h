/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fixture that creates a store for each test, sample boots, and comparison of lists. Includes
 * cmocka.
 */
#ifndef LINEAGE_TESTS_SUPPORT_STORE_H
#define LINEAGE_TESTS_SUPPORT_STORE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "store/store.h"

#define LIST_MAX 16
#define TEXT_SIZE 256

/* A separate store for every test. */
struct fixture {
	char folder[64];
	char url[128];
	struct store *store;
};

/* URL of a server without a database; NULL for SQLite. */
extern const char *store_server;

/*
 * Use the server whose URL is first in @urls, or SQLite if @urls has only the NULL at its end.
 * Several URLs are the shards of the cluster "fleet".
 */
void use_servers(char *const *urls);

int set_up(void **state);
int tear_down(void **state);
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
void reopen(struct fixture *fixture);

struct store_boot make_boot(const char *id, const char *release);
struct store_boot make_kexec(const char *id, const char *release, const char *previous,
			     uint32_t count);
void add(struct fixture *fixture, const struct store_boot *boot, enum store_end before);
void add_four(struct fixture *fixture);

/* A list as text, one line per entry. */
struct list {
	char lines[LIST_MAX][TEXT_SIZE];
	int length;
	int stop_at; /* 0: never */
};

int list_boot(const struct store_boot *boot, void *data);
int list_transition(const struct store_transition *transition, void *data);
void expect_lines(const struct list *list, const char *const *lines);
void expect_boots(struct fixture *fixture, const struct store_filter *filter,
		  const char *const *lines);
void expect_transitions(struct fixture *fixture, const char *const *lines);

#define EXPECT_BOOTS(fixture, filter, ...)                  \
	expect_boots(fixture, &(struct store_filter)filter, \
		     (const char *const[]){ __VA_ARGS__ __VA_OPT__(, ) NULL })
#define FILTER(...)         \
	{                   \
		__VA_ARGS__ \
	}

#define EXPECT_TRANSITIONS(fixture, ...) \
	expect_transitions(fixture, (const char *const[]){ __VA_ARGS__ __VA_OPT__(, ) NULL })

/* Run the tests of test_store_crashes.c and return the number of failures. */
int run_crash_tests(void);

/* Run the tests of test_store_hosts.c and return the number of failures. */
int run_host_tests(void);

/* Run the tests of test_store_kexec.c and return the number of failures. */
int run_kexec_tests(void);
int run_look_tests(void);

/* Run the tests of test_store_copy.c and return the number of failures. */
int run_copy_tests(void);

/* Run the tests of test_store_samples.c and return the number of failures. */
int run_sample_tests(void);

/* Run the tests of test_store_excerpts.c and return the number of failures. */
int run_excerpt_tests(void);

/* Run the tests of test_store_cut.c and return the number of failures. */
int run_cut_tests(void);

#endif /* LINEAGE_TESTS_SUPPORT_STORE_H */
