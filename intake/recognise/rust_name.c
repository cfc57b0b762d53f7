// SPDX-License-Identifier: GPL-2.0-or-later
/* Names of functions in Rust: the grammar of symbols of version 0 (RFC 2603). */
#include "rust_name.h"

/* Limits for symbols that refer back to themselves. */
#define DEPTH_MAX 48
#define STEPS_MAX 2000

/**
 * struct reader - position in a symbol
 * @symbol: the symbol after "_R"; references count from here
 * @at: offset in @symbol
 * @to: the name
 * @size: room in @to
 * @used: length of the name
 * @depth: nesting of paths and types
 * @steps: paths and types so far
 * @is_silent: write nothing
 */
struct reader {
	struct intake_text symbol;
	size_t at;
	char *to;
	size_t size;
	size_t used;
	unsigned int depth;
	unsigned int steps;
	bool is_silent;
};

static bool read_path(struct reader *reader, bool is_value);
static bool read_type(struct reader *reader);

static void put(struct reader *reader, const char *bytes, size_t length)
{
	if (reader->is_silent)
		return;
	if (length > reader->size - 1 - reader->used)
		length = reader->size - 1 - reader->used;
	memcpy(reader->to + reader->used, bytes, length);
	reader->used += length;
}

static void put_text(struct reader *reader, const char *text)
{
	put(reader, text, strlen(text));
}

static void put_number(struct reader *reader, uint64_t number)
{
	char digits[20];
	size_t at = sizeof(digits);

	do {
		digits[--at] = (char)('0' + number % 10);
		number /= 10;
	} while (number > 0);
	put(reader, digits + at, sizeof(digits) - at);
}

static char peek(const struct reader *reader)
{
	return reader->at < reader->symbol.length ? reader->symbol.at[reader->at] : '\0';
}

static bool take(struct reader *reader, char byte)
{
	if (peek(reader) != byte)
		return false;
	reader->at++;
	return true;
}

/* Read digits of base 62 up to "_". "_" alone is 0, and "0_" is 1. */
static bool read_base62(struct reader *reader, uint64_t *ret)
{
	uint64_t number = 0;

	if (take(reader, '_')) {
		*ret = 0;
		return true;
	}
	while (!take(reader, '_')) {
		char byte = peek(reader);
		unsigned int digit;

		if (byte >= '0' && byte <= '9')
			digit = (unsigned int)(byte - '0');
		else if (byte >= 'a' && byte <= 'z')
			digit = (unsigned int)(byte - 'a') + 10;
		else if (byte >= 'A' && byte <= 'Z')
			digit = (unsigned int)(byte - 'A') + 36;
		else
			return false;
		if (number > (UINT64_MAX - 62) / 62)
			return false;
		number = number * 62 + digit;
		reader->at++;
	}
	*ret = number + 1;
	return true;
}

/* Read an optional number after a letter: 0 without it. */
static bool read_optional(struct reader *reader, char letter, uint64_t *ret)
{
	*ret = 0;
	if (!take(reader, letter))
		return true;
	if (!read_base62(reader, ret))
		return false;
	++*ret;
	return true;
}

/* Read "s_4acme". The disambiguator "s_" is the hash of a crate, or the number of a closure. */
static bool read_identifier(struct reader *reader, uint64_t *ret_number, struct intake_text *ret)
{
	struct intake_text rest;
	uint64_t length;

	if (!read_optional(reader, 's', ret_number))
		return false;
	take(reader, 'u'); /* Punycode */
	rest = intake_text_skip(reader->symbol, reader->at);
	if (!intake_text_take_number(&rest, &length))
		return false;
	intake_text_take(&rest, "_");
	if (length > rest.length)
		return false;
	*ret = (struct intake_text){ .at = rest.at, .length = (size_t)length };
	reader->at = reader->symbol.length - rest.length + (size_t)length;
	return true;
}

/* Read the path or type to which "B" and a number refer. */
static bool read_reference(struct reader *reader, bool is_type, bool is_value)
{
	size_t start = reader->at - 1, after;
	uint64_t target;
	bool is_valid;

	if (!read_base62(reader, &target) || target >= start)
		return false;
	after = reader->at;
	reader->at = (size_t)target;
	is_valid = is_type ? read_type(reader) : read_path(reader, is_value);
	reader->at = after;
	return is_valid;
}

