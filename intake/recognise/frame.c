// SPDX-License-Identifier: GPL-2.0-or-later
/* Parser for lines of stack traces and registers: functions and their modules. */
#include "frame.h"

#include <ctype.h>

#define FUNCTION_MAX 511 /* KSYM_NAME_LEN - 1, Linux include/linux/kallsyms.h */

/*
 * GCC and Clang add these suffixes to clones of functions. A suffix extends to the end of the name.
 */
static const char *const clone_suffixes[] = {
	".isra.", ".constprop.", ".part.", ".cold", ".llvm.", ".lto_priv.", ".__uniq.", ".clone.",
};

struct intake_text intake_frame_normalise(struct intake_text function)
{
	for (size_t i = 0; i < sizeof(clone_suffixes) / sizeof(*clone_suffixes); i++) {
		size_t at = intake_text_find(function, clone_suffixes[i]);

		if (at > 0)
			function.length = at;
	}
	return function;
}

static inline bool is_name_byte(char byte)
{
	return (byte >= 'a' && byte <= 'z') || byte == '_' || (byte >= '0' && byte <= '9') ||
	       (byte >= 'A' && byte <= 'Z') || byte == '.' || byte == '$';
}

/*
 * Return the length of a Rust path, whose <> may contain spaces: "<rust_binder::Process as
 * kernel::X>::update_ref".
 */
static size_t rust_path_length(struct intake_text text)
{
	size_t length = 0;
	int depth = 0;

	while (length < text.length && length < FUNCTION_MAX) {
		char byte = text.at[length];

		if (byte == '<')
			depth++;
		else if (byte == '>' && depth > 0)
			depth--;
		else if (!is_name_byte(byte) && byte != ':' &&
			 (depth == 0 || !memchr(" &*,;()[]{}'-", byte, 13)))
			break;
		length++;
	}
	return depth == 0 ? length : 0;
}

static size_t name_length(struct intake_text text)
{
	size_t length = 0;

	while (length < text.length && length < FUNCTION_MAX && is_name_byte(text.at[length]))
		length++;
	if (text.length > 0 &&
	    (text.at[0] == '<' || intake_text_starts(intake_text_skip(text, length), "::")))
		return rust_path_length(text);
	return length;
}

/*
 * Take "[<ffffffff810ec8b2>]", "[c0000000005b1234]" or "[< inline >]", which sets @ret_is_inline.
 */
static bool take_bracket(struct intake_text *text, bool *ret_is_inline)
{
	struct intake_text rest = *text, inside;
	bool has_angles;

	if (!intake_text_take(&rest, "[") || !intake_text_take_until(&rest, "]", &inside))
		return false;
	has_angles = intake_text_take(&inside, "<");
	if (has_angles && inside.length > 0 && inside.at[inside.length - 1] == '>')
		inside.length--;
	inside = intake_text_trim(inside);
	if (intake_text_is(inside, "inline"))
		*ret_is_inline = true;
	else if (inside.length < 8 || !intake_text_take_hex(&inside) || inside.length > 0)
		return false;
	*text = rest;
	intake_text_take_blanks(text);
	return true;
}

/* Take "<IRQ>", "</TASK>", "<EOI>" or "<#DF>", which are alone on a line or precede a frame. */
static void take_stack_marks(struct intake_text *text)
{
	struct intake_text rest = *text, mark;

	while (intake_text_take(&rest, "<") && intake_text_take_until(&rest, ">", &mark) &&
	       mark.length <= 20 && !memchr(mark.at, ':', mark.length) &&
	       (rest.length == 0 || rest.at[0] == ' ' || rest.at[0] == '\t')) {
		intake_text_take_blanks(&rest);
		*text = rest;
	}
}

