/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Encodings of kernel logs, and the interface of a decoder.
 *
 * To add a decoder, write intake/decode/decode_NAME.c with one `const struct intake_decoder`, and
 * declare it below. Add it to the table in intake/decode/decoder.c and to
 * intake/decode/meson.build. line_decoder.h implements most of a decoder whose records are lines.
 * Name the encoding in the help of cli/fleet/ingest.c, in man/kexec-lineage-ingest.8,
 * packaging/completion, docs/reference/log-formats.md and docs/explanation/intake.md. Add a fuzz
 * target with a corpus, a test in tests/unit/intake and a line in tests/golden/encode.py.
 *
 * decode_json.c matches every JSON object with a likeness of 60. Another JSON encoding needs a
 * larger likeness. If @may_skip_lines is set, only lines that contain a word of
 * recognise/data/search.txt are decoded. Therefore an encoding that escapes text must not set
 * @may_skip_lines, unless search.txt lists the escaped forms.
 */
#ifndef LINEAGE_INTAKE_DECODE_DECODER_H
#define LINEAGE_INTAKE_DECODE_DECODER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "record.h"

struct intake_line_format;

/* The number of bytes that are examined to detect the encoding. */
#define INTAKE_HEAD_SIZE 4096

/**
 * struct intake_decoder - one encoding
 * @name: its name in the option --encoding
 * @may_skip_lines: the caller may skip whole lines, because each line is decoded independently
 * @likeness: how well the first bytes of an input match this encoding: 0 (no match) to 100
 *	(certain)
 * @lines: the specific part of a decoder whose records are lines (line_decoder.h); else NULL
 * @create: allocate the state of a decoder; return NULL if out of memory
 * @feed: decode more bytes, split at any byte (at line ends if lines are skipped); @offset is the
 *	position of the first byte in the input
 * @finish: decode the remaining bytes at the end of the input
 * @destroy: free the state; NULL is allowed
 *
 * A decoder never fails on its input: it reports invalid data to the sink as a fault and continues.
 * Memory use is bounded for any input. The sink must outlive the state.
 */
struct intake_decoder {
	const char *name;
	bool may_skip_lines;
	int (*likeness)(const char *head, size_t length);
	const struct intake_line_format *lines;
	void *(*create)(const struct intake_decoder *decoder, const struct intake_sink *sink);
	void (*feed)(void *state, const char *bytes, size_t length, uint64_t offset);
	void (*finish)(void *state);
	void (*destroy)(void *state);
};

extern const struct intake_decoder intake_decoder_printk;	  /* console, dmesg, syslog files */
extern const struct intake_decoder intake_decoder_kmsg;		  /* /dev/kmsg */
extern const struct intake_decoder intake_decoder_netconsole;	  /* extended netconsole */
extern const struct intake_decoder intake_decoder_journal_json;	  /* journalctl -o json */
extern const struct intake_decoder intake_decoder_journal_export; /* journalctl -o export */
extern const struct intake_decoder intake_decoder_journal_verbose; /* journalctl -o verbose */
extern const struct intake_decoder
	intake_decoder_json; /* other JSON: containers, shippers, clouds */
extern const struct intake_decoder intake_decoder_pstore; /* files of systemd-pstore */

/** intake_decoders() - return a static array of all decoders that ends with NULL */
const struct intake_decoder *const *intake_decoders(void);

/** intake_decoder_find() - find a decoder by name; return NULL if unknown */
const struct intake_decoder *intake_decoder_find(const char *name);

/**
 * intake_decoder_recognise() - detect the encoding of an input
 * @head: the whole input, or its first INTAKE_HEAD_SIZE bytes
 *
 * Return: the decoder with the greatest likeness; the printk decoder if none matches.
 */
const struct intake_decoder *intake_decoder_recognise(const char *head, size_t length);

#endif /* LINEAGE_INTAKE_DECODE_DECODER_H */
