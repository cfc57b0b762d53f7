// SPDX-License-Identifier: GPL-2.0-or-later
/* Removal, in a fixed order, of the prefixes that other programs add to a line of the kernel. */
#include "wrapper.h"

#include <ctype.h>

#include "kmsg_header.h"
#include "lane.h"
#include "printk_line.h"
#include "sender.h"
#include "syslog_prefix.h"
#include "syslog_words.h"
#include "time_shape.h"

#define STAGE_MAX 64	/* maximum length of a CI system's "[stage]" */
#define NUMBER_DIGITS 7 /* maximum number of digits of a line number */
#define STAMPS_MAX 4	/* maximum number of time stamps: container, CI system, stages */
#define CLOCK_MAX 128	/* number of bytes in which a date is searched */
#define UNKNOWN_MAX 160 /* maximum length of a prefix of unknown shape */
#define UPTIME_MIN 9	/* a longer text may be an uptime: "[0.000000]" */
#define INDENT_BLANKS 4 /* indentation of a code block in Markdown */
#define TAG_MAX 13	/* length of "</blockquote>", a closing tag of HTML */

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/*
 * Take all blanks if the kernel's prefix comes next. Otherwise take only one, because further
 * blanks belong to the message.
 */
static void take_gap(struct intake_text *text)
{
	struct intake_text rest = *text;

	intake_text_take_blanks(&rest);
	if (intake_printk_is_next(rest))
		*text = rest;
	else if (!intake_text_take(text, " "))
		intake_text_take(text, "\t");
}

/* Take the quote marks of a mail: "> ", ">> ", "> > ", ">[". KASAN's ">ffff8880" is not a quote. */
static bool take_quote(struct intake_text *text, struct intake_record *record)
{
	struct intake_text rest = *text;

	while (intake_text_take(&rest, ">"))
		if (intake_text_starts(rest, " >"))
			intake_text_take(&rest, " ");
	if (rest.length == text->length || (rest.length > 0 && !memchr(" \t[<", rest.at[0], 4)))
		return false;
	intake_text_take(&rest, " ");
	*text = rest;
	return true;
}

/*
 * Cut a text at the quote that closes it, as in CSV, logfmt and YAML. A quote inside the text is
 * doubled or follows a backslash. If there is no closing quote, the text was cut off.
 */
static struct intake_text cut_at_quote(struct intake_text text, char quote)
{
	for (size_t i = 0; i < text.length; i++) {
		char next = i + 1 < text.length ? text.at[i + 1] : '\0';

		if (next == quote && (text.at[i] == quote || text.at[i] == '\\'))
			i++;
		else if (text.at[i] == quote)
			text.length = i;
	}
	return text;
}

/*
 * Take the quote that opens the first field of a line of CSV, and cut off the other fields. A field
 * without a bracket, as a date or a host, does not hold the line of the kernel.
 */
static bool take_field(struct intake_text *text, struct intake_record *record)
{
	if (!intake_text_take(text, "\""))
		return false;
	*text = cut_at_quote(*text, '"');
	return intake_text_has(*text, "[");
}

/* Take the indentation of a code block: four blanks or a tab. */
static bool take_indent(struct intake_text *text, struct intake_record *record)
{
	size_t blanks = 0;

	while (blanks < text->length && is_blank(text->at[blanks]))
		blanks++;
	if (blanks == 0 || (blanks < INDENT_BLANKS && text->at[0] != '\t'))
		return false;
	*text = intake_text_skip(*text, blanks);
	return true;
}

