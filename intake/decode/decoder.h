/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The encodings of kernel logs, and what a decoder of one has to provide.
 *
 * To add one: write intake/decode/decode_NAME.c with one `const struct intake_decoder`, declare it below, add it to the
 * table in intake/decode/decoder.c and to intake/decode/meson.build (line_decoder.h has most of a decoder whose records are
 * lines). Name it in the help of cli/fleet/ingest.c, in man/kexec-lineage.8, packaging/completion and docs/explanation/intake.md. Give it a
 * fuzz target with a corpus, a test in tests/unit/intake and a line in tests/golden/encode.py.
 *
 * Two traps: decode_journal_json.c takes every JSON object for its own with a likeness of 30. And with @may_skip_lines only
 * the lines are read in which recognise/data/search.txt finds something, so an encoding that escapes text must not set it,
 * or its escaped forms must be in search.txt.
 */
#ifndef LINEAGE_INTAKE_DECODE_DECODER_H
#define LINEAGE_INTAKE_DECODE_DECODER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "record.h"

/* How much of an input is looked at to recognise its encoding. */
#define INTAKE_HEAD_SIZE 4096

/**
 * struct intake_decoder - one encoding
 * @name: as given to --encoding
 * @may_skip_lines: whole lines may be left out of what @feed gets: each line stands for itself
 * @likeness: how much the first bytes of an input look like this encoding: 0 not at all, 100
 *	beyond doubt
 * @create: make a decoder's state; NULL where there is no memory
 * @feed: decode some more bytes, cut anywhere (where @may_skip_lines is used: between lines);
 *	@offset is that of their first byte in the input
 * @finish: the input ended: decode what is left
 * @destroy: NULL is fine
 *
 * No bytes make a decoder fail: what is bad is reported to the sink as a fault, and the rest is
 * read. Memory stays bounded, whatever comes. The sink must outlive the state.
 */
struct intake_decoder {
	const char *name;
	bool may_skip_lines;
	int (*likeness)(const char *head, size_t length);
	void *(*create)(const struct intake_sink *sink);
	void (*feed)(void *state, const char *bytes, size_t length, uint64_t offset);
	void (*finish)(void *state);
	void (*destroy)(void *state);
};

extern const struct intake_decoder intake_decoder_printk;	  /* console, dmesg, syslog files */
extern const struct intake_decoder intake_decoder_kmsg;		  /* /dev/kmsg */
extern const struct intake_decoder intake_decoder_netconsole;	  /* extended netconsole */
extern const struct intake_decoder intake_decoder_journal_json;	  /* journalctl -o json */
extern const struct intake_decoder intake_decoder_journal_export; /* journalctl -o export */
extern const struct intake_decoder intake_decoder_pstore;	  /* what systemd-pstore leaves */

/** intake_decoders() - all of them; ends with NULL; static */
const struct intake_decoder *const *intake_decoders(void);

/** intake_decoder_find() - by name; NULL where there is none */
const struct intake_decoder *intake_decoder_find(const char *name);

/**
 * intake_decoder_recognise() - which encoding is it?
 * @head: the first bytes of the input, all of them or INTAKE_HEAD_SIZE
 *
 * Return: the decoder of the greatest likeness; printk's where none has any.
 */
const struct intake_decoder *intake_decoder_recognise(const char *head, size_t length);

#endif /* LINEAGE_INTAKE_DECODE_DECODER_H */
