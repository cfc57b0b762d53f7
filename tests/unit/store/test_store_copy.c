// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests that a copy of a store has everything that the store has. Part of test_store. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/copy.h"
#include "support_store.h"

#define MACHINE "0123456789abcdef0123456789abcdef"
#define OTHER_MACHINE "fedcba9876543210fedcba9876543210"
#define THIRD_MACHINE "00000000000000000000000000000003"
#define START 1764000000

static const struct store_range all_names = { 0 };

#define HOSTS_MAX 16

/* ---- The content of a store as text. ---- */

static const char *or_dash(const char *text)
{
	return text && text[0] ? text : "-";
}

static void print_number(FILE *file, const char *name, bool is_known, int64_t number)
{
	if (is_known)
		fprintf(file, " %s=%" PRId64, name, number);
}

static int print_boot(const struct store_boot *boot, void *data)
{
	FILE *file = data;
	const char *const texts[] = {
		boot->host,	    boot->boot_id,     boot->aliases,	       boot->machine_id,
		boot->marks,	    boot->time_source, boot->release,	       boot->build,
		boot->build_id,	    boot->chain,       boot->previous_release, boot->source,
		boot->stamp,	    boot->evidence,    boot->conflicts,	       boot->label,
		boot->kexec_release
	};

	fputs(boot->is_part ? "part" : "boot", file);
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		fprintf(file, " %s", or_dash(texts[i]));
	fprintf(file, " %s %s %d%d%d%d", lineage_boot_name(boot->boot),
		or_dash(store_end_name(boot->end)), boot->has_kernel_id, boot->chain_is_complete,
		boot->is_recorded, boot->label_is_given);
	print_number(file, "time", boot->has_time, boot->time);
	print_number(file, "wall", boot->has_wall_start, boot->wall_start);
	print_number(file, "uptime", boot->has_last_uptime, boot->last_uptime_us);
	print_number(file, "seen", boot->has_last_seen, boot->last_seen);
	print_number(file, "count", boot->has_count, boot->kexec_count);
	print_number(file, "end", boot->has_end_time, boot->end_time);
	print_number(file, "kexec", boot->has_kexec_time, boot->kexec_time);
	fputc('\n', file);
	return 0;
}

static int print_crash(const struct store_crash *crash, void *data)
{
	FILE *file = data;

	fprintf(file, "crash %s %s %s %s %s %s %s %s", crash->host, crash->boot_id, crash->title,
		crash->type, or_dash(crash->frame), or_dash(crash->module), or_dash(crash->frames),
		crash->signature);
	print_number(file, "time", crash->has_time, crash->time);
	print_number(file, "uptime", crash->has_uptime, crash->uptime_us);
	print_number(file, "order", true, crash->order);
	fputc('\n', file);
	return 0;
}

static int print_name(const char *name, const char *host, void *data)
{
	fprintf(data, "name %s %s\n", name, host);
	return 0;
}

/* The hosts of a store and the numbers of their boots, sorted. */
struct host_sizes {
	char *lines[HOSTS_MAX];
	size_t count;
};

static int take_size(const char *host, int64_t boots, void *data)
{
	struct host_sizes *sizes = data;

	assert_true(sizes->count < HOSTS_MAX);
	assert_true(asprintf(&sizes->lines[sizes->count++], "%s %" PRId64, host, boots) > 0);
	return 0;
}

static int compare_lines(const void *left, const void *right)
{
	return strcmp(*(char *const *)left, *(char *const *)right);
}

static void list_sizes(struct store *store, struct host_sizes *ret)
{
	assert_int_equal(store_list_sizes(store, take_size, ret), 0);
	qsort(ret->lines, ret->count, sizeof(*ret->lines), compare_lines);
}

static void free_sizes(struct host_sizes *sizes)
{
	for (size_t i = 0; i < sizes->count; i++)
		free(sizes->lines[i]);
}

static void print_sizes(FILE *file, struct store *store)
{
	struct host_sizes sizes = { 0 };

	list_sizes(store, &sizes);
	for (size_t i = 0; i < sizes.count; i++)
		fprintf(file, "host %s\n", sizes.lines[i]);
	free_sizes(&sizes);
}

