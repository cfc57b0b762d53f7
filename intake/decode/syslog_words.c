// SPDX-License-Identifier: GPL-2.0-or-later
/* Parser for the words between the time and the message of a syslog line: host, level, program. */
#include "syslog_words.h"

#include <ctype.h>
#include <strings.h>

#include "kmsg_header.h"
#include "sender.h"
#include "time_shape.h"

#define WORDS_MAX 3 /* maximum number of words before the program: host, facility, level */
#define LEVEL_NAME_MAX 9
#define EPOCH_MIN 1000000000U /* a smaller number in brackets may be the kernel's time */

static const struct {
	const char *name;
	int level;
} levels[] = {
	{ "emerg", 0 },	   { "emergency", 0 }, { "panic", 0 }, { "alert", 1 },	 { "crit", 2 },
	{ "critical", 2 }, { "err", 3 },       { "error", 3 }, { "warning", 4 }, { "warn", 4 },
	{ "notice", 5 },   { "info", 6 },      { "debug", 7 },
};

static int level_of_name(struct intake_text name)
{
	if (name.length < 3 || name.length > LEVEL_NAME_MAX)
		return -1;
	for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++)
		if (strlen(levels[i].name) == name.length &&
		    strncasecmp(levels[i].name, name.at, name.length) == 0)
			return levels[i].level;
	return -1;
}

int intake_syslog_level_of(struct intake_text word, struct intake_text *ret_facility)
{
	size_t dot = intake_text_find(word, ".");

	*ret_facility = (struct intake_text){ 0 };
	if (dot < word.length) {
		*ret_facility = (struct intake_text){ .at = word.at, .length = dot };
		word = intake_text_skip(word, dot + 1);
	}
	return level_of_name(word);
}

bool intake_syslog_host_of(struct intake_text word, struct intake_text *ret)
{
	struct intake_text host = word;
	size_t at;

	if (intake_text_is(word, "(none)") || intake_text_is(word, "-")) {
		*ret = (struct intake_text){ 0 };
		return true;
	}
	host.length = intake_text_find(host, "/");
	at = intake_text_find(host, "@");
	if (at < host.length)
		host = intake_text_skip(host, at + 1);
	if (!intake_host_is_valid(host) || intake_time_is_like(host) ||
	    (intake_text_ends(host, ":") && !intake_text_ends(host, "::")))
		return false;
	*ret = host;
	return true;
}

bool intake_printk_is_next(struct intake_text text)
{
	uint64_t number;

	if (intake_text_take(&text, "<"))
		return intake_text_take_number(&text, &number) && intake_text_starts(text, ">");
	if (!intake_text_take(&text, "["))
		return false;
	intake_text_take_blanks(&text);
	if (intake_text_take(&text, "T") || intake_text_take(&text, "C"))
		return intake_text_take_number(&text, &number) && intake_text_starts(text, "]");
	return intake_text_take_number(&text, &number) && intake_text_take(&text, ".") &&
	       intake_text_take_number(&text, &number) && intake_text_starts(text, "]");
}

/* Take "kernel:", "kernel[-]:" and similar forms. The message may follow without a blank. */
static bool take_kernel(struct intake_text *text)
{
	struct intake_text rest = *text, inside;

	if (!intake_text_take(&rest, "kernel"))
		return false;
	if (intake_text_take(&rest, "["))
		if (!intake_text_take_until(&rest, "]", &inside) || inside.length > 10)
			return false;
	/* A template may write the program without the colon. */
	if (intake_text_starts(rest, " ") && intake_printk_is_next(intake_text_skip(rest, 1))) {
		*text = intake_text_skip(rest, 1);
		return true;
	}
	if (!intake_text_take(&rest, ":"))
		return false;
	intake_text_take(&rest, " ");
	/* Two blanks. A message itself begins with a blank only if it has no time. */
	if (intake_text_starts(rest, " [") && intake_printk_is_next(intake_text_skip(rest, 1)))
		rest = intake_text_skip(rest, 1);
	*text = rest;
	return true;
}

/*
 * Take "kernel - - - ": RFC 5424 without the priority (rsyslog's RSYSLOG_SyslogProtocol23Format).
 */
static bool take_kernel_of_5424(struct intake_text *text)
{
	struct intake_text rest = *text;

	if (!intake_text_take(&rest, "kernel - - "))
		return false;
	intake_text_take(&rest, "- ");
	*text = rest;
	return true;
}

/* Take "PROGRAM[PID]:", but not the prompt of a console. */
static bool take_program(struct intake_text *text, bool *ret_has_process)
{
	struct intake_text rest = *text, word = intake_text_take_word(&rest);

	if (word.length < 2 || word.at[word.length - 1] != ':' || intake_text_is(word, "login:"))
		return false;
	*ret_has_process = intake_text_ends(word, "]:");
	intake_text_take(&rest, " ");
	*text = rest;
	return true;
}