/* Take "  12: ", "12:", "12-", "  12\t" or "12 | " of grep -n, cat -n, less -N and listings. */
static bool take_line_number(struct intake_text *text, struct intake_record *record)
{
	struct intake_text rest = *text, date;
	struct intake_time time;
	uint64_t number;
	size_t length;

	intake_text_take_blanks(&rest);
	length = rest.length;
	date = rest;
	if (intake_time_take_shape(&date, &time) || intake_time_take_hours(&date))
		return false;
	if (!intake_text_take_number(&rest, &number) || length - rest.length > NUMBER_DIGITS ||
	    rest.length == 0)
		return false;
	if (!intake_text_take(&rest, ":") && !intake_text_take(&rest, "-") &&
	    !intake_text_take(&rest, " | ") && !intake_text_take(&rest, "|") &&
	    !is_blank(rest.at[0]))
		return false;
	if (!intake_text_take(&rest, "\t"))
		intake_text_take(&rest, " ");
	*text = rest;
	return true;
}

static void set_time(const struct intake_time *time, struct intake_record *record)
{
	record->wall_us = time->wall_us;
	if (!time->is_known)
		return;
	record->has_time = true;
	record->time = time->seconds;
}

/* Take "2024-03-05T09:14:00.000000000Z STREAM F " of CRI; P instead of F marks a part of a line. */
static bool take_cri(struct intake_text *text, struct intake_record *record)
{
	struct intake_time time = { 0 };

	if (!intake_time_take_iso(text, &time) || !intake_text_take(text, " std") ||
	    !(intake_text_take(text, "out ") || intake_text_take(text, "err ")) ||
	    !(intake_text_take(text, "F") || intake_text_take(text, "P")) ||
	    (text->length > 0 && !intake_text_take(text, " ")))
		return false;
	set_time(&time, record);
	return true;
}

/*
 * Take "2024-03-05T09:14:00.000000Z 00O " of GitLab; a plus instead of the last blank continues a
 * line.
 */
static bool take_gitlab(struct intake_text *text, struct intake_record *record)
{
	struct intake_time time = { 0 };

	if (!intake_time_take_iso(text, &time) || !intake_text_take(text, " ") ||
	    !intake_text_take_hex(text) ||
	    !(intake_text_take(text, "O") || intake_text_take(text, "E")) ||
	    !(intake_text_take(text, " ") || intake_text_take(text, "+")))
		return false;
	set_time(&time, record);
	return true;
}

/* Take "2024-03-05 09:14:00.000000 | HOST | " of Zuul. */
static bool take_zuul(struct intake_text *text, struct intake_record *record)
{
	struct intake_time time = { 0 };
	struct intake_text host;

	if (!intake_time_take_iso(text, &time) || !intake_text_take(text, " | "))
		return false;
	host = intake_text_take_word(text);
	if (!intake_text_take(text, " | ") || !intake_host_is_valid(host))
		return false;
	set_time(&time, record);
	record->host = host;
	return true;
}

/*
 * Take "NODE: kern:  notice: [2024-03-05T09:14:00Z]: " of talosctl dmesg, which writes the node if
 * it reads several nodes.
 */
static bool take_talos(struct intake_text *text, struct intake_record *record)
{
	struct intake_text facility, level, none, host = { 0 }, rest = *text;
	struct intake_time time = { 0 };

	host = intake_text_take_word(&rest);
	if (intake_text_ends(host, ":") && host.length > 1 &&
	    intake_host_is_valid((struct intake_text){ host.at, host.length - 1 }) &&
	    !intake_text_is(host, "kern:") && !intake_text_is(host, "user:")) {
		host.length--;
		intake_text_take_blanks(&rest);
		*text = rest;
	} else {
		host.length = 0;
	}
	if (!intake_text_take_until(text, ":", &facility) || facility.length > 10)
		return false;
	intake_text_take_blanks(text);
	if (!intake_text_take_until(text, ":", &level) ||
	    intake_syslog_level_of(level, &none) < 0 || !intake_text_take(text, " [") ||
	    !intake_time_take_iso(text, &time) || !intake_text_take(text, "]: "))
		return false;
	set_time(&time, record);
	record->host = host;
	record->level = intake_syslog_level_of(level, &none);
	record->is_from_user = !intake_text_is(facility, "kern");
	return true;
}

