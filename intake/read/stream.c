// SPDX-License-Identifier: GPL-2.0-or-later
#include "stream.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "codec.h"

#define INPUT_SIZE 65536
/* Limit the output of a step, so that a decompression bomb is detected early. */
#define STEP_MAX (1U << 20)

enum phase {
	PHASE_START, /* format unknown */
	PHASE_PLAIN,
	PHASE_MEMBER,  /* inside a compressed stream */
	PHASE_BETWEEN, /* after a compressed stream: another one, or the end */
	PHASE_OVER,
};

/*
 * @at: offset in @input of the bytes that were read but not used yet
 * @held: number of these bytes
 * @file_at: offset of the next read in a regular file; -1 for other files
 * @file_size: the largest file size seen
 * @used, @made: bytes of input and output of the decompressors
 */
struct intake_stream {
	int fd;
	const struct intake_sink *sink;
	enum phase phase;
	const struct intake_codec *codec;
	void *state;
	unsigned char *input;
	size_t at;
	size_t held;
	bool at_end;
	off_t file_at;
	off_t file_size;
	uint64_t used;
	uint64_t made;
};

static void fault(const struct intake_stream *stream, enum intake_fault what)
{
	stream->sink->fault(stream->sink->data, what, stream->made);
}

int intake_stream_open(int fd, const struct intake_sink *sink, struct intake_stream **ret)
{
	struct intake_stream *stream = calloc(1, sizeof(*stream));
	struct stat status;

	if (!stream)
		return -ENOMEM;
	stream->input = malloc(INPUT_SIZE);
	if (!stream->input) {
		intake_stream_close(stream);
		return -ENOMEM;
	}
	stream->fd = fd;
	stream->sink = sink;
	stream->file_at = -1;
	if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode)) {
		stream->file_at = lseek(fd, 0, SEEK_CUR);
		stream->file_size = status.st_size;
	}
	*ret = stream;
	return 0;
}

bool intake_stream_is_plain(const struct intake_stream *stream)
{
	return stream->phase == PHASE_PLAIN;
}

void intake_stream_close(struct intake_stream *stream)
{
	if (!stream)
		return;
	if (stream->codec)
		stream->codec->destroy(stream->state);
	free(stream->input);
	free(stream);
}

/* Detect a regular file that became shorter. The size of files in /proc and /sys is not usable. */
static void check_size(struct intake_stream *stream)
{
	struct stat status;

	if (stream->file_at < 0 || fstat(stream->fd, &status) != 0)
		return;
	if (status.st_size < stream->file_at && status.st_size < stream->file_size)
		fault(stream, INTAKE_FAULT_CHANGED);
	/* Report once, until the file grows past this size again. */
	stream->file_size = status.st_size;
}

static ssize_t read_file(struct intake_stream *stream, void *buffer, size_t size)
{
	ssize_t got = read(stream->fd, buffer, size);

	if (got < 0)
		return -errno;
	if (got == 0)
		check_size(stream);
	else if (stream->file_at >= 0)
		stream->file_at += got;
	return got;
}

/* Read more bytes after those held. Return 0 or the error of read(2). */
static int refill(struct intake_stream *stream)
{
	ssize_t got;

	memmove(stream->input, stream->input + stream->at, stream->held);
	stream->at = 0;
	got = read_file(stream, stream->input + stream->held, INPUT_SIZE - stream->held);
	if (got < 0)
		return (int)got;
	stream->held += (size_t)got;
	stream->at_end = got == 0;
	return 0;
}

/* Identify the compression. Read until it is known, or to the end of the input. */
static int recognise(struct intake_stream *stream, const struct intake_codec **ret)
{
	for (;;) {
		bool is_unsure;
		int error;

		*ret = intake_codec_find(stream->input + stream->at, stream->held, &is_unsure);
		if (*ret || !is_unsure || stream->held >= INTAKE_CODEC_HEAD || stream->at_end)
			return 0;
		error = refill(stream);
		if (error)
			return error;
	}
}

static int start_member(struct intake_stream *stream, const struct intake_codec *codec)
{
	void *state = codec->create();

	if (!state)
		return -ENOMEM;
	stream->codec = codec;
	stream->state = state;
	stream->phase = PHASE_MEMBER;
	return 0;
}