static int print_signature(const struct store_signature *signature, void *data)
{
	fprintf(data, "signature %s %" PRId64 " %s %s\n", signature->example.signature,
		signature->crashes, signature->example.host, signature->example.boot_id);
	return 0;
}

static int print_transition(const struct store_transition *at, void *data)
{
	fprintf(data, "transition %s %s %s %d %s: %" PRId64 " %" PRId64 " %" PRId64 "\n",
		or_dash(at->previous_release), or_dash(at->release), lineage_boot_name(at->boot),
		at->has_count ? (int)at->kexec_count : -1, or_dash(at->label), at->boots,
		at->unclean, at->crashes);
	return 0;
}

/* Return everything that a store reports; the caller frees it. */
static char *print_store(struct store *store)
{
	char *text = NULL;
	size_t size = 0;
	FILE *file = open_memstream(&text, &size);

	assert_non_null(file);
	assert_int_equal(store_list_names(store, &all_names, print_name, file), 0);
	print_sizes(file, store);
	assert_int_equal(store_list_rows(store, &all_names, print_boot, file), 0);
	assert_int_equal(store_list_range_crashes(store, &all_names, print_crash, file), 0);
	assert_int_equal(store_list_signatures(store, print_signature, file), 0);
	assert_int_equal(store_list_transitions(store, true, print_transition, file), 0);
	fclose(file);
	return text;
}

static void expect_equal(struct store *store, struct store *other)
{
	char *text = print_store(store), *other_text = print_store(other);

	assert_string_equal(text, other_text);
	free(text);
	free(other_text);
}

/* ---- The source. ---- */

/* Open a second store, a file. */
static struct store *open_file(const struct fixture *fixture, const char *name)
{
	struct store *store = NULL;
	char path[128];

	snprintf(path, sizeof(path), "%s/%s", fixture->folder, name);
	assert_int_equal(store_open(path, STORE_WRITE, &store), 0);
	return store;
}

static void add_to(struct store *store, const struct store_boot *boot)
{
	enum store_end before;

	assert_int_equal(store_add_boot(store, boot, &before), 0);
}

static struct store_boot make_logged(const char *host, const char *id, int64_t time)
{
	return (struct store_boot){ .host = host,
				    .boot_id = id,
				    .release = "7.3.4",
				    .boot = LINEAGE_BOOT_UNKNOWN,
				    .has_time = time != 0,
				    .time = time,
				    .time_source = time ? "log" : NULL };
}

static void add_crash_to(struct store *store, const char *host, const char *id,
			 const char *signature, int64_t time)
{
	const struct store_crash crash = { .host = host,
					   .boot_id = id,
					   .has_time = time != 0,
					   .time = time,
					   .has_uptime = time == 0,
					   .uptime_us = 7000000,
					   .title = "oops in f",
					   .type = "oops",
					   .frame = "f",
					   .module = "m",
					   .frames = "f\ng",
					   .signature = signature };
	bool is_new;

	assert_int_equal(store_add_crash(store, &crash, &is_new), 0);
	assert_true(is_new);
}

/* Add the boots that a machine recorded, with every fact that a boot can have. */
static void add_recorded(struct store *store)
{
	struct store_boot first = make_boot("00000000-0000-4000-8000-000000000001", "7.2.12");
	struct store_boot second =
		make_kexec("00000000-0000-4000-8000-000000000002", "7.3.4", "7.2.12", 4);

	first.host = second.host = MACHINE;
	first.machine_id = second.machine_id = MACHINE;
	first.has_time = second.has_time = true;
	first.time = START;
	second.time = START + 1000;
	first.time_source = second.time_source = "record";
	add_to(store, &first);
	assert_int_equal(store_kexec_started(store, MACHINE, first.boot_id, "7.3.4", START + 900),
			 0);
	assert_int_equal(store_end_boot(store, MACHINE, first.boot_id, START + 900), 0);
	second.aliases = "log-0123456789abcdef boot-00000000";
	second.marks = "0123456789abcdef";
	second.build = "#1 SMP";
	second.build_id = "abcdef";
	second.chain = "[{\"release\":\"7.2.12\",\"runs\":4}]";
	second.chain_is_complete = true;
	second.stamp = "1,k,4,,7.2.12,00000000";
	second.evidence = "[]";
	second.conflicts = "[\"a\tb\\\\c\"]";
	second.label = "QEMU 'q35'";
	second.label_is_given = true;
	second.has_last_uptime = second.has_last_seen = second.has_wall_start = true;
	second.last_uptime_us = 123456789;
	second.last_seen = START + 1123;
	second.wall_start = 63072000 + 86400 * 40;
	add_to(store, &second);
}

