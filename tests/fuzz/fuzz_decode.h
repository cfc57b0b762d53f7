/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Guarantees of all decoders: texts without newlines and of limited length, valid levels, offsets
 * inside the input, and the same output for every way to split the input.
 */
#ifndef LINEAGE_TESTS_FUZZ_DECODE_H
#define LINEAGE_TESTS_FUZZ_DECODE_H

#include "fuzz.h"

#include "intake/decode/decoder.h"
#include "intake/decode/hash.h"

/** struct fuzz_seen - a hash of everything that a sink received */
struct fuzz_seen {
	size_t size; /* size of the input */
	uint64_t records;
	uint64_t faults;
	uint64_t hash;
};

static void fuzz_mix(struct fuzz_seen *seen, const void *bytes, size_t length)
{
	seen->hash = intake_hash_add(seen->hash, bytes, length);
	seen->hash = intake_hash_add(seen->hash, &length, sizeof(length));
}

static void fuzz_mix_number(struct fuzz_seen *seen, uint64_t number)
{
	fuzz_mix(seen, &number, sizeof(number));
}

static void fuzz_mix_text(struct fuzz_seen *seen, struct intake_text text)
{
	/* Read every byte, so that AddressSanitizer detects freed texts. */
	FUZZ_EXPECT(text.length == 0 || text.at);
	fuzz_mix(seen, text.at, text.length);
}

static void fuzz_take_record(void *data, const struct intake_record *record)
{
	struct fuzz_seen *seen = data;

	FUZZ_EXPECT(record->text.length <= INTAKE_LINE_MAX);
	FUZZ_EXPECT(record->text.length == 0 ||
		    !memchr(record->text.at, '\n', record->text.length));
	FUZZ_EXPECT(record->level >= -1 && record->level <= 7);
	FUZZ_EXPECT(record->offset <= seen->size);
	FUZZ_EXPECT(record->context <= INTAKE_CONTEXT_CPU);
	seen->records++;
	fuzz_mix_text(seen, record->host);
	fuzz_mix_text(seen, record->boot_id);
	fuzz_mix_text(seen, record->machine_id);
	fuzz_mix_number(seen, record->lane);
	fuzz_mix_text(seen, record->release);
	fuzz_mix_text(seen, record->text);
	fuzz_mix_number(seen, record->has_sequence ? record->sequence : 1);
	fuzz_mix_number(seen, record->has_uptime ? record->uptime_us : 1);
	fuzz_mix_number(seen, record->has_time ? (uint64_t)record->time : 1);
	fuzz_mix_number(seen, (uint64_t)record->context << 32 | record->context_id);
	fuzz_mix_number(seen, (uint64_t)(record->level + 1) << 1 | record->is_from_user);
	fuzz_mix_number(seen, record->offset);
}

static void fuzz_take_fault(void *data, enum intake_fault fault, uint64_t offset)
{
	struct fuzz_seen *seen = data;

	FUZZ_EXPECT(fault < INTAKE_FAULTS);
	FUZZ_EXPECT(offset <= seen->size);
	seen->faults++;
	fuzz_mix_number(seen, fault);
	fuzz_mix_number(seen, offset);
}

/* Free each piece before the decoder continues. */
static void fuzz_feed(const struct intake_decoder *decoder, void *state, const uint8_t *data,
		      size_t length, uint64_t offset)
{
	char *exact = fuzz_allocate(length);

	memcpy(exact, data, length);
	decoder->feed(state, exact, length, offset);
	free(exact);
}

static struct fuzz_seen fuzz_decode_pieces(const struct intake_decoder *decoder,
					   const uint8_t *data, size_t size, size_t first)
{
	struct fuzz_seen seen = { .size = size };
	struct intake_sink sink = { .record = fuzz_take_record,
				    .fault = fuzz_take_fault,
				    .data = &seen };
	void *state = decoder->create(decoder, &sink);

	FUZZ_EXPECT(state);
	if (first > 0)
		fuzz_feed(decoder, state, data, first, 0);
	if (size > first)
		fuzz_feed(decoder, state, data + first, size - first, first);
	decoder->finish(state);
	decoder->destroy(state);
	return seen;
}

/** fuzz_decode() - decode an input twice: as a whole, and split at any byte */
static int fuzz_decode(const struct intake_decoder *decoder, const uint8_t *data, size_t size)
{
	struct fuzz_seen whole = fuzz_decode_pieces(decoder, data, size, 0);
	size_t first = size > 0 ? (size_t)(whole.hash % size) : 0;
	struct fuzz_seen pieces = fuzz_decode_pieces(decoder, data, size, first);
	char *exact = fuzz_allocate(size);
	int likeness;

	FUZZ_EXPECT(pieces.records == whole.records && pieces.faults == whole.faults);
	FUZZ_EXPECT(pieces.hash == whole.hash);
	memcpy(exact, data, size);
	likeness = decoder->likeness(exact, size);
	FUZZ_EXPECT(likeness >= 0 && likeness <= 100);
	free(exact);
	return 0;
}

#endif /* LINEAGE_TESTS_FUZZ_DECODE_H */