/* Take "+0x1/0x2". */
static bool take_offset(struct intake_text *text)
{
	struct intake_text rest = *text;

	if (!intake_text_take(&rest, "+0x") || !intake_text_take_hex(&rest))
		return false;
	if (intake_text_take(&rest, "/0x") && !intake_text_take_hex(&rest))
		return false;
	*text = rest;
	return true;
}

/*
 * Take " (kernel/fork.c:12)" or " (fs/a.h:3 fs/b.c:4 (discriminator 2))", which Linux
 * scripts/decode_stacktrace.sh writes instead of an offset. A place for each inlined function
 * precedes the place in the function.
 */
static bool take_places(struct intake_text *text)
{
	struct intake_text rest = *text, places, place;
	uint64_t line;

	if (!intake_text_take(&rest, " (") || !intake_text_take_until(&rest, ")", &places))
		return false;
	intake_text_take(&rest, ")");
	place = intake_text_take_word(&places);
	if (place.length == 0 || !intake_text_take_until(&place, ":", &places) ||
	    !intake_text_has(places, "."))
		return false;
	if (!intake_text_take_number(&place, &line) && !intake_text_is(place, "?"))
		return false;
	*text = rest;
	return true;
}

/* As intake_frame_take_function(). */
static bool take_function(struct intake_text *text, struct intake_text *ret, bool *ret_is_decoded)
{
	struct intake_text rest = *text, name;
	bool is_inline = false, has_offset;
	size_t length;

	while (take_bracket(&rest, &is_inline))
		continue;
	intake_text_take(&rest, "0x");
	length = name_length(rest);
	name = (struct intake_text){ .at = rest.at, .length = length };
	rest = intake_text_skip(rest, length);
	has_offset = take_offset(&rest);
	if (length == 0 || !(has_offset || take_places(&rest)))
		return false;
	*ret = intake_frame_normalise(name);
	*ret_is_decoded = !has_offset;
	*text = rest;
	return true;
}

bool intake_frame_take_function(struct intake_text *text, struct intake_text *ret)
{
	bool is_decoded;

	return take_function(text, ret, &is_decoded);
}

struct intake_text intake_frame_take_name(struct intake_text *text)
{
	struct intake_text word = intake_text_take_word(text);

	word.length = name_length(word);
	return intake_frame_normalise(word);
}

/* Return the word before the end of the line or " (P)"; empty if other text follows. */
static struct intake_text last_word(struct intake_text rest)
{
	struct intake_text name = { 0 };

	if (intake_text_take(&rest, " ")) {
		name = rest;
		name.length = name_length(rest);
		rest = intake_text_skip(rest, name.length);
		if (rest.length > 0 && !intake_text_starts(rest, " ("))
			name.length = 0;
	}
	return name;
}

/*
 * Find the module where scripts/decode_stacktrace.sh writes it, without brackets: "f
 * (drivers/acme.c:12) acme (P)".
 */
static struct intake_text decoded_module(struct intake_text rest)
{
	return take_places(&rest) ? last_word(rest) : (struct intake_text){ 0 };
}

/* A position such as "file.c:12" may precede the module. */
struct intake_text intake_frame_module(struct intake_text rest)
{
	struct intake_text inside, decoded = decoded_module(rest);

	if (decoded.length > 0)
		return decoded;

	while (intake_text_take_until(&rest, "[", &inside)) {
		struct intake_text name = rest;
		size_t length = name_length(rest);

		name.length = length;
		rest = intake_text_skip(rest, length);
		if (length > 0 && !intake_text_is(name, "inline") &&
		    (intake_text_starts(rest, "]") || intake_text_starts(rest, " ")))
			return name;
	}
	return (struct intake_text){ 0 };
}

/* Set the module of a frame from the rest of its line. */
static void set_module(struct intake_text rest, struct intake_frame *frame)
{
	frame->module = frame->is_decoded ? last_word(rest) : (struct intake_text){ 0 };
	if (frame->module.length == 0)
		frame->module = intake_frame_module(rest);
	if (!frame->is_decoded)
		frame->bare = last_word(rest);
}

