// SPDX-License-Identifier: GPL-2.0-or-later
/* Who sent a packet, and when, as the receiver wrote it in front? */
#include "sender.h"

#include <ctype.h>
#include <time.h>

/* @count digits and, where not NUL, what follows them. */
static bool take_digits(struct intake_text *text, size_t count, char end, int *ret)
{
	int number = 0;

	if (text->length < count + (end != '\0'))
		return false;
	for (size_t i = 0; i < count; i++) {
		if (!isdigit((unsigned char)text->at[i]))
			return false;
		number = 10 * number + (text->at[i] - '0');
	}
	if (end != '\0' && text->at[count] != end)
		return false;
	*text = intake_text_skip(*text, count + (end != '\0'));
	*ret = number;
	return true;
}

/* "Z", "+01:00" or "-0530", to the end. */
static bool take_zone(struct intake_text zone, int *ret_seconds)
{
	int sign = 1, hours, minutes;

	*ret_seconds = 0;
	if (intake_text_is(zone, "Z"))
		return true;
	if (intake_text_take(&zone, "-"))
		sign = -1;
	else if (!intake_text_take(&zone, "+"))
		return false;
	if (!take_digits(&zone, 2, '\0', &hours))
		return false;
	intake_text_take(&zone, ":");
	if (!take_digits(&zone, 2, '\0', &minutes) || zone.length > 0)
		return false;
	*ret_seconds = sign * 60 * (60 * hours + minutes);
	return true;
}

/* A time without a zone is one, but which is not known. */
static bool parse_time(struct intake_text word, struct intake_sender *sender)
{
	struct tm date = { 0 };
	uint64_t fraction;
	int zone;

	if (!take_digits(&word, 4, '-', &date.tm_year) ||
	    !take_digits(&word, 2, '-', &date.tm_mon) ||
	    !take_digits(&word, 2, 'T', &date.tm_mday) ||
	    !take_digits(&word, 2, ':', &date.tm_hour) ||
	    !take_digits(&word, 2, ':', &date.tm_min) || !take_digits(&word, 2, '\0', &date.tm_sec))
		return false;
	if (date.tm_mon < 1 || date.tm_mon > 12 || date.tm_mday < 1 || date.tm_mday > 31 ||
	    date.tm_hour > 23 || date.tm_min > 59 || date.tm_sec > 60)
		return false;
	if ((intake_text_take(&word, ".") || intake_text_take(&word, ",")) &&
	    !intake_text_take_number(&word, &fraction))
		return false;
	if (word.length == 0)
		return true;
	if (!take_zone(word, &zone))
		return false;
	date.tm_year -= 1900;
	date.tm_mon -= 1;
	sender->has_time = true;
	sender->time = (int64_t)timegm(&date) - zone;
	return true;
}

/* ":6665" at the end; an IPv6 address has more than one colon and keeps them all. */
static struct intake_text without_port(struct intake_text host)
{
	size_t colon = intake_text_find(host, ":");
	struct intake_text port;
	uint64_t number;

	if (colon == host.length)
		return host;
	port = intake_text_skip(host, colon + 1);
	if (intake_text_take_number(&port, &number) && port.length == 0)
		host.length = colon;
	return host;
}

static bool parse_host(struct intake_text word, struct intake_text *ret)
{
	struct intake_text host = word, port;
	uint64_t number;

	if (intake_text_ends(host, ":") && !intake_text_ends(host, "::"))
		host.length--;
	if (intake_text_take(&host, "[")) {
		port = host;
		if (!intake_text_take_until(&port, "]", &host))
			return false;
		if (port.length > 0 &&
		    !(intake_text_take(&port, ":") && intake_text_take_number(&port, &number) &&
		      port.length == 0))
			return false;
	} else {
		host = without_port(host);
	}
	if (host.length == 0 || host.length > INTAKE_HOST_MAX)
		return false;
	for (size_t i = 0; i < host.length; i++)
		if (!isalnum((unsigned char)host.at[i]) && !memchr("-._:%", host.at[i], 5))
			return false;
	*ret = host;
	return true;
}

bool intake_sender_take_word(struct intake_text *line, struct intake_sender *sender)
{
	struct intake_text rest = *line, word = intake_text_take_word(&rest);
	bool is_first = sender->host.length == 0 && !sender->has_time;

	if (rest.length == 0 || sender->host.length > 0)
		return false;
	if (!(is_first && parse_time(word, sender)) && !parse_host(word, &sender->host))
		return false;
	intake_text_take_blanks(&rest);
	*line = rest;
	return true;
}
