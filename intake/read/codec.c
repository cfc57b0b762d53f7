// SPDX-License-Identifier: GPL-2.0-or-later
#include "codec.h"

#include <limits.h>
#include <lzma.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>
#include <zstd_errors.h>

#include "stream.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))
#define TEXT_TRIAL 256

static enum intake_codec_match match_magic(const unsigned char *head, size_t size,
					   const char *magic, size_t magic_size)
{
	if (memcmp(head, magic, size < magic_size ? size : magic_size) != 0)
		return INTAKE_CODEC_NO;
	return size < magic_size ? INTAKE_CODEC_UNSURE : INTAKE_CODEC_YES;
}

/* Match the two magic bytes, and the byte 8, which means deflate, the only method (RFC 1952). */
static enum intake_codec_match gzip_match(const unsigned char *head, size_t size)
{
	return match_magic(head, size, "\x1f\x8b\x08", 3);
}

/* Match the magic bytes of the .xz file format (2.1.1.1). */
static enum intake_codec_match xz_match(const unsigned char *head, size_t size)
{
	return match_magic(head, size,
			   "\xfd"
			   "7zXZ\0",
			   6);
}

/*
 * Match a frame or a skippable frame (RFC 8878, 3.1). The first byte of a skippable frame has one
 * of 16 values; pzstd writes such a frame first.
 */
static enum intake_codec_match zstd_match(const unsigned char *head, size_t size)
{
	if (size > 0 && (head[0] & 0xf0) == 0x50)
		return match_magic(head + 1, size - 1, "\x2a\x4d\x18", 3);
	return match_magic(head, size, "\x28\xb5\x2f\xfd", 4);
}

static void *inflate_create(int window_bits)
{
	z_stream *stream = calloc(1, sizeof(*stream));

	if (stream && inflateInit2(stream, window_bits) != Z_OK) {
		free(stream);
		return NULL;
	}
	return stream;
}

static void *gzip_create(void)
{
	return inflate_create(15 + 16); /* the largest window, plus 16 for the gzip format */
}

static void *zlib_create(void)
{
	return inflate_create(15);
}

static uInt zlib_size(size_t size)
{
	return size < INT_MAX ? (uInt)size : INT_MAX;
}

static enum intake_codec_step inflate_step(void *state, struct intake_codec_io *io)
{
	z_stream *stream = state;
	int result;

	stream->next_in = (unsigned char *)(uintptr_t)io->in; /* zlib's interface has no const */
	stream->avail_in = zlib_size(io->in_size);
	stream->next_out = io->out;
	stream->avail_out = zlib_size(io->out_size);
	result = inflate(stream, Z_NO_FLUSH);
	io->in_size -= (size_t)(stream->next_in - io->in);
	io->in = stream->next_in;
	io->out_size -= (size_t)(stream->next_out - io->out);
	io->out = stream->next_out;
	if (result == Z_STREAM_END)
		return INTAKE_CODEC_END;
	/* Z_BUF_ERROR: no progress was possible with this input. */
	return result == Z_OK || result == Z_BUF_ERROR ? INTAKE_CODEC_MORE : INTAKE_CODEC_BAD;
}

static void inflate_destroy(void *state)
{
	if (state)
		inflateEnd(state);
	free(state);
}

static bool is_text(const unsigned char *bytes, size_t size)
{
	size_t i;

	for (i = 0; i < size; i++)
		if ((bytes[i] < ' ' && !strchr("\t\n\r\033", bytes[i])) || bytes[i] == '\0' ||
		    bytes[i] == 0x7f)
			return false;
	return true;
}

/* The two bytes of the zlib header are weak evidence, so the rest must also inflate to text. */
static enum intake_codec_match zlib_match(const unsigned char *head, size_t size)
{
	unsigned char text[TEXT_TRIAL];
	struct intake_codec_io io = { head, size, text, sizeof(text) };
	enum intake_codec_step step;
	void *state;