/* Add logs: hosts with and without a machine id, a shared name, and logs that begin too late. */
static void add_logged(struct store *store)
{
	struct store_boot boot = make_logged("web1", "log-1", START);
	struct store_boot part = make_logged("db", "part-1", START + 5);

	boot.machine_id = OTHER_MACHINE;
	add_to(store, &boot);
	boot = make_logged("web1", "log-2", 0);
	boot.machine_id = THIRD_MACHINE;
	boot.label = "Dell R640";
	add_to(store, &boot);
	boot = make_logged("web1", "log-3", 0);
	boot.release = NULL;
	add_to(store, &boot);
	boot = make_logged("lost", LINEAGE_LOST_PREFIX "log-9", START);
	boot.end = STORE_END_LOST;
	boot.boot = LINEAGE_BOOT_KEXEC;
	boot.previous_release = "7.2.12";
	boot.source = STORE_INFERRED;
	add_to(store, &boot);
	part.release = NULL;
	part.has_last_uptime = true;
	part.last_uptime_us = 99;
	part.end = STORE_END_CLEAN;
	assert_int_equal(store_add_part(store, &part), 0);
	part.host = "web1";
	part.machine_id = OTHER_MACHINE;
	part.time += 5000;
	assert_int_equal(store_add_part(store, &part), 0);
}

static void fill(struct store *store)
{
	add_recorded(store);
	add_logged(store);
	/* The order of hosts by name is not the order of the crashes: web1, MACHINE, OTHER. */
	add_crash_to(store, "web1", "log-3", "s1", START + 60);
	add_crash_to(store, MACHINE, "00000000-0000-4000-8000-000000000002", "s2", 0);
	add_crash_to(store, MACHINE, "00000000-0000-4000-8000-000000000002", "s1", START + 1060);
	add_crash_to(store, OTHER_MACHINE, "log-1", "s2", START + 60);
	add_crash_to(store, "lost", LINEAGE_LOST_PREFIX "log-9", STORE_LOST_SIGNATURE, START);
}

/* Copy a store in pages. @ends: the last host of each page except the last page */
static void copy_in_pages(struct store *from, struct store *to, const char *const *ends)
{
	struct store_copy copy = { .from = from, .to = to };
	struct host_sizes sizes = { 0 };
	struct store_range page = { .names = (const char *const *)sizes.lines };

	list_sizes(from, &sizes);
	assert_int_equal(store_copy_names(&copy), 0);
	for (size_t i = 0; i < sizes.count; i++) {
		*strrchr(sizes.lines[i], ' ') = '\0';
		page.count++;
		if (*ends ? strcmp(sizes.lines[i], *ends) < 0 : i + 1 < sizes.count)
			continue;
		assert_int_equal(store_copy_hosts(&copy, &page), 0);
		page.names += page.count;
		page.count = 0;
		ends += *ends != NULL;
	}
	assert_int_equal(page.count, 0);
	free_sizes(&sizes);
	assert_int_equal(store_copy_examples(&copy), 0);
	assert_int_equal(store_copy_looks(&copy), 0);
	assert_null(copy.failed);
}
#define COPY(from, to, ...) \
	copy_in_pages(from, to, (const char *const[]){ __VA_ARGS__ __VA_OPT__(, ) NULL })

/* ---- Tests. ---- */

static void test_round_trip(void **state)
{
	struct fixture *fixture = *state;
	struct store *from = open_file(fixture, "from.db"), *back = open_file(fixture, "back.db");

	fill(from);
	COPY(from, fixture->store, MACHINE, "lost");
	expect_equal(from, fixture->store);
	COPY(fixture->store, back);
	expect_equal(from, back);
	/* Once more: nothing is added twice. */
	COPY(from, fixture->store);
	expect_equal(from, fixture->store);
	COPY(fixture->store, back, "db", OTHER_MACHINE);
	expect_equal(from, back);
	store_close(from);
	store_close(back);
}

