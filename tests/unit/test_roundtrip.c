// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Random tests of core/stamp.c: the parser accepts exactly the stamps that the writer can write.
 *
 * Random lineages are formatted and parsed. Random byte strings (noise, parts of stamps, changed
 * stamps) are parsed; most have a correct CRC, so that the parser checks their fields. The parser
 * must accept a string if and only if a second, simple parser accepts it. An accepted string must
 * format to the same bytes.
 *
 * Usage: test_roundtrip [ROUNDS [SEED]], or set LINEAGE_ROUNDS and LINEAGE_SEED in the environment.
 */
#include "support.h"

#include <inttypes.h>
#include <stdio.h>
#include <zlib.h>

#include "core/decimal.h"

#define VALUE_MAX (LINEAGE_STAMP_MAX - LINEAGE_STAMP_PREFIX_LENGTH)
#define ROUNDS_DEFAULT 200000
#define TEXT_MAX 1400

static const char plain_bytes[] =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._+~-";

/* Valid and nearly valid parts of a stamp. */
static const char *const words[] = {
	"1",   "2",   "0",   ",",	   ",",		 ",",  ",,",  "k",     "p",    "*2",   "*1",
	"*0",  "*",   "*10", "4294967295", "4294967296", "01", "%2C", "%2c",   "%41",  "%",    "%2",
	"%00", "%7F", "%20", "A",	   "b",		 "~",  " ",   "6.1.0", "\x01", "\xff",
};

static const char *const openings[] = { "", "1,", "1,k,", "1,p,9,", "1,k,2,,", "1,k,300,7.3.4,A," };

static bool is_plain(unsigned char byte)
{
	static bool table[256];

	if (!table['A']) {
		const char *at;

		for (at = plain_bytes; *at; at++)
			table[(unsigned char)*at] = true;
	}
	return table[byte];
}

/* ---- the model: whether a string is the value of a stamp ---- */

static int model_hex(char digit)
{
	if (digit >= '0' && digit <= '9')
		return digit - '0';
	return digit >= 'A' && digit <= 'F' ? digit - 'A' + 10 : -1;
}

static bool model_is_release(const char *text, const char *end)
{
	int bytes = 0;

	for (; text < end; bytes++) {
		int code;

		if (*text != '%') {
			if (!is_plain((unsigned char)*text++))
				return false;
			continue;
		}
		if (end - text < 3 || model_hex(text[1]) < 0 || model_hex(text[2]) < 0)
			return false;
		code = model_hex(text[1]) * 16 + model_hex(text[2]);
		if (code <= 0x20 || code >= 0x7f || is_plain((unsigned char)code))
			return false;
		text += 3;
	}
	return bytes >= 1 && bytes <= 64;
}

/* Parse a number from @least to 4294967295 without a leading zero; 0 if it is not valid. */
static uint64_t model_number(const char *text, const char *end, uint64_t least)
{
	uint64_t number = 0;

	if (text == end || end - text > 10 || *text == '0')
		return 0;
	for (; text < end; text++) {
		if (*text < '0' || *text > '9')
			return 0;
		number = number * 10 + (uint64_t)(*text - '0');
	}
	return number >= least && number <= UINT32_MAX ? number : 0;
}

static const char *model_before(const char *text, const char *end, char stop)
{
	while (text < end && *text != stop)
		text++;
	return text;
}

/* The chain is [text, end). */
static bool model_is_chain(const char *text, const char *end, uint64_t count)
{
	const char *previous = NULL;
	ptrdiff_t previous_length = 0;
	uint64_t kernels = 0;

	while (true) {
		const char *comma = model_before(text, end, ',');
		const char *star = model_before(text, comma, '*');
		uint64_t runs = star < comma ? model_number(star + 1, comma, 2) : 1;

		if (runs == 0 || !model_is_release(text, star))
			return false;
		if (previous && previous_length == star - text &&
		    memcmp(previous, text, (size_t)previous_length) == 0)
			return false;
		kernels += runs;
		previous = text;
		previous_length = star - text;
		if (comma == end)
			return kernels <= count || count == UINT32_MAX;
		text = comma + 1;
	}
}