/* Match "10.0.0.7". A release of the kernel has fewer numbers. */
static bool is_ipv4(struct intake_text host)
{
	uint64_t number;
	int count = 0;

	do {
		if (!intake_text_take_number(&host, &number) || number > UINT8_MAX)
			return false;
		count++;
	} while (intake_text_take(&host, "."));
	return count == 4 && host.length == 0;
}

/* Match "fe80::1". The address of a SCSI or PCI device has neither "::" nor eight groups. */
static bool is_ipv6(struct intake_text host)
{
	size_t colons = 0;

	for (size_t i = 0; i < host.length; i++) {
		colons += host.at[i] == ':';
		if (host.at[i] != ':' && !isxdigit((unsigned char)host.at[i]))
			return false;
	}
	return colons == 7 || (colons > 1 && intake_text_has(host, "::"));
}

/* Return whether the text is an address. A name is less certain: it may be a word of a message. */
static bool is_address(struct intake_text host)
{
	return is_ipv4(host) || is_ipv6(host);
}

/* struct words - values from the words before the program */
struct words {
	bool has_host;
	bool has_level;
	bool has_process;
	struct intake_text host;
	struct intake_text facility;
	int level;
};

/* Take one word before the program. */
static bool take_word(struct intake_text *text, struct words *words)
{
	struct intake_text word = intake_text_take_word(text), facility;
	int level = intake_syslog_level_of(word, &facility);

	if (text->length == 0)
		return false;
	if (level >= 0 && !words->has_level) {
		words->has_level = true;
		words->level = level;
		words->facility = facility;
	} else if (words->has_host || !intake_syslog_host_of(word, &words->host)) {
		return false;
	} else {
		words->has_host = true;
	}
	intake_text_take_blanks(text);
	return true;
}

/*
 * The C library replaces the facility of the kernel (0) with that of user programs, so klogd of
 * busybox writes "user.info kernel: [    5.123456] text". Without a kernel time, the line may be
 * from a program that calls itself "kernel".
 */
static bool is_kernel_facility(struct intake_text facility, struct intake_text message)
{
	return facility.length == 0 || intake_text_is(facility, "kern") ||
	       (intake_text_is(facility, "user") && intake_printk_is_next(message));
}

static void fill(const struct words *words, bool is_kernel, struct intake_text message,
		 struct intake_record *record)
{
	record->host = words->host;
	record->is_from_user = !is_kernel || !is_kernel_facility(words->facility, message);
	if (words->has_level)
		record->level = words->level;
	record->syslog = is_kernel || words->has_process || words->has_level
				 ? INTAKE_SYSLOG_SURE
				 : INTAKE_SYSLOG_DOUBTFUL;
}

/*
 * Return whether the message begins here, and whether the kernel wrote it. If a syslog daemon
 * receives netconsole without printk times, only an address precedes the message.
 */
static bool take_end(struct intake_text *text, struct words *words, bool *ret_is_kernel)
{
	struct intake_text rest = *text, facility;
	struct intake_kmsg_header header;

	*ret_is_kernel = take_kernel(text) || take_kernel_of_5424(text);
	if (*ret_is_kernel || intake_printk_is_next(*text) ||
	    intake_kmsg_header_take(&rest, &header)) {
		*ret_is_kernel = true;
		return true;
	}
	/* Without a host, "WARNING: text" after a date is a message and not a program. */
	if (take_program(text, &words->has_process))
		return words->has_host || words->has_level || words->has_process;
	*ret_is_kernel = words->has_host && is_address(words->host) &&
			 intake_syslog_level_of(intake_text_take_word(&rest), &facility) < 0;
	return *ret_is_kernel;
}

/* Take "[1709630040.123] ", which OpenWrt's logread -t writes after the date. */
static void take_epoch(struct intake_text *text)
{
	struct intake_text rest = *text;
	uint64_t seconds, millis;

	if (intake_text_take(&rest, "[") && intake_text_take_number(&rest, &seconds) &&
	    seconds >= EPOCH_MIN && intake_text_take(&rest, ".") &&
	    intake_text_take_number(&rest, &millis) && intake_text_take(&rest, "] "))
		*text = rest;
}

bool intake_syslog_words_take(struct intake_text *text, struct intake_record *record)
{
	struct words words = { 0 };
	struct intake_text rest = *text;
	bool is_kernel;

	intake_text_take_blanks(&rest);
	if (rest.length == text->length)
		return false;
	take_epoch(&rest);
	for (int i = 0; i < WORDS_MAX; i++) {
		if (take_end(&rest, &words, &is_kernel))
			break;
		if (!take_word(&rest, &words))
			return false;
		if (i == WORDS_MAX - 1 && !take_end(&rest, &words, &is_kernel))
			return false;
	}
	fill(&words, is_kernel, rest, record);
	*text = rest;
	return true;
}
