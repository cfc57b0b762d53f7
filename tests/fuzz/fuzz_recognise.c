// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Fuzz target for the recogniser. These results are errors: a crash without a boot, a repeated
 * boot, a title that is empty or too long, and a signature without a function.
 */
#include "fuzz.h"

#include "intake/recognise/boot_facts.h"
#include "intake/decode/decoder.h"
#include "intake/recognise/recognise.h"

struct seen {
	struct intake_recogniser *recogniser;
	size_t size;
	uint64_t boots;
	const struct intake_boot *last;
};

static void expect_terminated(const char *text, size_t size)
{
	FUZZ_EXPECT(memchr(text, '\0', size));
}

static void take_boot(void *data, const struct intake_boot *boot)
{
	struct seen *seen = data;

	seen->boots++;
	seen->last = boot;
	expect_terminated(boot->host, sizeof(boot->host));
	expect_terminated(boot->release, sizeof(boot->release));
	FUZZ_EXPECT(boot->boot_id[0]);
	FUZZ_EXPECT(!boot->has_previous || boot->previous_release[0]);
	FUZZ_EXPECT(boot->boot != LINEAGE_BOOT_COLD || !boot->has_previous);
}

static void take_crash(void *data, const struct intake_crash *crash)
{
	struct seen *seen = data;
	const struct intake_title *title = &crash->title;

	FUZZ_EXPECT(seen->boots > 0 && crash->boot);
	FUZZ_EXPECT(crash->offset <= seen->size);
	FUZZ_EXPECT(title->type && title->title[0]);
	expect_terminated(title->title, sizeof(title->title));
	expect_terminated(title->frame, sizeof(title->frame));
	expect_terminated(title->module, sizeof(title->module));
	FUZZ_EXPECT(title->frame_count <= INTAKE_FRAMES_MAX);
	FUZZ_EXPECT(crash->effect_count <= INTAKE_EFFECTS_MAX);
	FUZZ_EXPECT(title->signature[0] || !title->frame[0]);
	for (size_t i = 0; i < title->frame_count; i++)
		FUZZ_EXPECT(title->frames[i][0]);
}

static void take_record(void *data, const struct intake_record *record)
{
	struct seen *seen = data;

	intake_recogniser_record(seen->recogniser, record);
}

static void take_fault(void *data, enum intake_fault fault, uint64_t offset)
{
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct seen seen = { .size = size };
	struct intake_listener listener = { .boot = take_boot, .crash = take_crash, .data = &seen };
	struct intake_sink sink = { .record = take_record, .fault = take_fault, .data = &seen };
	void *state = intake_decoder_printk.create(&intake_decoder_printk, &sink);
	char *exact = fuzz_allocate(size);

	seen.recogniser = intake_recogniser_create(&listener, &sink, "");
	FUZZ_EXPECT(state && seen.recogniser);
	memcpy(exact, data, size);
	intake_decoder_printk.feed(state, exact, size, 0);
	intake_decoder_printk.finish(state);
	intake_decoder_printk.destroy(state);
	free(exact);
	intake_recogniser_finish(seen.recogniser);
	intake_recogniser_destroy(seen.recogniser);
	return 0;
}
