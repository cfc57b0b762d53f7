// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Lists of a server are the same with and without sealed weeks, after random schedules of two
 * writers, repeated and late additions, removals, renamed hosts, and sealers, some of them killed.
 *
 * usage: test_seals URL. The environment variable SEAL_SCHEDULES is the number of schedules
 * (default: 2), SEAL_SEED the seed of the first one.
 */
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "support_crashed.h"
#include "support_store.h"

#define STEPS 12
#define STEPS_BETWEEN_CHECKS 4
#define WEEK_S STORE_WEEK_S
#define START (1764547200 / WEEK_S * WEEK_S)
#define WEEKS 4
#define FILTERS 3 /* of host days in a comparison */
#define CRASHES 3
#define KILLED_AFTER_MS 60
#define TRIES 5
#define LINES_MAX 4096

static const char *const hosts[] = { "alpha", "beta", "gamma" };
static const char *const releases[] = { "6.1.0", "6.12.0", "7.3.0" };
static const char *const signatures[] = { "first", "second", "third", STORE_LOST_SIGNATURE };

static unsigned int seed;
static int sealed_weeks;

static int draw(int below)
{
	return rand_r(&seed) % below;
}

/* Write a chain that begins with @previous: most are as the programs write them. */
static void draw_chain(const char *previous, char *chain, size_t size)
{
	static const char *const others[] = { "6.1.0", "6.12.0", "7.3.0", "5.10\\/x" };

	if (draw(8) == 0)
		snprintf(chain, size, "[ {\"release\":\"%s\",\"runs\":1}]", previous);
	else
		snprintf(chain, size,
			 "[{\"release\":\"%s\",\"runs\":%d},{\"release\":\"%s\",\"runs\":%d}]",
			 previous, 1 + draw(2), others[draw(4)], 1 + draw(2));
}

static void draw_boot(struct store_boot *boot, char *id, size_t size, char *chain,
		      size_t chain_size)
{
	snprintf(id, size, "boot-%d", draw(20));
	*boot = (struct store_boot){ .host = hosts[draw(3)],
				     .boot_id = id,
				     .has_kernel_id = true,
				     .release = releases[draw(3)],
				     .boot = draw(2) ? LINEAGE_BOOT_KEXEC : LINEAGE_BOOT_COLD,
				     .has_count = true,
				     .has_time = draw(4) != 0,
				     .time = START + draw(WEEKS * WEEK_S),
				     .label = draw(2) ? "model A" : "",
				     .source = draw(2) ? "module" : "log",
				     .has_last_uptime = draw(2) != 0,
				     .last_uptime_us = (int64_t)draw(1000000) * 1000000,
				     .end = draw(2) ? STORE_END_CRASH : STORE_END_UNKNOWN };
	if (boot->boot == LINEAGE_BOOT_KEXEC) {
		boot->previous_release = releases[draw(3)];
		boot->has_count = draw(4) != 0;
		boot->kexec_count = 1 + (uint32_t)draw(4);
		boot->chain_is_complete = draw(2) != 0;
		draw_chain(boot->previous_release, chain, chain_size);
		boot->chain = draw(4) ? chain : NULL;
	}
}

static void check(struct store *store, int error)
{
	if (error)
		fail_msg("%s", store_error(store));
}

static void add_boot(struct store *store)
{
	struct store_boot boot;
	enum store_end before;
	char id[32], chain[128];

	draw_boot(&boot, id, sizeof(id), chain, sizeof(chain));
	check(store, store_add_boot(store, &boot, &before));
	if (draw(3) == 0)
		check(store, store_add_boot(store, &boot, &before));
	for (int i = draw(CRASHES); i > 0; i--) {
		struct store_crash crash = { .host = boot.host,
					     .boot_id = id,
					     .title = "a crash",
					     .type = "oops",
					     .signature = signatures[draw(4)],
					     .has_uptime = draw(2) != 0,
					     .uptime_us = draw(1000000) };
		bool is_new;

		check(store, store_add_crash(store, &crash, &is_new));
	}
}

