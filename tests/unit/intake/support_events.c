// SPDX-License-Identifier: GPL-2.0-or-later
#include "support_events.h"

#include <inttypes.h>
#include <stdio.h>

#include "intake/recognise/recognise.h"

struct world {
	struct intake_recogniser *recogniser;
	struct printed printed;
};

static void take_boot(void *data, const struct intake_boot *boot)
{
}

static void take_crash(void *data, const struct intake_crash *crash)
{
	struct world *world = data;

	if (crash->has_uptime)
		print_text(&world->printed, "%" PRIu64, crash->uptime_us / 1000000);
	else
		print_text(&world->printed, "-");
	print_text(&world->printed, " ");
	print_crash(&world->printed, crash);
}

static void take_record(void *data, const struct intake_record *record)
{
	intake_recogniser_record(((struct world *)data)->recogniser, record);
}

static void take_fault(void *data, enum intake_fault fault, uint64_t offset)
{
}

void expect_crashes(const char *log, const char *expected)
{
	struct world world = { 0 };
	struct intake_listener listener = { .boot = take_boot,
					    .crash = take_crash,
					    .data = &world };
	struct intake_sink sink = { .record = take_record, .fault = take_fault, .data = &world };
	void *decoder = intake_decoder_printk.create(&intake_decoder_printk, &sink);

	world.recogniser = intake_recogniser_create(&listener, &sink, "");
	assert_non_null(decoder);
	assert_non_null(world.recogniser);
	intake_decoder_printk.feed(decoder, log, strlen(log), 0);
	intake_decoder_printk.finish(decoder);
	intake_recogniser_finish(world.recogniser);
	intake_recogniser_destroy(world.recogniser);
	intake_decoder_printk.destroy(decoder);
	assert_string_equal(world.printed.text, expected);
}

/* Write the lines of a part, each with its time and context. */
static void add_part(const struct part *part, unsigned int *micros, char *log)
{
	const char *lines = part->lines;

	while (*lines) {
		size_t length = strcspn(lines, "\n") + 1;
		char *end = log + strlen(log);

		if (part->seconds > 0)
			sprintf(end, "[%5u.%06u]%s%s", part->seconds, ++*micros,
				part->context ? part->context : "", part->seconds > 0 ? " " : "");
		strncat(log, lines, length);
		lines += length;
	}
}

void run_events(const struct test *tests, size_t count)
{
	static char log[65536];

	for (size_t i = 0; i < count; i++) {
		unsigned int micros = 0;

		print_message("  %s\n", tests[i].name);
		log[0] = '\0';
		for (size_t j = 0; j < PARTS && tests[i].parts[j].lines; j++)
			add_part(&tests[i].parts[j], &micros, log);
		expect_crashes(log, tests[i].expected);
	}
}
