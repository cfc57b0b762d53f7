// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Fuzz target for the lines before the banner of a kernel. These results are errors: a lost kexec
 * although no line announced a kexec, a lost kexec after a restart, a kexec without the facts of
 * its boot, a kexec after an erased screen, and a cold boot without a line of firmware or of a
 * restart.
 */
#include "fuzz.h"

#include "intake/decode/decoder.h"
#include "intake/recognise/firmware.h"
#include "intake/recognise/handover.h"

struct seen {
	struct intake_handover handover;
	size_t size;
};

static const struct lineage_entry chain[] = { { .release = "6.12", .runs = UINT32_MAX },
					      { .release = "6.1", .runs = 1 } };

static void check_next(const struct intake_handover *handover, const struct intake_origin *origin,
		       const struct intake_boot *before)
{
	const struct intake_boot *next = origin->next;
	struct intake_crash crash;

	FUZZ_EXPECT(handover->start == INTAKE_START_KEXEC && !handover->has_restart);
	FUZZ_EXPECT(next->end == INTAKE_END_LOST && next->boot == LINEAGE_BOOT_KEXEC);
	FUZZ_EXPECT(strncmp(next->boot_id, "lost-", 5) == 0);
	FUZZ_EXPECT(memchr(next->boot_id, '\0', sizeof(next->boot_id)));
	FUZZ_EXPECT(memchr(next->release, '\0', sizeof(next->release)));
	FUZZ_EXPECT(!next->release[0] ||
		    lineage_release_is_valid(next->release, strlen(next->release)));
	FUZZ_EXPECT(strcmp(next->previous_release, before->release) == 0);
	FUZZ_EXPECT(!next->has_count || next->kexec_count > 0);
	FUZZ_EXPECT(next->chain_length > 0 && strcmp(next->chain[0].release, before->release) == 0);
	intake_origin_crash(origin, &crash);
	FUZZ_EXPECT(crash.boot == next && crash.title.signature[0]);
}

/*
 * Check the conclusion from the lines that were read so far. The fields of @record choose the facts
 * of the previous boot.
 */
static void conclude(const struct seen *seen, const struct intake_record *record)
{
	struct intake_origin origin = { 0 };
	struct intake_boot before = {
		.boot_id = "log-0123456789abcdef",
		.release = "6.12",
		.has_count = record->level >= 0,
		.kexec_count = record->has_uptime ? UINT32_MAX : 1,
		.has_previous = true,
		.chain = chain,
		.chain_length = record->text.length % 3,
	};

	intake_handover_conclude(&seen->handover, &before, record, record->level % 2 == 0, &origin);
	FUZZ_EXPECT(!origin.is_lost || origin.next);
	FUZZ_EXPECT(origin.boot != LINEAGE_BOOT_KEXEC || origin.next);
	FUZZ_EXPECT(origin.boot != LINEAGE_BOOT_KEXEC || !seen->handover.is_erased);
	FUZZ_EXPECT(origin.boot != LINEAGE_BOOT_COLD || seen->handover.has_firmware ||
		    seen->handover.has_restart);
	if (origin.next)
		check_next(&seen->handover, &origin, &before);
	intake_origin_deinit(&origin);
	FUZZ_EXPECT(!origin.next && !origin.chain);
}

static void take_record(void *data, const struct intake_record *record)
{
	struct seen *seen = data;

	conclude(seen, record);
	FUZZ_EXPECT(intake_console_classify(record->text) <= INTAKE_CONSOLE_ALIVE);
	intake_handover_learn(&seen->handover, record, seen->handover.uptime_us > 0);
	FUZZ_EXPECT(seen->handover.offset <= seen->size && seen->handover.began <= seen->size);
	FUZZ_EXPECT(!intake_handover_needs_all(&seen->handover, record->offset) ||
		    seen->handover.start == INTAKE_START_KEXEC);
}

static void take_fault(void *data, enum intake_fault fault, uint64_t offset)
{
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct seen seen = { .size = size };
	const struct intake_sink sink = { .record = take_record,
					  .fault = take_fault,
					  .data = &seen };
	void *state = intake_decoder_printk.create(&intake_decoder_printk, &sink);
	char *exact = fuzz_allocate(size);

	FUZZ_EXPECT(state);
	memcpy(exact, data, size);
	intake_decoder_printk.feed(state, exact, size, 0);
	intake_decoder_printk.finish(state);
	intake_decoder_printk.destroy(state);
	free(exact);
	return 0;
}