static bool model_is_stamp(const char *value, size_t length)
{
	const char *end = value + length - 9;
	const char *count_end, *made_for_end;
	char crc[10];
	uint64_t count;

	if (length > VALUE_MAX || length < 14 || memcmp(value, "1,", 2) != 0)
		return false;
	snprintf(crc, sizeof(crc), ",%08" PRIx32,
		 (uint32_t)crc32(0, (const Bytef *)value, (uInt)(length - 9)));
	if (memcmp(end, crc, 9) != 0 || (value[2] != 'k' && value[2] != 'p') || value[3] != ',')
		return false;
	count_end = model_before(value + 4, end, ',');
	count = model_number(value + 4, count_end, 1);
	if (count == 0 || count_end == end)
		return false;
	made_for_end = model_before(count_end + 1, end, ',');
	if (made_for_end == end)
		return false;
	if (made_for_end > count_end + 1 && !model_is_release(count_end + 1, made_for_end))
		return false;
	return model_is_chain(made_for_end + 1, end, count);
}

/* ---- random input ---- */

/* Make an encoded release, also decoded if @raw is not NULL. Return the encoded bytes. */
static size_t random_release(struct random *random, char *encoded, char *raw)
{
	uint32_t shape = random_below(random, 64);
	uint32_t length = shape == 0 ? 64 : 1 + random_below(random, shape < 4 ? 64 : 8);
	size_t written = 0;
	uint32_t i;

	for (i = 0; i < length; i++) {
		unsigned char byte;

		if (random_below(random, 8) > 0) {
			byte = (unsigned char)
				plain_bytes[random_below(random, sizeof(plain_bytes) - 1)];
		} else {
			do
				byte = (unsigned char)random_below(random, 0x7f);
			while (byte <= 0x20);
		}
		if (is_plain(byte)) {
			encoded[written++] = (char)byte;
		} else {
			encoded[written++] = '%';
			encoded[written++] = "0123456789ABCDEF"[byte / 16];
			encoded[written++] = "0123456789ABCDEF"[byte % 16];
		}
		if (raw)
			raw[i] = (char)byte;
	}
	if (raw)
		raw[length] = '\0';
	return written;
}

static uint32_t random_runs(struct random *random)
{
	if (random_below(random, 2))
		return 1;
	return (uint32_t)(random_next(random) >> (32 + random_below(random, 32))) | 2;
}

/* Make a chain of random entries, usually few. Return the sum of its runs. */
static uint64_t random_chain(struct random *random, struct lineage *lineage)
{
	uint32_t most = random_below(random, 256) == 0 ? 500 : 1 + random_below(random, 5);
	size_t previous_at = 0, previous_length = 0;
	uint64_t kernels = 0;

	lineage->chain_length = 0;
	while (most-- > 0) {
		char entry[1 + LINEAGE_ENCODED_MAX + 1 + LINEAGE_DECIMAL_MAX + 1] = ",";
		size_t release_length = random_release(random, entry + 1, NULL);
		size_t length = 1 + release_length;
		uint32_t runs = random_runs(random);
		bool first = lineage->chain_length == 0;

		if (release_length == previous_length &&
		    memcmp(lineage->chain + previous_at, entry + 1, release_length) == 0)
			continue;
		if (runs > 1)
			length += (size_t)sprintf(entry + length, "*%" PRIu32, runs);
		if (lineage->chain_length + length - first > LINEAGE_CHAIN_MAX)
			break;
		memcpy(lineage->chain + lineage->chain_length, entry + first, length - first);
		previous_at = lineage->chain_length + !first;
		previous_length = release_length;
		lineage->chain_length += (uint32_t)(length - first);
		kernels += runs;
	}
	return kernels;
}