/*
 * Take " kernel:", which follows the line "Message from syslogd@HOST ..." as in
 * " kernel:[  622.400000] text". journald writes "kernel[1234]: text".
 */
static bool take_broadcast(struct intake_text *text, struct intake_record *record)
{
	struct intake_text inside;

	intake_text_take_blanks(text);
	if (!intake_text_take(text, "kernel"))
		return false;
	if (intake_text_take(text, "["))
		if (!intake_text_take_until(text, "]", &inside) || inside.length > 10)
			return false;
	if (!intake_text_take(text, ":"))
		return false;
	intake_text_take(text, " ");
	return true;
}

/*
 * Take "[2024-03-05T09:14:00.000Z] ", "[Tue Mar  5 09:14:00 2024]" or "[09:14:00] " of Jenkins,
 * conserver, ts, minicom and tio.
 */
static bool take_bracketed(struct intake_text *text, struct intake_record *record)
{
	struct intake_time time = { 0 };

	if (!intake_text_take(text, "[") ||
	    (!intake_time_take_shape(text, &time) && !intake_time_take_hours(text)) ||
	    !intake_text_take(text, "]"))
		return false;
	intake_text_take(text, ":");
	take_gap(text);
	set_time(&time, record);
	return true;
}

/*
 * Take grabserial's "[0.000002 0.000002] ", the times since its start and since the previous line.
 */
static bool take_grabserial(struct intake_text *text, struct intake_record *record)
{
	uint64_t number;

	if (!intake_text_take(text, "["))
		return false;
	for (int i = 0; i < 2; i++) {
		intake_text_take_blanks(text);
		if (!intake_text_take_number(text, &number) || !intake_text_take(text, ".") ||
		    !intake_text_take_number(text, &number))
			return false;
	}
	if (!intake_text_take(text, "]"))
		return false;
	take_gap(text);
	return true;
}

/* Take a time of day: "09:14:00 " or "09:14:00.123 | ". */
static bool take_hours(struct intake_text *text, struct intake_record *record)
{
	if (!intake_time_take_hours(text) || text->length == 0 || !memchr(" \t:|", text->at[0], 4))
		return false;
	intake_text_take(text, ":");
	intake_text_take(text, " |");
	take_gap(text);
	return true;
}

/*
 * Take a date and time without further words, as GitHub, Azure, ts and kubectl --timestamps write
 * them. A syslog line has further words.
 */
static bool take_date(struct intake_text *text, struct intake_record *record)
{
	struct intake_record probe = *record;
	struct intake_text line = *text;
	struct intake_time time = { 0 };

	if ((text->length > 4 && text->at[4] == '/') || !intake_time_take_shape(text, &time) ||
	    (record->syslog != INTAKE_SYSLOG_REFUSED && intake_syslog_prefix_take(&line, &probe)))
		return false;
	if (text->length > 0 && !memchr(" \t:|]", text->at[0], 5))
		return false;
	intake_text_take(text, ":");
	intake_text_take(text, " |");
	take_gap(text);
	set_time(&time, record);
	return true;
}

/* Take "2024/03/05 09:14:00 " of consoles. Messages of Go programs also begin with this form. */
static bool take_slashed_date(struct intake_text *text, struct intake_record *record)
{
	struct intake_time time = { 0 };

	if (text->length < 5 || text->at[4] != '/' || !intake_time_take_shape(text, &time))
		return false;
	take_gap(text);
	set_time(&time, record);
	return true;
}

/*
 * Take "[stage] " or "[pod/name/container] ". Parallel stages and pods may be different machines,
 * so the name is added to the lane.
 */
static bool take_stage(struct intake_text *text, struct intake_record *record)
{
	struct intake_text name;

	if (!intake_text_take(text, "[") || !intake_text_take_until(text, "]", &name) ||
	    name.length == 0 || name.length > STAGE_MAX || !isgraph((unsigned char)name.at[0]) ||
	    !intake_text_take(text, " "))
		return false;
	intake_text_take_blanks(text);
	record->lane = intake_lane_add(record->lane, name);
	return true;
}