static void add_boots(struct store *store)
{
	int error;

	check(store, store_begin_batch(store));
	for (int i = 2 + draw(6); i > 0; i--)
		add_boot(store);
	/* A writer gives up if another one writes the same boots again and again. */
	error = store_end_batch(store);
	check(store, error == -EBUSY ? 0 : error);
}

static int count_seal(const struct store_seal *seal, void *data)
{
	*(int *)data += seal->is_sealed;
	return 0;
}

/* Seal all weeks. If they are complete, a total is made as well. */
static void seal(struct store *store)
{
	int64_t now = draw(3) ? START + (WEEKS + 2) * WEEK_S : START + draw(WEEKS * WEEK_S);

	check(store, store_seal(store, now, true, count_seal, &sealed_weeks));
}

/* Run @act in another process with its own connection. Kill it after @kill_ms, if that is not 0. */
static void in_parallel(const struct fixture *fixture, void (*act)(struct store *store),
			void (*meanwhile)(struct store *store), int kill_ms)
{
	unsigned int other = (unsigned int)draw(1 << 30);
	pid_t child = fork();
	int status;

	assert_true(child >= 0);
	if (child == 0) {
		struct store *store;

		seed = other;
		if (store_open(fixture->url, STORE_WRITE, &store))
			_exit(1);
		act(store);
		_exit(0);
	}
	if (meanwhile)
		meanwhile(fixture->store);
	if (kill_ms) {
		nanosleep(&(struct timespec){ 0, (long)kill_ms * 1000000 }, NULL);
		kill(child, SIGKILL);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	if (!kill_ms)
		assert_int_equal(status, 0);
}

static int ignore_host(const struct store_host *host, void *data)
{
	return 0;
}

static void remove_boots(struct store *store)
{
	struct store_selection what = { .host = hosts[draw(3)] };
	char id[32];

	snprintf(id, sizeof(id), "boot-%d", draw(20));
	what.boot_id = draw(4) ? id : NULL;
	check(store, store_remove(store, &what, false, ignore_host, NULL));
}

static void step(const struct fixture *fixture)
{
	switch (draw(12)) {
	case 0:
	case 1:
		seal(fixture->store);
		break;
	case 2:
		in_parallel(fixture, seal, NULL, 1 + draw(KILLED_AFTER_MS));
		break;
	case 3:
		in_parallel(fixture, add_boots, seal, 0);
		break;
	case 4:
		in_parallel(fixture, add_boots, add_boots, 0);
		break;
	case 5:
		in_parallel(fixture, seal, seal, 0);
		break;
	case 6:
		in_parallel(fixture, add_boots, NULL, 1 + draw(KILLED_AFTER_MS));
		break;
	case 7:
		remove_boots(fixture->store);
		break;
	case 8:
		check(fixture->store,
		      store_rename_host(fixture->store, hosts[draw(3)], hosts[draw(3)]));
		break;
	default:
		add_boots(fixture->store);
	}
}

static void print_transition(FILE *out, const struct store_transition *at)
{
	fprintf(out,
		"%s %s %s %" PRId64 " %s %d: ", at->previous_release ? at->previous_release : "-",
		at->release ? at->release : "-", lineage_boot_name(at->boot),
		at->has_count ? (int64_t)at->kexec_count : -1, at->label ? at->label : "-",
		at->is_inferred);
}

static int print_boots(const struct store_transition *at, void *data)
{
	print_transition(data, at);
	return fprintf(data, "%" PRId64 " %" PRId64 " %" PRId64 "\n", at->boots, at->unclean,
		       at->crashes) < 0;
}

static int print_crashes(const struct store_crash_transition *crash, void *data)
{
	fprintf(data, "%s ", crash->signature);
	return print_boots(&crash->at, data);
}

static int print_length(const struct store_length *length, void *data)
{
	fprintf(data, "%u %" PRId64 " ", length->band, length->length_s);
	return print_boots(&length->at, data);
}

static int print_signature(const struct store_signature *signature, void *data)
{
	const struct store_crash *example = &signature->example;

	fprintf(data, "%s %" PRId64 ": %s %s %" PRId64 "\n", example->signature, signature->crashes,
		example->host, example->boot_id, example->has_uptime ? example->uptime_us : -1);
	return 0;
}

static int print_crash_length(const struct store_crash_length *crash, void *data)
{
	fprintf(data, "%s %d %d ", crash->signature ? crash->signature : "any",
		(int)crash->length_band, (int)crash->end_band);
	print_transition(data, &crash->at);
	return fprintf(data, "%" PRId64 " %" PRId64 " %" PRId64 "\n", crash->at.boots,
		       crash->length_s, crash->end_s) < 0;
}

#define NUMBERS 3

/** struct line - a line of a list without an order: a key that ends with a colon, and numbers */
struct line {
	char *key;
	long long numbers[NUMBERS];
};

static int compare_lines(const void *left, const void *right)
{
	return strcmp(((const struct line *)left)->key, ((const struct line *)right)->key);
}

/* Print the lines of a list that has no order. Add up the numbers of equal keys. */
static void print_sorted(FILE *out, char *text)
{
	struct line lines[LINES_MAX];
	size_t count = 0;
	char *line;

	for (char *rest = text; (line = strsep(&rest, "\n")) && *line; count++) {
		char *numbers = strrchr(line, ':');

		assert_true(count < LINES_MAX && numbers);
		*numbers++ = '\0';
		lines[count].key = line;
		for (int i = 0; i < NUMBERS; i++)
			lines[count].numbers[i] = strtoll(numbers, &numbers, 10);
	}
	qsort(lines, count, sizeof(*lines), compare_lines);
	for (size_t at = 0, next; at < count; at = next) {
		for (next = at + 1; next < count && compare_lines(&lines[at], &lines[next]) == 0;
		     next++)
			for (int i = 0; i < NUMBERS; i++)
				lines[at].numbers[i] += lines[next].numbers[i];
		fprintf(out, "%s: %lld %lld %lld\n", lines[at].key, lines[at].numbers[0],
			lines[at].numbers[1], lines[at].numbers[2]);
	}
	free(text);
}

static int print_ancestors(const struct store_ancestors *sum, void *data)
{
	fprintf(data, "%s %s %d ", sum->signature ? sum->signature : "any",
		sum->ancestor ? sum->ancestor : "-", sum->is_second);
	return print_boots(&sum->at, data);
}

static int print_chain(const struct store_chain *chain, void *data)
{
	fprintf(data, "%s %s %d ", chain->signature ? chain->signature : "any",
		chain->chain ? chain->chain : "-", chain->is_complete);
	return print_boots(&chain->at, data);
}

/* Print the lists that have no order. */
static void print_unordered(FILE *out, struct store *store)
{
	char *text = NULL;
	size_t size;
	FILE *lines = open_memstream(&text, &size);

	assert_non_null(lines);
	check(store, store_list_crash_lengths(store, print_crash_length, lines));
	check(store, store_list_chains(store, true, print_ancestors, print_chain, lines));
	check(store, store_list_chains(store, false, print_ancestors, print_chain, lines));
	fclose(lines);
	print_sorted(out, text);
}

static int print_host_day(const struct store_host_day *row, void *data)
{
	fprintf(data,
		"%s %d %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64 " %d %" PRId64,
		row->host, row->has_day, row->has_day ? row->day : 0, row->measured, row->length_s,
		row->timed_crashes, row->uptime_s, (int)row->band, row->at_risk_s);
	fprintf(data, " %s %d ", row->chain ? row->chain : "-", row->chain_is_complete);
	return print_boots(&row->at, data);
}

/* Print the lists of host days of a few filters. @first: which filters */
static void print_host_days(FILE *out, struct store *store, int first)
{
	for (int number = 0; number < FILTERS; number++) {
		int i = (first + 5 * number) % 16;
		const struct store_host_filter filter = {
			.release = i & 1 ? releases[1] : NULL,
			.signature = i & 2 ? signatures[i & 4 ? 0 : 3] : NULL,
			.only_crashed = i & 8,
			.with_chains = (i & 12) == 4,
			.hashes = (i & 12) == 0 ? UINT64_MAX / 3 : 0,
		};

		fprintf(out, "filter %d\n", i);
		check(store, store_list_host_days(store, &filter, print_host_day, out));
		if (filter.only_crashed)
			support_print_crashed(out, store, &filter, false);
	}
}

/*
 * Return all lists that use sums, as text; the caller frees it. @first: which filters of host days
 * @is_report: read the lists as one report, with the same seals
 */
static char *list_all(const char *url, int first, bool is_report)
{
	const struct store_period all = { 0 };
	struct store *store;
	char *text = NULL;
	bool has_one = false;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	check(store, store_open(url, STORE_READ, &store));
	if (is_report)
		check(store, store_restrict(store, &all));
	check(store, store_list_transitions(store, false, print_boots, out));
	check(store, store_list_transitions(store, true, print_boots, out));
	check(store, store_list_crash_transitions(store, print_crashes, out));
	check(store, store_list_lengths(store, print_length, out));
	check(store, store_list_signatures(store, print_signature, out));
	print_unordered(out, store);
	print_host_days(out, store, first);
	check(store, store_has_one_host(store, &has_one));
	fprintf(out, "%s host\n", has_one ? "one" : "not one");
	store_close(store);
	fclose(out);
	return text;
}

/* Print the first line in which two texts differ. */
static void print_difference(const char *with, const char *without)
{
	while (*with && *without) {
		size_t length = strcspn(with, "\n"), other = strcspn(without, "\n");

		if (length != other || strncmp(with, without, length) != 0)
			break;
		with += length + 1;
		without += other + 1;
	}
	print_error("with seals: %.*s\nwithout:    %.*s\n", (int)strcspn(with, "\n"), with,
		    (int)strcspn(without, "\n"), without);
}

/* Try again after a difference: the server may still run an insert of a writer that was killed. */
static void compare(const struct fixture *fixture, unsigned int schedule)
{
	char unsealed[160];
	bool is_same = false;
	int first = draw(16), is_report = draw(2);

	snprintf(unsealed, sizeof(unsealed), "%s?seals=no", fixture->url);
	for (int i = 0; i < TRIES && !is_same; i++) {
		char *with = list_all(fixture->url, first, is_report),
		     *without = list_all(unsealed, first, false);

		is_same = strcmp(with, without) == 0;
		if (!is_same && i == TRIES - 1)
			print_difference(with, without);
		free(with);
		free(without);
		if (!is_same)
			nanosleep(&(struct timespec){ 0, 100000000 }, NULL);
	}
	if (!is_same)
		fail_msg("schedule %u", schedule);
}

static void test_schedules(void **state)
{
	const char *number = getenv("SEAL_SCHEDULES"), *first = getenv("SEAL_SEED");
	unsigned int schedules = number ? (unsigned int)strtoul(number, NULL, 10) : 2;
	unsigned int start = first ? (unsigned int)strtoul(first, NULL, 10) : 1;

	for (unsigned int i = start; i < start + schedules; i++) {
		void *fixture = NULL;

		assert_int_equal(set_up(&fixture), 0);
		seed = i;
		for (int j = 1; j <= STEPS; j++) {
			step(fixture);
			if (j % STEPS_BETWEEN_CHECKS == 0 && j < STEPS)
				compare(fixture, i);
		}
		seal(((struct fixture *)fixture)->store);
		compare(fixture, i);
		assert_int_equal(tear_down(&fixture), 0);
	}
	print_message("%u schedules, %d weeks were sealed\n", schedules, sealed_weeks);
	assert_true(sealed_weeks >= (int)schedules);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_schedules) };

	if (argc < 2) {
		fprintf(stderr, "usage: test_seals URL\n");
		return 2;
	}
	store_server = argv[1];
	return cmocka_run_group_tests(tests, NULL, NULL);
}