static void test_counts(void **state)
{
	struct fixture *fixture = *state;
	struct store *from = open_file(fixture, "from.db");
	struct store_copy copy = { .from = from, .to = fixture->store };

	fill(from);
	assert_int_equal(store_copy_names(&copy), 0);
	assert_int_equal(store_copy_hosts(&copy, &all_names), 0);
	assert_int_equal(copy.hosts, 6); /* "db" has only a part */
	assert_int_equal(copy.boots, 6);
	assert_int_equal(copy.crashes, 5);
	store_close(from);
}

static int copy_first(const struct store_boot *boot, void *data)
{
	assert_int_equal(store_copy_boot(data, boot, true), 0);
	return strcmp(boot->host, MACHINE) == 0; /* only some boots of MACHINE, and no crash */
}

/* A server can have boots without their crashes, and some rows of a host, if a copy was killed. */
static void test_continues(void **state)
{
	struct fixture *fixture = *state;
	struct store *from = open_file(fixture, "from.db");
	struct store_copy copy = { .from = from, .to = fixture->store };

	fill(from);
	assert_int_equal(store_copy_names(&copy), 0);
	assert_int_equal(store_list_rows(from, &all_names, copy_first, fixture->store), 1);
	COPY(from, fixture->store);
	expect_equal(from, fixture->store);
	store_close(from);
}

/* Rows that the rules would join stay separate if the source has them as two rows. */
static void test_no_rule_in_a_new_host(void **state)
{
	struct fixture *fixture = *state;
	struct store *from = open_file(fixture, "from.db");
	struct store_boot boots[] = { make_logged("h", "log-1", START),
				      make_logged("h", "log-2", START + 1) };
	struct store_boot running = make_boot("1", "A");

	for (size_t i = 0; i < 2; i++)
		assert_int_equal(store_copy_boot(from, &boots[i], true), 0);
	for (size_t i = 0; i < 2; i++) { /* a boot that runs although the machine booted again */
		assert_int_equal(store_copy_boot(from, &running, true), 0);
		running.boot_id = "2";
	}
	COPY(from, fixture->store);
	expect_equal(from, fixture->store);
	COPY(from, fixture->store);
	expect_equal(from, fixture->store);
	store_close(from);
}

static void test_merges_boots(void **state)
{
	struct fixture *fixture = *state;
	struct store *from = open_file(fixture, "from.db");
	struct store_boot older = make_boot("1", "A"), ended = make_boot("2", "A"),
			  running = make_boot("3", "A"), logged = make_boot("2", "A");

	add_to(from, &older);
	add_to(from, &ended); /* the source does not know how this boot ended */
	logged.end = STORE_END_UNKNOWN;
	logged.is_recorded = false;
	logged.has_last_uptime = true;
	logged.last_uptime_us = 5;
	add_to(from, &logged);
	add_crash_to(from, "h", "2", "s", 0);
	add_to(fixture->store, &ended);
	assert_int_equal(store_end_boot(fixture->store, "h", "2", START), 0);
	add_to(fixture->store, &running);
	add_crash_to(fixture->store, "h", "3", "s", 0);
	COPY(from, fixture->store);
	EXPECT_BOOTS(fixture, FILTER(0), "2 A clean", "3 A running", "1 A unclean");
	EXPECT_TRANSITIONS(fixture, "- A cold 0: 3 1 2");
	COPY(from, fixture->store);
	EXPECT_BOOTS(fixture, FILTER(0), "2 A clean", "3 A running", "1 A unclean");
	EXPECT_TRANSITIONS(fixture, "- A cold 0: 3 1 2");
	store_close(from);
}