/* Take "FILE:" or "FILE:12:" of grep in several files, or "HOST: " of pdsh. */
static bool take_label(struct intake_text *text, struct intake_record *record)
{
	struct intake_text rest = *text, label = intake_text_take_word(&rest);
	uint64_t number;

	label.length = intake_text_find(label, ":");
	if (label.length < 2 || label.length > STAGE_MAX || label.length == text->length ||
	    text->at[label.length] != ':' || intake_text_is(label, "login"))
		return false;
	rest = intake_text_skip(*text, label.length + 1);
	*text = rest;
	if (intake_text_take_number(&rest, &number) && intake_text_take(&rest, ":"))
		*text = rest;
	intake_text_take(text, " ");
	record->lane = intake_lane_add(record->lane, label);
	return true;
}

static bool take_syslog(struct intake_text *text, struct intake_record *record)
{
	return record->syslog != INTAKE_SYSLOG_REFUSED && intake_syslog_prefix_take(text, record);
}

enum layer {
	LAYER_QUOTE,
	LAYER_NUMBER,
	LAYER_STAMP,
	LAYER_SYSLOG,
	LAYER_PRINTK,
};

/**
 * struct wrapper - one form of prefix
 * @layer: the layer that the form belongs to (wrapper.h)
 * @first: possible first bytes; "0" means any digit, "a" a letter or UTF-8
 * @is_dated: it has a date or a time of day
 * @is_weak: a message may begin in the same way, so the form needs another prefix after it
 * @take: take the form off the front; if this returns false, all changes are dropped
 *
 * The rows are ordered by layer. The order within a layer matters: a long form comes before a
 * shorter form with the same start.
 */
static const struct wrapper {
	enum layer layer;
	const char *first;
	bool is_dated;
	bool is_weak;
	bool (*take)(struct intake_text *text, struct intake_record *record);
} wrappers[] = {
	{ LAYER_QUOTE, ">", false, false, take_quote },
	{ LAYER_QUOTE, " \t", false, true, take_indent },
	{ LAYER_QUOTE, "\"", false, true, take_field },
	{ LAYER_NUMBER, " \t0", false, true, take_line_number },
	{ LAYER_STAMP, "0", true, false, take_cri },
	{ LAYER_STAMP, "0", true, false, take_gitlab },
	{ LAYER_STAMP, "0", true, false, take_zuul },
	{ LAYER_STAMP, "a0", true, false, take_talos },
	{ LAYER_STAMP, " k", false, false, take_broadcast },
	{ LAYER_STAMP, "[", true, false, take_bracketed },
	{ LAYER_STAMP, "[", false, false, take_grabserial },
	{ LAYER_STAMP, "0", true, false, take_hours },
	{ LAYER_STAMP, "0a", true, false, take_date },
	{ LAYER_STAMP, "0", true, true, take_slashed_date },
	{ LAYER_STAMP, "[", false, true, take_stage },
	{ LAYER_STAMP, "a/.", true, true, take_label },
	{ LAYER_SYSLOG, "0a< ", true, false, take_syslog },
};
#define WRAPPERS (sizeof(wrappers) / sizeof(wrappers[0]))

static bool may_begin(const struct wrapper *wrapper, char first)
{
	for (const char *kind = wrapper->first; *kind; kind++)
		if (*kind == first || (*kind == '0' && isdigit((unsigned char)first)) ||
		    (*kind == 'a' && (isalpha((unsigned char)first) || (first & 0x80))))
			return true;
	return false;
}

static bool decode_from(enum layer layer, struct intake_text text, int weak,
			struct intake_record *record);

/*
 * Take one wrapper off if it is present. A weak wrapper needs another prefix after it.
 *
 * @weak: number of weak wrappers before the text. Without a limit, the time for a line of weak
 * wrappers would double with each of them.
 */