/* Read the path of an implementation, which is not part of the name. */
static bool skip_path(struct reader *reader)
{
	bool was_silent = reader->is_silent, is_valid;
	uint64_t number;

	reader->is_silent = true;
	is_valid = read_optional(reader, 's', &number) && read_path(reader, false);
	reader->is_silent = was_silent;
	return is_valid;
}

static bool read_nested(struct reader *reader, bool is_value)
{
	char space = peek(reader);
	struct intake_text name;
	uint64_t number;

	reader->at++;
	if (!read_path(reader, is_value) || !read_identifier(reader, &number, &name))
		return false;
	put_text(reader, "::");
	if (space >= 'a' && space <= 'z') {
		put(reader, name.at, name.length);
		return true;
	}
	put_text(reader, space == 'C' ? "{closure" : space == 'S' ? "{shim" : "{special");
	if (name.length > 0) {
		put_text(reader, ":");
		put(reader, name.at, name.length);
	}
	put_text(reader, "#");
	put_number(reader, number);
	put_text(reader, "}");
	return space >= 'A' && space <= 'Z';
}

/* Read a value: a type, and "p" or digits up to "_". */
static bool read_constant(struct reader *reader)
{
	bool was_silent = reader->is_silent, is_valid;
	size_t start;

	if (take(reader, 'B'))
		return false; /* rare in names of functions */
	if (take(reader, 'p')) {
		put_text(reader, "_");
		return true;
	}
	reader->is_silent = true;
	is_valid = read_type(reader);
	reader->is_silent = was_silent;
	if (!is_valid)
		return false;
	if (take(reader, 'n'))
		put_text(reader, "-");
	start = reader->at;
	while (peek(reader) != '_' && peek(reader) != '\0')
		reader->at++;
	put_text(reader, "0x");
	put(reader, reader->symbol.at + start, reader->at - start);
	return take(reader, '_');
}

static bool read_arguments(struct reader *reader)
{
	for (bool is_first = true; !take(reader, 'E'); is_first = false) {
		uint64_t number;

		if (!is_first)
			put_text(reader, ", ");
		if (take(reader, 'L')) {
			put_text(reader, "'_");
			if (!read_base62(reader, &number))
				return false;
		} else if (take(reader, 'K') ? !read_constant(reader) : !read_type(reader)) {
			return false;
		}
	}
	return true;
}

static bool read_path_of(struct reader *reader, char kind, bool is_value)
{
	struct intake_text name;
	uint64_t number;

	switch (kind) {
	case 'C': /* crate */
		if (!read_identifier(reader, &number, &name))
			return false;
		put(reader, name.at, name.length);
		return true;
	case 'N':
		return read_nested(reader, is_value);
	case 'M': /* <Type>: implementation of a type */
	case 'X': /* <Type as Trait>: implementation of a trait */
	case 'Y': /* <Type as Trait>: definition in a trait */
		put_text(reader, "<");
		if ((kind != 'Y' && !skip_path(reader)) || !read_type(reader))
			return false;
		if (kind != 'M') {
			put_text(reader, " as ");
			if (!read_path(reader, false))
				return false;
		}
		put_text(reader, ">");
		return true;
	case 'I':
		if (!read_path(reader, is_value))
			return false;
		put_text(reader, is_value ? "::<" : "<");
		if (!read_arguments(reader))
			return false;
		put_text(reader, ">");
		return true;
	case 'B':
		return read_reference(reader, false, is_value);
	}
	return false;
}

static bool read_path(struct reader *reader, bool is_value)
{
	char kind = peek(reader);
	bool is_valid;

	if (reader->depth == DEPTH_MAX || reader->steps++ == STEPS_MAX || kind == '\0')
		return false;
	reader->at++;
	reader->depth++;
	is_valid = read_path_of(reader, kind, is_value);
	reader->depth--;
	return is_valid;
}