/* Equal boots with another report of a crash: the rules decide whether it is the same crash. */
static void test_merges_crashes(void **state)
{
	struct fixture *fixture = *state;
	struct store *from = open_file(fixture, "from.db");
	struct store_boot boot = make_boot("1", "A");
	struct store_crash crash = { .host = "h",
				     .boot_id = "1",
				     .has_uptime = true,
				     .uptime_us = 7001000,
				     .title = "oops in f",
				     .type = "oops",
				     .signature = "s" };
	char *text;
	bool is_new;

	add_to(from, &boot);
	add_crash_to(from, "h", "1", "s", 0);
	add_to(fixture->store, &boot);
	assert_int_equal(store_add_crash(fixture->store, &crash, &is_new), 0);
	COPY(from, fixture->store);
	EXPECT_TRANSITIONS(fixture, "- A cold 0: 1 0 1");
	/* An unchanged crash is added only once, and keeps its first order. */
	crash.uptime_us = 9000000;
	for (crash.order = 5; crash.order < 7; crash.order++)
		assert_int_equal(store_copy_crash(fixture->store, &crash, true), 0);
	text = print_store(fixture->store);
	assert_non_null(strstr(text, " order=5\n"));
	assert_null(strstr(text, " order=6\n"));
	free(text);
	EXPECT_TRANSITIONS(fixture, "- A cold 0: 1 0 2");
	store_close(from);
}

static void test_merges_hosts(void **state)
{
	struct fixture *fixture = *state;
	struct store *from = open_file(fixture, "from.db");
	struct store_boot known = make_logged("web1", "log-1", START);
	struct store_boot unknown = make_logged("web1", "log-2", START + 5000);
	char *text;

	/* The target knows the machine of the name in the source. */
	known.machine_id = MACHINE;
	add_to(fixture->store, &known);
	add_to(from, &unknown);
	add_crash_to(from, "web1", "log-2", "s", 0);
	/* The source knows the machine of a name in the target. */
	unknown.host = known.host = "web2";
	add_to(fixture->store, &unknown);
	known.machine_id = OTHER_MACHINE;
	add_to(from, &known);
	COPY(from, fixture->store);
	text = print_store(fixture->store);
	assert_non_null(strstr(text, "host " MACHINE " 2\nhost " OTHER_MACHINE " 2\nboot"));
	assert_non_null(strstr(text, "crash " MACHINE " log-2 "));
	free(text);
	store_close(from);
}

static void test_part_is_used(void **state)
{
	struct fixture *fixture = *state;
	struct store *from = open_file(fixture, "from.db");
	struct store_boot boot = make_logged("h", "log-1", START);
	struct store_boot part = make_logged("h", "part-1", START + 2);

	part.release = NULL;
	part.end = STORE_END_CLEAN;
	assert_int_equal(store_add_part(from, &part), 0);
	add_to(fixture->store, &boot);
	COPY(from, fixture->store);
	EXPECT_BOOTS(fixture, FILTER(0), "log-1 7.3.4 clean");
	store_close(from);
}

static int take_first(const struct store_boot *boot, void *data)
{
	return 42;
}

static int take_first_name(const char *name, const char *host, void *data)
{
	return 42;
}

static int take_first_size(const char *host, int64_t boots, void *data)
{
	return 42;
}

static int take_first_crash(const struct store_crash *crash, void *data)
{
	return 42;
}

static void test_ranges(void **state)
{
	struct fixture *fixture = *state;
	const struct store_range some = {
		(const char *const[]){ OTHER_MACHINE, "lost", "missing", "web1" }, 4
	};
	const struct store_range names = { (const char *const[]){ OTHER_MACHINE }, 1 };
	char *text = NULL;
	size_t size = 0;
	FILE *file = open_memstream(&text, &size);

	fill(fixture->store);
	assert_int_equal(store_list_rows(fixture->store, &all_names, take_first, NULL), 42);
	assert_int_equal(store_list_names(fixture->store, &all_names, take_first_name, NULL), 42);
	assert_int_equal(store_list_sizes(fixture->store, take_first_size, NULL), 42);
	assert_int_equal(
		store_list_range_crashes(fixture->store, &all_names, take_first_crash, NULL), 42);
	assert_int_equal(store_list_rows(fixture->store, &some, print_boot, file), 0);
	assert_int_equal(store_list_range_crashes(fixture->store, &some, print_crash, file), 0);
	assert_int_equal(store_list_names(fixture->store, &names, print_name, file), 0);
	fclose(file);
	assert_null(strstr(text, "boot 0"));
	assert_null(strstr(text, "part db"));
	assert_non_null(strstr(text, "part " OTHER_MACHINE " part-1 "));
	assert_non_null(strstr(text, "boot " OTHER_MACHINE " log-1 "));
	assert_non_null(strstr(text, "boot lost "));
	assert_non_null(strstr(text, "boot web1 log-3 "));
	assert_null(strstr(text, "crash 0"));
	assert_non_null(strstr(text, "crash " OTHER_MACHINE " log-1 "));
	assert_non_null(strstr(text, "crash web1 log-3 "));
	assert_string_equal(strstr(text, "name "), "name " OTHER_MACHINE " " OTHER_MACHINE "\n");
	free(text);
}

