// SPDX-License-Identifier: GPL-2.0-or-later
/* Lookup of the class of a crash by the first line of its report. */
#include "class.h"

#include <ctype.h>

#include "header.h"
#include "plumbing.h"
#include "refine.h"

/*
 * Generated from data/classes.txt: classes[], ordered by the first byte of .header, and
 * first_classes[], the first row for each first byte. The first matching row is used.
 */
#include "class_rows.h"

#define DIE_MESSAGE_MAX 80

/* Match "MESSAGE: 0001 " and "MESSAGE: 0001 ilc:1 ", but not prose, which has no error code. */
static bool ends_in_error_code(struct intake_text text)
{
	struct intake_text skipped, code;

	if (!intake_text_take_until(&text, ": ", &skipped))
		return false;
	code = text;
	if (!intake_text_take_hex(&text) || code.length - text.length < 4)
		return false;
	return intake_text_is(text, " ") || intake_text_starts(text, " ilc:");
}

/* Match the names of kernel options that follow the number of an oops. */
static bool are_options(struct intake_text text)
{
	for (size_t i = 0; i < text.length; i++)
		if (!isupper((unsigned char)text.at[i]) && !isdigit((unsigned char)text.at[i]) &&
		    !memchr(" _\r", text.at[i], 3))
			return false;
	return true;
}

/* Match "MESSAGE: sig: 9 " of xtensa and "COMM(PID): MESSAGE " of sparc. */
static bool is_bare_die(struct intake_text text)
{
	struct intake_text skipped, rest = text;
	uint64_t number;

	if (intake_text_take_until(&rest, ": sig: ", &skipped))
		return intake_text_take_number(&rest, &number) && intake_text_is(rest, " ");
	return intake_header_take_program(&text) && text.length > 0;
}

/*
 * die() of every architecture numbers oopses: "MESSAGE: 0000 [#1] PREEMPT SMP KASAN", on mips and
 * loongarch "MESSAGE[#1]:".
 */
static bool is_die(struct intake_text header)
{
	size_t at = intake_text_find(header, "[#");
	struct intake_text message = { .at = header.at, .length = at };
	uint64_t number;

	if (at == 0 || at == header.length || at > DIE_MESSAGE_MAX ||
	    !isalpha((unsigned char)header.at[0]))
		return false;
	header = intake_text_skip(header, at + 2);
	if (!intake_text_take_number(&header, &number) || !intake_text_take(&header, "]"))
		return false;
	if (message.at[at - 1] != ' ')
		return intake_text_is(intake_text_trim(header), ":");
	if (intake_text_trim(header).length == 0 && is_bare_die(message))
		return true;
	return ends_in_error_code(message) && are_options(header);
}

/*
 * Match most lines of a report: a space, followed by a function name, an address or a question
 * mark.
 */
static bool is_frame_like(struct intake_text line)
{
	size_t length = line.length;

	intake_text_take_blanks(&line);
	return line.length < length && (line.length == 0 || !isupper((unsigned char)line.at[0]));
}

/*
 * Match faults of user-space programs, corrected errors, text that only mentions crashes, and the
 * header that a symboliser adds for each inlined function before the kernel's own.
 */
static bool is_vetoed(struct intake_text header)
{
	return intake_text_has(header, " ip:") || intake_text_has(header, " [Recovered]") ||
	       intake_text_has(header, " [inline]") ||
	       intake_text_has(header, "general protection fault_");
}

/*
 * Find a header after a line that was printed without its newline. The number from die()
 * distinguishes headers from prose: "general protection fault: 0000 [#1]".
 */
static struct intake_text find_glued(struct intake_text line)
{
	static const char *const headers[] = { "general protection fault", "divide error: ",
					       "invalid opcode: ",	   "stack segment: ",
					       "Internal error: ",	   "divide_error: " };
	size_t watchdog = intake_text_find(line, "NETDEV WATCHDOG: ");

	/*
	 * Since Linux 6.5 this header follows the name of the device: "e1000 0000:00:03.0 eth0:
	 * NETDEV WATCHDOG: ..."
	 */
	if (watchdog < line.length && intake_text_has(line, " timed out"))
		return intake_text_skip(line, watchdog);
	if (!intake_text_has(line, " [#") && !intake_text_starts(line, "kasan: "))
		return line;
	for (size_t i = 0; i < sizeof(headers) / sizeof(*headers); i++) {
		size_t at = intake_text_find(line, headers[i]);

		if (at > 0 && at < line.length && intake_text_has(intake_text_skip(line, at), ": "))
			return intake_text_skip(line, at);
	}
	return line;
}

const struct intake_class *intake_class_find(struct intake_text line)
{
	struct intake_text header;

	if (is_frame_like(line))
		return NULL;
	header = intake_header_text(find_glued(line));
	if (header.length < 4)
		return NULL;
	for (size_t i = first_classes[(unsigned char)header.at[0]];
	     i < sizeof(classes) / sizeof(*classes) && classes[i].header[0] == header.at[0]; i++) {
		const struct intake_class *class = &classes[i];
		struct intake_text rest = header;

		if (intake_text_take(&rest, class->header) &&
		    (!class->needs || intake_text_has(rest, class->needs)))
			return class->type && !is_vetoed(header) ? class : NULL;
	}
	return is_die(header) ? &die_class : NULL;
}

bool intake_class_leads_up(struct intake_text line)
{
	if (is_frame_like(line))
		return false;
	return intake_text_starts(line, "------------[ cut here ]") ||
	       intake_text_starts(line, "8<--- cut here ---") ||
	       intake_text_starts(line, "list_add corruption") ||
	       intake_text_starts(line, "list_del corruption") ||
	       intake_text_starts(line, "usercopy: ") ||
	       intake_text_has(line, " invoked oom-killer: ");
}