static bool take_row(const struct wrapper *wrapper, struct intake_text *text, int weak,
		     struct intake_record *record)
{
	struct intake_record found = *record, below;
	struct intake_text rest = *text;

	if ((wrapper->is_weak && weak == STAMPS_MAX) || !wrapper->take(&rest, &found))
		return false;
	below = found;
	if (wrapper->is_weak && !decode_from(wrapper->layer, rest, weak + 1, &below))
		return false;
	*text = rest;
	*record = found;
	return true;
}

/* Take one wrapper of a layer off. The first byte rules out most rows. */
static bool take_wrapper(enum layer layer, bool has_clock, struct intake_text *text, int weak,
			 struct intake_record *record)
{
	size_t i = 0;

	if (text->length == 0)
		return false;
	while (i < WRAPPERS && wrappers[i].layer < layer)
		i++;
	for (; i < WRAPPERS && wrappers[i].layer == layer; i++)
		if ((has_clock || !wrappers[i].is_dated) && may_begin(&wrappers[i], text->at[0]) &&
		    take_row(&wrappers[i], text, weak, record))
			return true;
	return false;
}

/*
 * Return whether there may be a date: "09:1" or "1709630040." is near the front, or the line may be
 * RFC 5424, where the date is optional.
 */
static bool may_have_clock(struct intake_text text)
{
	size_t length = text.length < CLOCK_MAX ? text.length : CLOCK_MAX;
	const char *at, *end;

	if (length < 3)
		return false;
	at = text.at + 1;
	end = text.at + length - 1;
	if (length > 10 && (text.at[10] == '.' || text.at[0] == '<'))
		return true;
	while (at < end && (at = memchr(at, ':', (size_t)(end - at)))) {
		if (isdigit((unsigned char)at[-1]) && isdigit((unsigned char)at[1]))
			return true;
		at++;
	}
	return false;
}

static bool is_uptime(struct intake_text text)
{
	struct intake_record ignored;

	return text.length > UPTIME_MIN &&
	       (text.at[1] == ' ' || isdigit((unsigned char)text.at[1])) &&
	       intake_printk_uptime_take(&text, &ignored);
}

/*
 * Find a kernel line that follows other text in the same line: output of a program, a prompt or a
 * message about dropped messages may lack its newline, as in "login: [ 16.305150] text". Only the
 * kernel writes a time in this form.
 */
static bool take_glue(struct intake_text text, struct intake_record *record)
{
	struct intake_text before = { .at = text.at }, whole = text;

	for (;;) {
		const char *bracket =
			text.length > 1 ? memchr(text.at + 1, '[', text.length - 1) : NULL;

		if (!bracket)
			return false;
		text = intake_text_skip(text, (size_t)(bracket - text.at));
		if (!is_uptime(text))
			continue;
		before.length = (size_t)(bracket - before.at);
		if (memchr("\"'", bracket[-1], 2))
			text = cut_at_quote(text, bracket[-1]);
		if (record->lane == 0)
			record->lane =
				intake_lane_of(before, record->has_time || record->wall_us > 0);
		record->is_glued = true;
		record->unglued = whole;
		return intake_printk_line_decode(text.at, text.length, record);
	}
}

/* Take a prefix of unknown shape before "kernel: ", if it looks like a prefix. */
static bool take_unknown(struct intake_text text, struct intake_record *record)
{
	struct intake_text before;
	uint64_t lane;

	before = text;
	if (before.length > UNKNOWN_MAX)
		before.length = UNKNOWN_MAX;
	if (!intake_text_has(before, " kernel: ") ||
	    !intake_text_take_until(&text, " kernel: ", &before))
		return false;
	before.length++;
	lane = intake_lane_of(before, record->has_time || record->wall_us > 0);
	if (lane == 0)
		return false;
	record->lane = lane;
	intake_printk_line_decode(text.at, text.length, record);
	return true;
}