	if (size == 0)
		return INTAKE_CODEC_UNSURE;
	/*
	 * RFC 1950: 0x78 is deflate with the largest window; the two bytes form a multiple of 31.
	 */
	if (head[0] != 0x78 || (size > 1 && ((head[0] << 8) | head[1]) % 31 != 0))
		return INTAKE_CODEC_NO;
	state = zlib_create();
	if (!state)
		return INTAKE_CODEC_NO;
	step = inflate_step(state, &io);
	inflate_destroy(state);
	if (step == INTAKE_CODEC_BAD || !is_text(text, sizeof(text) - io.out_size))
		return INTAKE_CODEC_NO;
	if (io.out_size == sizeof(text))
		return INTAKE_CODEC_UNSURE;
	return INTAKE_CODEC_YES;
}

static void *xz_create(void)
{
	lzma_stream *stream = malloc(sizeof(*stream));

	if (!stream)
		return NULL;
	*stream = (lzma_stream)LZMA_STREAM_INIT;
	if (lzma_stream_decoder(stream, INTAKE_XZ_MEMORY_MAX, 0) != LZMA_OK) {
		free(stream);
		return NULL;
	}
	return stream;
}

static enum intake_codec_step xz_step(void *state, struct intake_codec_io *io)
{
	lzma_stream *stream = state;
	lzma_ret result;

	stream->next_in = io->in;
	stream->avail_in = io->in_size;
	stream->next_out = io->out;
	stream->avail_out = io->out_size;
	result = lzma_code(stream, LZMA_RUN);
	io->in = stream->next_in;
	io->in_size = stream->avail_in;
	io->out = stream->next_out;
	io->out_size = stream->avail_out;
	if (result == LZMA_STREAM_END)
		return INTAKE_CODEC_END;
	if (result == LZMA_MEMLIMIT_ERROR || result == LZMA_MEM_ERROR)
		return INTAKE_CODEC_BIG;
	return result == LZMA_OK || result == LZMA_BUF_ERROR ? INTAKE_CODEC_MORE : INTAKE_CODEC_BAD;
}

static void xz_destroy(void *state)
{
	if (state)
		lzma_end(state);
	free(state);
}

static void *zstd_create(void)
{
	ZSTD_DCtx *context = ZSTD_createDCtx();

	if (context)
		ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, INTAKE_WINDOW_LOG_MAX);
	return context;
}

static enum intake_codec_step zstd_step(void *state, struct intake_codec_io *io)
{
	ZSTD_inBuffer in = { io->in, io->in_size, 0 };
	ZSTD_outBuffer out = { io->out, io->out_size, 0 };
	size_t left = ZSTD_decompressStream(state, &out, &in);

	io->in += in.pos;
	io->in_size -= in.pos;
	io->out += out.pos;
	io->out_size -= out.pos;
	if (ZSTD_isError(left) &&
	    (ZSTD_getErrorCode(left) == ZSTD_error_frameParameter_windowTooLarge ||
	     ZSTD_getErrorCode(left) == ZSTD_error_memory_allocation))
		return INTAKE_CODEC_BIG;
	if (ZSTD_isError(left))
		return INTAKE_CODEC_BAD;
	return left == 0 ? INTAKE_CODEC_END : INTAKE_CODEC_MORE;
}

static void zstd_destroy(void *state)
{
	ZSTD_freeDCtx(state);
}

static const struct intake_codec codecs[] = {
	{ gzip_match, gzip_create, inflate_step, inflate_destroy },
	{ xz_match, xz_create, xz_step, xz_destroy },
	{ zstd_match, zstd_create, zstd_step, zstd_destroy },
	{ zlib_match, zlib_create, inflate_step, inflate_destroy },
};

const struct intake_codec *intake_codec_find(const unsigned char *head, size_t size,
					     bool *ret_unsure)
{
	size_t i;

	*ret_unsure = false;
	for (i = 0; i < COUNT_OF(codecs); i++) {
		enum intake_codec_match match = codecs[i].match(head, size);

		if (match == INTAKE_CODEC_YES)
			return &codecs[i];
		if (match == INTAKE_CODEC_UNSURE)
			*ret_unsure = true;
	}
	return NULL;
}
