/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The table of compressions, and the interface of a decompressor.
 *
 * To add a compression, add its functions and a row to the table in intake/read/codec.c, a test and
 * a corpus file.
 */
#ifndef LINEAGE_INTAKE_READ_CODEC_H
#define LINEAGE_INTAKE_READ_CODEC_H

#include <stdbool.h>
#include <stddef.h>

/* Enough bytes to identify every compression. */
#define INTAKE_CODEC_HEAD 512

enum intake_codec_match {
	INTAKE_CODEC_NO,
	INTAKE_CODEC_UNSURE, /* the bytes match so far, but more are needed */
	INTAKE_CODEC_YES,
};

enum intake_codec_step {
	INTAKE_CODEC_MORE, /* the stream continues */
	INTAKE_CODEC_END,  /* the stream ended and its checksum is correct */
	INTAKE_CODEC_BAD,  /* the stream is corrupt */
	INTAKE_CODEC_BIG,  /* the stream needs more memory than allowed */
};

/**
 * struct intake_codec_io - input and output of a step, which advances the pointers and reduces the
 * sizes by the bytes used
 */
struct intake_codec_io {
	const unsigned char *in;
	size_t in_size;
	unsigned char *out;
	size_t out_size;
};

/**
 * struct intake_codec - one compression
 * @match: check whether @head begins a stream of this compression
 * @create: create a decompressor for one stream; return NULL if out of memory
 * @step: decompress as much as fits
 * @destroy: free the decompressor; NULL is allowed
 */
struct intake_codec {
	enum intake_codec_match (*match)(const unsigned char *head, size_t size);
	void *(*create)(void);
	enum intake_codec_step (*step)(void *state, struct intake_codec_io *io);
	void (*destroy)(void *state);
};

/**
 * intake_codec_find() - identify the compression of a stream
 * @ret_unsure: whether more bytes could identify a compression; valid only if the result is NULL
 *
 * Return: the compression, or NULL.
 */
const struct intake_codec *intake_codec_find(const unsigned char *head, size_t size,
					     bool *ret_unsure);

#endif /* LINEAGE_INTAKE_READ_CODEC_H */
