// SPDX-License-Identifier: GPL-2.0-or-later
/* The table of log encodings, and detection of the encoding of an input. */
#include "decoder.h"

#include <string.h>

/* If two encodings match equally well, the first one is used. */
static const struct intake_decoder *const decoders[] = {
	&intake_decoder_pstore,
	&intake_decoder_journal_json,
	&intake_decoder_journal_export,
	&intake_decoder_journal_verbose,
	&intake_decoder_json,
	&intake_decoder_kmsg,
	&intake_decoder_netconsole,
	&intake_decoder_printk,
	NULL,
};

const struct intake_decoder *const *intake_decoders(void)
{
	return decoders;
}

const struct intake_decoder *intake_decoder_find(const char *name)
{
	for (const struct intake_decoder *const *decoder = decoders; *decoder; decoder++)
		if (strcmp((*decoder)->name, name) == 0)
			return *decoder;
	return NULL;
}

const struct intake_decoder *intake_decoder_recognise(const char *head, size_t length)
{
	const struct intake_decoder *best = &intake_decoder_printk;
	int most = 0;

	for (const struct intake_decoder *const *decoder = decoders; *decoder; decoder++) {
		int likeness = (*decoder)->likeness(head, length);

		if (likeness <= most)
			continue;
		most = likeness;
		best = *decoder;
	}
	return best;
}
