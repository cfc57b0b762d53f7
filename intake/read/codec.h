/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which compressions are there, and how is a piece of each taken apart?
 *
 * To add one: its functions and its line in the table of intake/read/codec.c, a test and a corpus file.
 */
#ifndef LINEAGE_INTAKE_READ_CODEC_H
#define LINEAGE_INTAKE_READ_CODEC_H

#include <stdbool.h>
#include <stddef.h>

/* No compression needs more of a stream's start to be told from the others. */
#define INTAKE_CODEC_HEAD 512

enum intake_codec_match {
	INTAKE_CODEC_NO,
	INTAKE_CODEC_UNSURE, /* as far as it goes: more bytes would tell */
	INTAKE_CODEC_YES,
};

enum intake_codec_step {
	INTAKE_CODEC_MORE, /* going on */
	INTAKE_CODEC_END,  /* the stream ended, and its checksum is right */
	INTAKE_CODEC_BAD,  /* damaged */
	INTAKE_CODEC_BIG,  /* in need of more memory than it gets */
};

/** struct intake_codec_io - both ends of a step: it moves the pointers and lowers the counts */
struct intake_codec_io {
	const unsigned char *in;
	size_t in_size;
	unsigned char *out;
	size_t out_size;
};

/**
 * struct intake_codec - one compression
 * @match: do these bytes start such a stream?
 * @create: a decompressor for one stream; NULL where there is no memory
 * @step: decompress as much as fits
 * @destroy: NULL is fine
 */
struct intake_codec {
	enum intake_codec_match (*match)(const unsigned char *head, size_t size);
	void *(*create)(void);
	enum intake_codec_step (*step)(void *state, struct intake_codec_io *io);
	void (*destroy)(void *state);
};

/**
 * intake_codec_find() - what do these bytes start?
 * @ret_unsure: whether more bytes could still make it one; only told where the result is NULL
 *
 * Return: the compression, or NULL.
 */
const struct intake_codec *intake_codec_find(const unsigned char *head, size_t size,
					     bool *ret_unsure);

#endif /* LINEAGE_INTAKE_READ_CODEC_H */