/*
 * Parse "(f+0x1/0x2) from [<...>] (g+0x3/0x4)" or "f from g+0x3/0x4" of arm
 * (dump_backtrace_entry()).
 */
static bool parse_from(struct intake_text text, struct intake_frame *ret)
{
	struct intake_text name, from, caller;
	bool is_inline = false;
	size_t length;

	intake_text_take(&text, "(");
	/* "0x7 from g+0x3/0x4": an address without code */
	length = text.length > 0 && isdigit((unsigned char)text.at[0]) ? 0 : name_length(text);
	name = (struct intake_text){ .at = text.at, .length = length };
	text = intake_text_skip(text, length);
	if (intake_text_take(&text, "+0x")) {
		intake_text_take_hex(&text);
		if (intake_text_take(&text, "/0x"))
			intake_text_take_hex(&text);
	}
	ret->module = intake_frame_module(
		(struct intake_text){ .at = text.at, .length = intake_text_find(text, " from ") });
	if (intake_text_take(&text, " [")) /* the module */
		intake_text_take_until(&text, "]", &(struct intake_text){ 0 });
	intake_text_take(&text, ")");
	if (length == 0 || !intake_text_take(&text, " from "))
		return false;
	while (take_bracket(&text, &is_inline))
		continue;
	intake_text_take(&text, "(");
	from = text;
	if (!intake_frame_take_function(&text, &caller))
		return false;
	ret->function = intake_frame_normalise(name);
	/* A call that does not return may end a function: its return address is in the next one. */
	if (!intake_text_has(from, "+0x0/") || intake_text_starts(from, "ret_"))
		ret->caller = caller;
	return true;
}

bool intake_frame_parse(struct intake_text line, struct intake_frame *ret)
{
	struct intake_frame frame = { .is_reliable = true };
	bool is_inline = false;

	line = intake_text_trim(line);
	take_stack_marks(&line);
	/* s390 prints frames that may be wrong as "([<...>] f+0x1/0x2)". */
	if (intake_text_take(&line, "(") && intake_text_starts(line, "[<"))
		frame.is_reliable = false;
	/*
	 * loongarch and powerpc print the stack pointer first: "[c000...] [c000...] f+0x1/0x2
	 * (unreliable)"
	 */
	while (take_bracket(&line, &is_inline))
		continue;
	if (intake_text_take(&line, "? "))
		frame.is_reliable = false;
	else
		intake_text_take(&line, "! ");
	if (parse_from(line, &frame)) {
		*ret = frame;
		return true;
	}
	/* Symbolisers add lines for inlined functions, which are not on the stack. */
	if (is_inline || !take_function(&line, &frame.function, &frame.is_decoded))
		return false;
	/* Reject prose that begins like a frame. */
	if (line.length > 0 && !memchr(" )", line.at[0], 2))
		return false;
	set_module(line, &frame);
	if (intake_text_has(line, "(unreliable)"))
		frame.is_reliable = false;
	*ret = frame;
	return true;
}

/* Starts of register lines, with the kernel function that prints each. */
static const char *const pc_prefixes[] = {
	"RIP: 0010:",			     /* x86: show_iret_regs() */
	"RIP: e030:",			     /* show_iret_regs() on Xen */
	"RIP: ",			     /* x86 before 4.15 */
	"RIP  ",			     /* x86 before 4.15: last line of an oops */
	"EIP: 0060:",			     /* 32-bit x86 */
	"EIP: ",       "EIP is at ", "IP: ", /* x86 before 4.15: show_fault_oops() */
	"PC is at ",			     /* arm: __show_regs() */
	"pc : ",			     /* arm64, loongarch: show_regs() */
	"epc : ",			     /* riscv: __show_regs() */
	"epc   : ",			     /* mips: __show_regs() */
	"ERA: ",			     /* loongarch: __show_regs() */
	"era   : ",			     /* loongarch before 6.1 */
	"NIP ",				     /* powerpc: show_regs() */
	"Krnl PSW : ",			     /* s390: show_registers() */
	"TPC: <",			     /* sparc64: show_regs() */
	"PC: <",			     /* sparc32: show_regs() */
	"pc is at ",			     /* alpha: dik_show_regs() */
};

