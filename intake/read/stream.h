/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reader of files that decompresses their content.
 *
 * The compression is detected from the content, never from the name: gzip, xz, zstd, zlib (which
 * pstore leaves if it cannot inflate a record), or none. A file may contain several compressed
 * streams in a row.
 */
#ifndef LINEAGE_INTAKE_READ_STREAM_H
#define LINEAGE_INTAKE_READ_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "intake/decode/record.h"

/*
 * An input that expands to more than this size, and by more than this factor, is a decompression
 * bomb.
 */
#define INTAKE_EXPANSION_SIZE (1ULL << 30)
#define INTAKE_EXPANSION_RATIO 2000
/* Streams that need a larger window, such as those of xz -9 and zstd --long=27, are not read. */
#define INTAKE_WINDOW_LOG_MAX 25
#define INTAKE_XZ_MEMORY_MAX (40ULL << 20)

struct intake_stream;

/**
 * intake_stream_open() - read @fd from its current position
 * @fd: a file, pipe, socket or device, owned by the caller, who must not read it until the stream
 *	is closed
 * @sink: receives faults (CUT, COMPRESSION, EXPANSION, CHANGED) with their offset in decompressed
 *	bytes; must outlive the stream
 *
 * Return: 0 or -ENOMEM.
 */
int intake_stream_open(int fd, const struct intake_sink *sink, struct intake_stream **ret);

/**
 * intake_stream_read() - read the next decompressed bytes
 * @size: greater than 0; uncompressed bytes are read directly to @buffer
 *
 * Return: the number of bytes; 0 at the end (call again if an uncompressed file may have grown);
 * the negative errno of read(2), including -EAGAIN and -EINTR, after which no data is lost and the
 * call may be repeated; -ENOMEM.
 */
ssize_t intake_stream_read(struct intake_stream *stream, void *buffer, size_t size);

/** intake_stream_is_plain() - check that no compressed data was read so far */
bool intake_stream_is_plain(const struct intake_stream *stream);

/** intake_stream_close() - free; NULL is allowed; the descriptor stays open */
void intake_stream_close(struct intake_stream *stream);

#endif /* LINEAGE_INTAKE_READ_STREAM_H */