/* Decode extended netconsole through a syslog daemon: "DATE HOST 6,416,1758426,-;text". */
static bool take_kmsg(struct intake_text text, struct intake_record *record)
{
	struct intake_kmsg_header header;

	if (text.length == 0 || !isdigit((unsigned char)text.at[0]) ||
	    !intake_kmsg_header_take(&text, &header) || header.is_fragment)
		return false;
	intake_kmsg_header_fill(&header, record);
	record->text = text;
	return true;
}

/*
 * Decode a text whose prefixes of earlier layers were removed.
 *
 * @weak: number of weak wrappers before the text; after such a wrapper, only known prefixes count
 */
static bool decode_from(enum layer layer, struct intake_text text, int weak,
			struct intake_record *record)
{
	bool is_syslog = false, is_wrapped = false, has_clock = may_have_clock(text);

	for (; layer < LAYER_PRINTK; layer++) {
		int most = layer == LAYER_STAMP ? STAMPS_MAX : 1;

		for (int i = 0; i < most && take_wrapper(layer, has_clock, &text, weak, record);
		     i++) {
			is_wrapped = true;
			is_syslog = layer == LAYER_SYSLOG;
		}
	}
	if (intake_printk_line_decode(text.at, text.length, record)) {
		if (record->has_uptime)
			return true;
		is_wrapped = true;
		text = record->text;
	}
	if (is_syslog && take_kmsg(text, record))
		return true;
	if (weak == 0 && !is_syslog && take_glue(text, record))
		return true;
	return is_wrapped || (weak == 0 && take_unknown(text, record));
}

/* Return whether a line begins like "[  T123] ". No wrapper begins with these bytes. */
static bool has_padded_caller(struct intake_text text)
{
	if (!intake_text_take(&text, "[ "))
		return false;
	intake_text_take_blanks(&text);
	return (intake_text_take(&text, "T") || intake_text_take(&text, "C")) && text.length > 0 &&
	       isdigit((unsigned char)text.at[0]);
}

/*
 * Return the length of "</span>", "</a>" or "<br>" at the end, or 0. The kernel's "</TASK>" is in
 * upper case.
 */
static size_t tag_length(struct intake_text text)
{
	size_t at = text.length - 1, length;

	while (at > 0 && text.at[at] != '<')
		at--;
	length = text.length - at;
	text = intake_text_skip(text, at);
	if (intake_text_is(text, "<br>") || intake_text_is(text, "<BR>") ||
	    intake_text_is(text, "<br/>") || intake_text_is(text, "<br />"))
		return length;
	if (length > TAG_MAX || !intake_text_take(&text, "</") ||
	    !islower((unsigned char)text.at[0]))
		return 0;
	for (size_t i = 1; i + 1 < text.length; i++)
		if (!islower((unsigned char)text.at[i]) && !isdigit((unsigned char)text.at[i]))
			return 0;
	return length;
}

/* Cut off the tags that end a line of a log that is shown as a web page, and blanks among them. */
static size_t cut_tags(const char *line, size_t length)
{
	size_t end = length, tag;

	while (end > 3 && line[end - 1] == '>' &&
	       (tag = tag_length((struct intake_text){ line, end })) > 0) {
		length = end - tag;
		end = length;
		while (end > 0 && line[end - 1] == ' ')
			end--;
	}
	return length;
}

bool intake_line_decode(const char *line, size_t length, struct intake_record *record)
{
	struct intake_text text = { .at = line };

	length = cut_tags(line, length);
	text.length = length;
	record->level = -1;
	/* Most lines of most logs have no prefix other than the kernel's own. */
	if (intake_text_starts(text, "[") && is_uptime(text))
		return intake_printk_line_decode(line, length, record);
	return decode_from(has_padded_caller(text) ? LAYER_PRINTK : LAYER_QUOTE, text, 0, record);
}