static void random_stamp(struct random *random, struct lineage_stamp *stamp)
{
	char encoded[LINEAGE_ENCODED_MAX];
	uint64_t kernels = random_chain(random, &stamp->lineage);
	uint64_t more = random_below(random, 4)
				? 0
				: random_next(random) >> (30 + random_below(random, 32));

	stamp->lineage.count =
		(uint32_t)(kernels + more < UINT32_MAX ? kernels + more : UINT32_MAX);
	stamp->kind = random_below(random, 2) ? LINEAGE_KIND_KEXEC : LINEAGE_KIND_CAPTURE;
	stamp->made_for[0] = '\0';
	if (random_below(random, 4))
		random_release(random, encoded, stamp->made_for);
}

static size_t random_noise(struct random *random, char *text)
{
	size_t length = random_below(random, 64) ? random_below(random, 48)
						 : random_below(random, VALUE_MAX + 40);
	size_t i;

	for (i = 0; i < length; i++)
		text[i] = (char)random_below(random, 256);
	return length;
}

static size_t random_words(struct random *random, char *text)
{
	size_t length, word_length;
	uint32_t count = 1 + random_below(random, 10);
	const char *word = openings[random_below(random, COUNT_OF(openings))];

	for (length = 0; count > 0; count--) {
		word_length = strlen(word);
		memcpy(text + length, word, word_length);
		length += word_length;
		word = words[random_below(random, COUNT_OF(words))];
	}
	return length;
}

static size_t insert_word(struct random *random, char *text, size_t length, size_t at)
{
	const char *word = words[random_below(random, COUNT_OF(words))];
	size_t word_length = strlen(word);

	memmove(text + at + word_length, text + at, length - at);
	memcpy(text + at, word, word_length);
	return length + word_length;
}

/* Change the text of a stamp, without its CRC, once. */
static size_t mangle(struct random *random, char *text, size_t length)
{
	size_t at = random_below(random, (uint32_t)length + 1);
	size_t cut = random_below(random, 4);

	switch (random_below(random, 6)) {
	case 0: /* another byte */
		if (at < length)
			text[at] = (char)random_below(random, 256);
		return length;
	case 1: /* a byte of the alphabet */
		if (at < length)
			text[at] = words[random_below(random, COUNT_OF(words))][0];
		return length;
	case 2:
		return insert_word(random, text, length, at);
	case 3: /* remove some bytes */
		if (cut > length - at)
			cut = length - at;
		memmove(text + at, text + at + cut, length - at - cut);
		return length - cut;
	case 4: /* remove the end */
		return at;
	default: /* append a copy of the end */
		if (length + (length - at) > VALUE_MAX)
			return length;
		memcpy(text + length, text + at, length - at);
		return length + (length - at);
	}
}

static size_t random_mangled(struct random *random, char *text)
{
	struct lineage_stamp stamp;
	char buf[LINEAGE_STAMP_MAX + 1];
	uint32_t changes = random_below(random, 3);
	size_t length;

	random_stamp(random, &stamp);
	if (lineage_stamp_format(&stamp, buf, sizeof(buf), &length))
		abort();
	length -= LINEAGE_STAMP_PREFIX_LENGTH + 9;
	memcpy(text, buf + LINEAGE_STAMP_PREFIX_LENGTH, length);
	while (changes-- > 0)
		length = mangle(random, text, length);
	return length;
}

/* ---- the two tests ---- */

static bool is_same_stamp(const struct lineage_stamp *one, const struct lineage_stamp *other)
{
	return one->kind == other->kind && strcmp(one->made_for, other->made_for) == 0 &&
	       one->lineage.count == other->lineage.count &&
	       one->lineage.chain_length == other->lineage.chain_length &&
	       memcmp(one->lineage.chain, other->lineage.chain, one->lineage.chain_length) == 0;
}

