// SPDX-License-Identifier: GPL-2.0-or-later
/* Parser for the sender and time that a receiver wrote before a packet. */
#include "sender.h"

#include <ctype.h>
#include <string.h>

#include "time_text.h"

/* Parse the whole word as a time. */
static bool parse_time(struct intake_text word, struct intake_sender *sender)
{
	struct intake_time time = { 0 };

	if (!intake_time_take_iso(&word, &time) || word.length > 0)
		return false;
	sender->has_time = time.is_known;
	sender->time = time.seconds;
	return true;
}

/* Remove ":6665" from the end. An IPv6 address has more than one colon and stays unchanged. */
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
	*ret = host;
	return intake_host_is_valid(host);
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

bool intake_host_is_valid(struct intake_text host)
{
	if (host.length == 0 || host.length > INTAKE_HOST_MAX)
		return false;
	for (size_t i = 0; i < host.length; i++)
		if (!isalnum((unsigned char)host.at[i]) && !memchr("-._:%", host.at[i], 5))
			return false;
	return true;
}