static const char *basic_type(char letter)
{
	static const char *const names[] = {
		['a' - 'a'] = "i8",   ['b' - 'a'] = "bool",  ['c' - 'a'] = "char",
		['d' - 'a'] = "f64",  ['e' - 'a'] = "str",   ['f' - 'a'] = "f32",
		['h' - 'a'] = "u8",   ['i' - 'a'] = "isize", ['j' - 'a'] = "usize",
		['l' - 'a'] = "i32",  ['m' - 'a'] = "u32",   ['n' - 'a'] = "i128",
		['o' - 'a'] = "u128", ['p' - 'a'] = "_",     ['s' - 'a'] = "i16",
		['t' - 'a'] = "u16",  ['u' - 'a'] = "()",    ['v' - 'a'] = "...",
		['x' - 'a'] = "i64",  ['y' - 'a'] = "u64",   ['z' - 'a'] = "!",
	};

	return letter >= 'a' && letter <= 'z' ? names[letter - 'a'] : NULL;
}

/* Read a reference or a pointer: "R" and "Q" may have a lifetime. */
static bool read_pointer(struct reader *reader, char kind)
{
	uint64_t number;

	put_text(reader, kind == 'P' ? "*const " : kind == 'O' ? "*mut " : "&");
	if ((kind == 'R' || kind == 'Q') && !read_optional(reader, 'L', &number))
		return false;
	if (kind == 'Q')
		put_text(reader, "mut ");
	return read_type(reader);
}

/* Read a list of types up to "E". */
static bool read_types(struct reader *reader)
{
	put_text(reader, "(");
	for (bool is_first = true; !take(reader, 'E'); is_first = false) {
		if (!is_first)
			put_text(reader, ", ");
		if (!read_type(reader))
			return false;
	}
	put_text(reader, ")");
	return true;
}

static bool read_function(struct reader *reader)
{
	struct intake_text abi;
	uint64_t number;

	if (!read_optional(reader, 'G', &number))
		return false;
	take(reader, 'U'); /* unsafe */
	if (take(reader, 'K') && !take(reader, 'C') && !read_identifier(reader, &number, &abi))
		return false;
	put_text(reader, "fn");
	if (!read_types(reader))
		return false;
	if (take(reader, 'u'))
		return true;
	put_text(reader, " -> ");
	return read_type(reader);
}

/* Read the traits of "dyn A + B", with their associated types. */
static bool read_traits(struct reader *reader)
{
	struct intake_text name;
	uint64_t number;

	if (!read_optional(reader, 'G', &number))
		return false;
	put_text(reader, "dyn ");
	for (bool is_first = true; !take(reader, 'E'); is_first = false) {
		if (!is_first)
			put_text(reader, " + ");
		if (!read_path(reader, false))
			return false;
		while (take(reader, 'p'))
			if (!read_identifier(reader, &number, &name) || !read_type(reader))
				return false;
	}
	return take(reader, 'L') && read_base62(reader, &number);
}

static bool read_type_of(struct reader *reader, char kind)
{
	switch (kind) {
	case 'A':
	case 'S':
		put_text(reader, "[");
		if (!read_type(reader))
			return false;
		if (kind == 'A') {
			put_text(reader, "; ");
			if (!read_constant(reader))
				return false;
		}
		put_text(reader, "]");
		return true;
	case 'T':
		return read_types(reader);
	case 'R':
	case 'Q':
	case 'P':
	case 'O':
		return read_pointer(reader, kind);
	case 'F':
		return read_function(reader);
	case 'D':
		return read_traits(reader);
	case 'B':
		return read_reference(reader, true, false);
	}
	reader->at--;
	return read_path(reader, false);
}

static bool read_type(struct reader *reader)
{
	char kind = peek(reader);
	bool is_valid;

	if (reader->depth == DEPTH_MAX || reader->steps++ == STEPS_MAX || kind == '\0')
		return false;
	reader->at++;
	if (basic_type(kind)) {
		put_text(reader, basic_type(kind));
		return true;
	}
	reader->depth++;
	is_valid = read_type_of(reader, kind);
	reader->depth--;
	return is_valid;
}

/* A suffix may follow: the crate that instantiates a generic function, or ".llvm.123". */
bool intake_rust_name(struct intake_text symbol, char *to, size_t size)
{
	struct reader reader = { .to = to, .size = size };

	if (!intake_text_take(&symbol, "_R") || size == 0)
		return false;
	reader.symbol = symbol;
	if (!read_path(&reader, true) || reader.used == 0)
		return false;
	to[reader.used] = '\0';
	return true;
}