static void end_member(struct intake_stream *stream, enum phase next)
{
	stream->codec->destroy(stream->state);
	stream->codec = NULL;
	stream->state = NULL;
	stream->phase = next;
}

static int start(struct intake_stream *stream)
{
	const struct intake_codec *codec;
	int error;

	/* The file was empty before and may have grown since: try again. */
	stream->at_end = false;
	error = recognise(stream, &codec);
	if (error)
		return error;
	if (codec)
		return start_member(stream, codec);
	if (stream->held > 0)
		stream->phase = PHASE_PLAIN;
	return 0;
}

/* A member is followed by another member, zeros (allowed by xz and gzip) or the end. */
static int start_next(struct intake_stream *stream)
{
	const struct intake_codec *codec;
	int error;

	for (;;) {
		while (stream->held > 0 && stream->input[stream->at] == 0) {
			stream->at++;
			stream->held--;
			stream->used++;
		}
		if (stream->held > 0 || stream->at_end)
			break;
		error = refill(stream);
		if (error)
			return error;
	}
	error = recognise(stream, &codec);
	if (error)
		return error;
	if (codec)
		return start_member(stream, codec);
	if (stream->held > 0)
		fault(stream, INTAKE_FAULT_COMPRESSION);
	stream->phase = PHASE_OVER;
	return 0;
}

static ssize_t read_plain(struct intake_stream *stream, void *buffer, size_t size)
{
	ssize_t got;

	/* Copy only the bytes that were read to identify the compression. */
	if (stream->held > 0) {
		size_t part = stream->held < size ? stream->held : size;

		memcpy(buffer, stream->input + stream->at, part);
		stream->at += part;
		stream->held -= part;
		got = (ssize_t)part;
	} else {
		got = read_file(stream, buffer, size);
	}
	if (got > 0)
		stream->made += (uint64_t)got;
	return got;
}

static void stop(struct intake_stream *stream, enum intake_fault why)
{
	fault(stream, why);
	end_member(stream, PHASE_OVER);
}

static size_t step(struct intake_stream *stream, void *buffer, size_t size)
{
	struct intake_codec_io io = { stream->input + stream->at, stream->held, buffer,
				      size < STEP_MAX ? size : STEP_MAX };
	size_t room = io.out_size, used, made;
	enum intake_codec_step result = stream->codec->step(stream->state, &io);

	used = stream->held - io.in_size;
	made = room - io.out_size;
	stream->at += used;
	stream->held -= used;
	stream->used += used;
	stream->made += made;
	if (result == INTAKE_CODEC_BAD)
		stop(stream, INTAKE_FAULT_COMPRESSION);
	else if (result == INTAKE_CODEC_BIG)
		stop(stream, INTAKE_FAULT_WINDOW);
	else if (stream->made > INTAKE_EXPANSION_SIZE &&
		 stream->made / INTAKE_EXPANSION_RATIO > stream->used)
		stop(stream, INTAKE_FAULT_EXPANSION);
	else if (result == INTAKE_CODEC_END)
		end_member(stream, PHASE_BETWEEN);
	else if (used == 0 && made == 0) /* all input was consumed */
		stop(stream, INTAKE_FAULT_CUT);
	return made;
}

static ssize_t read_member(struct intake_stream *stream, void *buffer, size_t size)
{
	if (stream->held == 0 && !stream->at_end) {
		int error = refill(stream);

		if (error)
			return error;
	}
	return (ssize_t)step(stream, buffer, size);
}

ssize_t intake_stream_read(struct intake_stream *stream, void *buffer, size_t size)
{
	while (stream->phase != PHASE_OVER) {
		ssize_t got = 0;

		if (stream->phase == PHASE_PLAIN)
			return read_plain(stream, buffer, size);
		if (stream->phase == PHASE_START)
			got = start(stream);
		else if (stream->phase == PHASE_BETWEEN)
			got = start_next(stream);
		else
			got = read_member(stream, buffer, size);
		/* This is data, an error, or the end of an empty file. */
		if (got != 0 || stream->phase == PHASE_START)
			return got;
	}
	return 0;
}