static void test_missing_boot(void **state)
{
	struct fixture *fixture = *state;
	const struct store_crash crash = {
		.host = "h", .boot_id = "1", .title = "t", .type = "oops", .signature = "s"
	};

	assert_int_equal(store_copy_crash(fixture->store, &crash, true), -ENOENT);
	assert_int_equal(store_copy_crash(fixture->store, &crash, false), -ENOENT);
	assert_int_equal(store_set_example(fixture->store, &crash), 0);
}

static void add_look_to(struct store *store, const char *watched, int64_t number, double level)
{
	const struct store_look look = { .watched = watched,
					 .number = number,
					 .time = START,
					 .digest = "d",
					 .level = level,
					 .decision = "hold",
					 .found = "a\nb" };

	assert_int_equal(store_add_look(store, &look), 0);
}

static int print_look(const struct store_look *look, void *data)
{
	fprintf(data, "%s %d %g;", look->watched, (int)look->number, look->level);
	return 0;
}

static void expect_looks_of(struct store *store, const char *expected)
{
	char *text = NULL;
	size_t size = 0;
	FILE *file = open_memstream(&text, &size);

	assert_int_equal(store_list_looks(store, NULL, print_look, file), 0);
	fclose(file);
	assert_string_equal(text, expected);
	free(text);
}

static void test_copied_looks(void **state)
{
	struct fixture *fixture = *state;
	struct store *from = open_file(fixture, "from.db");
	struct store_copy copy = { .from = from, .to = fixture->store };

	add_look_to(from, "A", 1, 0.5);
	add_look_to(from, "A", 2, 0.25);
	add_look_to(from, "B", 1, 0.5);
	add_look_to(from, "B", 2, 0.5);
	if (!store_server)
		add_look_to(fixture->store, "B", 1, 0.75); /* another plan of the same releases */
	assert_int_equal(store_copy_looks(&copy), 0);
	assert_true(copy.has_lost_looks);
	assert_int_equal(copy.looks, store_server ? 0 : 2);
	if (!store_server)
		expect_looks_of(fixture->store, "A 1 0.5;A 2 0.25;B 1 0.75;");
	add_look_to(from, "A", 3, 0.125);
	assert_int_equal(store_copy_looks(&copy), 0);
	if (!store_server)
		expect_looks_of(fixture->store, "A 1 0.5;A 2 0.25;A 3 0.125;B 1 0.75;");
	copy = (struct store_copy){ .from = fixture->store, .to = from };
	assert_int_equal(store_copy_looks(&copy), 0);
	assert_int_equal(copy.has_lost_looks, !store_server);
	store_close(from);
}

static void test_same_store(void **state)
{
	struct fixture *fixture = *state;
	char url[256], other[256];

	assert_true(store_is_same(fixture->url, fixture->url));
	snprintf(other, sizeof(other), "%s/other.db", fixture->folder);
	assert_false(store_is_same(fixture->url, other));
	if (store_server) {
		snprintf(url, sizeof(url), "%s%stimeout=7", fixture->url,
			 strchr(fixture->url, '?') ? "&" : "?");
		snprintf(other, sizeof(other), "%s/other", store_server);
	} else {
		snprintf(url, sizeof(url), "%s/../%s/history.db", fixture->folder,
			 strrchr(fixture->folder, '/') + 1);
	}
	assert_true(store_is_same(fixture->url, url));
	assert_false(store_is_same(fixture->url, other));
	assert_false(store_is_same(fixture->url, "nothing://x"));
}

int run_copy_tests(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_round_trip),	 TEST(test_counts),
		TEST(test_continues),	 TEST(test_no_rule_in_a_new_host),
		TEST(test_merges_boots), TEST(test_merges_crashes),
		TEST(test_merges_hosts), TEST(test_part_is_used),
		TEST(test_ranges),	 TEST(test_missing_boot),
		TEST(test_copied_looks), TEST(test_same_store),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