/* Take an address without brackets, which mips and loongarch print before the function. */
static void take_address(struct intake_text *text)
{
	struct intake_text rest = *text;

	if (intake_text_take_hex(&rest) && text->length - rest.length >= 8 &&
	    intake_text_take(&rest, " "))
		*text = rest;
}

bool intake_frame_parse_pc(struct intake_text line, struct intake_frame *ret)
{
	struct intake_frame frame = { .is_reliable = true };

	intake_text_take_blanks(&line);
	for (size_t i = 0; i < sizeof(pc_prefixes) / sizeof(*pc_prefixes); i++) {
		struct intake_text rest = line, skipped;

		if (!intake_text_take(&rest, pc_prefixes[i]))
			continue;
		if (intake_text_starts(rest, "0033:") || intake_text_starts(rest, "002b:"))
			return false;
		intake_text_take(&rest, "0010:");
		intake_text_take_blanks(&rest);
		take_address(&rest);
		/* s390 prints the function in parentheses after the two words of the PSW. */
		if (intake_text_starts(line, "Krnl PSW") &&
		    !intake_text_take_until(&rest, "(", &skipped))
			return false;
		if (!take_function(&rest, &frame.function, &frame.is_decoded))
			continue;
		set_module(rest, &frame);
		*ret = frame;
		return true;
	}
	return false;
}

/* Take the name of the register with the return address, and the address, if there is one. */
static bool take_link_prefix(struct intake_text *line)
{
	static const char *const prefixes[] = {
		"lr : ",     /* arm64: show_regs() */
		"ra : ",     /* riscv: __show_regs() */
		"ra: ",	     /* loongarch: __show_regs() */
		"ra    : ",  /* mips: __show_regs() */
		"LR is at ", /* arm: __show_regs() */
		"LR ",	     /* powerpc: show_regs(), and an address in brackets */
	};

	if (line->length == 0 || !memchr("lrL", line->at[0], 3))
		return false;
	for (size_t i = 0; i < sizeof(prefixes) / sizeof(*prefixes); i++)
		if (intake_text_take(line, prefixes[i])) {
			take_address(line);
			return true;
		}
	return false;
}

bool intake_frame_is_link(struct intake_text line)
{
	return take_link_prefix(&line);
}

bool intake_frame_parse_link(struct intake_text line, struct intake_frame *ret)
{
	struct intake_frame frame = { .is_reliable = true };

	take_link_prefix(&line);
	if (!take_function(&line, &frame.function, &frame.is_decoded))
		return false;
	set_module(line, &frame);
	*ret = frame;
	return true;
}

bool intake_frame_is_nowhere(struct intake_text line)
{
	static const char *const places[] = {
		"RIP: 0010:0x",	    "RIP: 0010:          (null)",
		"EIP: 0060:0x",	    "EIP: 0x",
		"pc : 0x",	    "PC is at 0x",
		"epc : 0x",	    "RIP: 0010:[<0000000000000000>]",
		"RIP: 0010:(null)", "RIP: 0010:[<          (null)>]"
	};
	struct intake_text skipped;

	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++)
		if (intake_text_starts(line, places[i]))
			return true;
	/* powerpc, loongarch and mips print the address and "0x0" in the place of the function. */
	if (intake_text_take(&line, "NIP ["))
		return intake_text_take_until(&line, "] ", &skipped) &&
		       intake_text_starts(line, "0x");
	if (!intake_text_take(&line, "ERA: ") && !intake_text_take(&line, "epc   : "))
		return false;
	take_address(&line);
	return intake_text_starts(line, "0x");
}