/* Format and parse a random lineage; only its oldest entries may be missing. */
static bool comes_back(struct random *random)
{
	struct lineage_stamp stamp, parsed;
	char buf[LINEAGE_STAMP_MAX + 1];
	size_t length, whole;
	const char *value = buf + LINEAGE_STAMP_PREFIX_LENGTH;

	random_stamp(random, &stamp);
	whole = stamp.lineage.chain_length;
	if (lineage_stamp_format(&stamp, buf, sizeof(buf), &length) ||
	    !model_is_stamp(value, length - LINEAGE_STAMP_PREFIX_LENGTH) ||
	    lineage_stamp_parse(value, length - LINEAGE_STAMP_PREFIX_LENGTH, &parsed, NULL))
		return false;
	if (parsed.lineage.chain_length < whole) {
		size_t cut = parsed.lineage.chain_length;

		/* The chain ends at a comma, and one more entry does not fit. */
		if (stamp.lineage.chain[cut] != ',')
			return false;
		for (cut++; cut < whole && stamp.lineage.chain[cut] != ',';)
			cut++;
		if (length + cut - parsed.lineage.chain_length <= LINEAGE_STAMP_MAX)
			return false;
		stamp.lineage.chain_length = parsed.lineage.chain_length;
	}
	return is_same_stamp(&stamp, &parsed);
}

enum verdict { REFUSED, ACCEPTED, WRONG };

static enum verdict judge(const char *value, size_t length)
{
	bool is_stamp = model_is_stamp(value, length);
	char buf[LINEAGE_STAMP_MAX + 1];
	struct lineage_stamp stamp;
	size_t written;

	if (lineage_stamp_parse(value, length, &stamp, NULL))
		return is_stamp ? WRONG : REFUSED;
	if (!is_stamp || lineage_stamp_format(&stamp, buf, sizeof(buf), &written) ||
	    written != length + LINEAGE_STAMP_PREFIX_LENGTH ||
	    memcmp(buf + LINEAGE_STAMP_PREFIX_LENGTH, value, length) != 0)
		return WRONG;
	return ACCEPTED;
}

static size_t random_bytes(struct random *random, char *text)
{
	size_t length;

	switch (random_below(random, 8)) {
	case 0:
		length = random_noise(random, text);
		break;
	case 1:
	case 2:
		length = random_words(random, text);
		break;
	default:
		length = random_mangled(random, text);
		break;
	}
	/* One string in sixteen has no CRC or a wrong CRC. */
	if (random_below(random, 16) == 0)
		return length;
	length = append_crc(text, length);
	if (random_below(random, 32) == 0)
		text[random_below(random, (uint32_t)length)] ^= 1;
	return length;
}

static void print_bytes(const char *what, uint64_t round, const char *text, size_t length)
{
	size_t i;

	printf("%s in round %" PRIu64 ": ", what, round);
	for (i = 0; i < length; i++)
		printf(text[i] > 0x20 && text[i] < 0x7f ? "%c" : "\\x%02x", (unsigned char)text[i]);
	printf("\n");
}

int main(int argc, char **argv)
{
	uint64_t rounds = number_from_environment("LINEAGE_ROUNDS", ROUNDS_DEFAULT);
	uint64_t seed = number_from_environment("LINEAGE_SEED", 1);
	uint64_t lost = 0, accepted = 0, wrong = 0, i;
	struct random random;

	if (argc > 1)
		rounds = strtoull(argv[1], NULL, 0);
	if (argc > 2)
		seed = strtoull(argv[2], NULL, 0);
	printf("seed %" PRIu64 "\n", seed);

	random = random_from(seed);
	for (i = 0; i < rounds; i++) {
		if (!comes_back(&random)) {
			printf("a lineage changed in round %" PRIu64 "\n", i);
			lost++;
		}
	}
	for (i = 0; i < rounds; i++) {
		char text[TEXT_MAX];
		size_t length = random_bytes(&random, text);
		enum verdict verdict = judge(text, length);

		if (verdict == WRONG)
			print_bytes("wrongly accepted or rejected", i, text, length);
		accepted += verdict == ACCEPTED;
		wrong += verdict == WRONG;
	}
	printf("%" PRIu64 " lineages round-tripped, %" PRIu64 " byte strings: %" PRIu64
	       " accepted, %" PRIu64 " wrong\n",
	       rounds - lost, rounds, accepted, wrong);
	return lost || wrong || (rounds >= 1000 && accepted == 0);
}
