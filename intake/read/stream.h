/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What bytes are in a file, whatever it is compressed with?
 *
 * Compression is found by content, never by name: gzip, xz, zstd, zlib (what pstore leaves where it
 * could not inflate a record itself), several of them in a row, and none.
 */
#ifndef LINEAGE_INTAKE_READ_STREAM_H
#define LINEAGE_INTAKE_READ_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "intake/decode/record.h"

/* An input that gives more than this, and more than so many times what went in, is a bomb. */
#define INTAKE_EXPANSION_SIZE (1ULL << 30)
#define INTAKE_EXPANSION_RATIO 2000
/* A stream whose window needs more is not read: xz -9 and zstd --long=27 are such. */
#define INTAKE_WINDOW_LOG_MAX 25
#define INTAKE_XZ_MEMORY_MAX (40ULL << 20)

struct intake_stream;

/**
 * intake_stream_open() - read @fd from where it is
 * @fd: a file, pipe, socket or device; it stays the caller's, and nobody else may read from it
 *	until the stream is closed
 * @sink: told of faults (CUT, COMPRESSION, EXPANSION, CHANGED), with their offset in decompressed
 *	bytes; must outlive the stream
 *
 * Return: 0 or -ENOMEM.
 */
int intake_stream_open(int fd, const struct intake_sink *sink, struct intake_stream **ret);

/**
 * intake_stream_read() - the next bytes, decompressed
 * @size: more than 0. Bytes that are not compressed are read straight into @buffer.
 *
 * Return: how many there are; 0 at the end, where a file that is not compressed may have more
 * later: ask again then. Or what read(2) failed with, -EAGAIN and -EINTR among it: nothing is lost,
 * ask again. -ENOMEM.
 */
ssize_t intake_stream_read(struct intake_stream *stream, void *buffer, size_t size);

/** intake_stream_is_plain() - was what was read so far not compressed? */
bool intake_stream_is_plain(const struct intake_stream *stream);

/** intake_stream_close() - NULL is fine; the descriptor stays open */
void intake_stream_close(struct intake_stream *stream);

#endif /* LINEAGE_INTAKE_READ_STREAM_H */
