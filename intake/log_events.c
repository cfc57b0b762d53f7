// SPDX-License-Identifier: GPL-2.0-or-later
/* Reader of one log: converts its bytes to events. */
#include "log_events.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/cleanup.h"
#include "intake/decode/wrapper.h"
#include "intake/recognise/recognise.h"
#include "scan.h"
#include "intake/read/archive.h"
#include "intake/read/stream.h"
#include "intake/read/vmcore.h"

#define BUFFER_SIZE (256UL << 10)
/* The kernel copies to addresses with this alignment fastest, from whole pages. */
#define READ_ALIGN 64UL
#define PAGE_SIZE 4096UL
#define WORDS_MAX 1024
#define FOLLOW_WAIT_US 200000
#define HEAD_WAIT_MS 300
#define FOLLOW_WAITS 25 /* five seconds */
#define PROGRESS_BYTES (16UL << 20)
/*
 * Number of bytes before a new boot in which the last lines of the previous kernel are expected.
 * Programs and firmware may print lines after them.
 */
#define TAIL_SIZE (16UL << 10)
/* Feed one line for each skipped block of this size, to learn the last time of each host. */
#define SAMPLE_SIZE (64UL << 10)

/**
 * struct reader - the state of reading one input
 * @sink: passes records and faults to this reader
 * @memory: BUFFER_SIZE + READ_ALIGN bytes
 * @buffer: the place in @memory of @length bytes read from the input, starting at @offset
 * @held: number of bytes at the start of @buffer that were searched but not fed: whole lines that
 *	may be the last lines of a boot
 * @is_mid_line: the buffer begins inside a line whose start was fed
 * @ends_line: the last byte that was fed ended a line
 * @is_new_part: nothing of this file was fed yet
 * @is_last: no other file of the input follows
 * @has_resume: an offset in the input is also an offset in its last file
 * @is_replaced: another file has the name of the followed file now
 * @next_progress: byte count of the next progress report
 * @waits: consecutive waits without new data
 * @scanned: end of the part of the buffer that was searched for words
 * @ends: end offsets of @count words; the words before index @next were handled
 */
struct reader {
	const struct intake_options *options;
	struct intake_result *result;
	struct intake_sink sink;
	struct intake_recogniser *recogniser;
	const struct intake_decoder *decoder;
	void *state;
	struct intake_scan *scan;
	char *memory;
	char *buffer;
	size_t length;
	uint64_t offset;
	size_t held;
	bool is_mid_line;
	bool ends_line;
	bool is_new_part;
	bool is_last;
	bool has_resume;
	bool is_replaced;
	uint64_t next_progress;
	unsigned int waits;
	size_t scanned;
	size_t next;
	size_t count;
	size_t ends[WORDS_MAX];
};

/**
 * struct source - an open file
 * @path: NULL for standard input
 * @is_file: a regular file, which has an end and may grow
 */
struct source {
	const char *path;
	int fd;
	bool is_file;
	struct intake_stream *stream;
};

static void take_record(void *data, const struct intake_record *record)
{
	struct reader *reader = data;

	reader->result->records += !record->is_from_user;
	intake_recogniser_record(reader->recogniser, record);
}

static void take_fault(void *data, enum intake_fault fault, uint64_t offset)
{
	struct reader *reader = data;
	struct intake_fault_count *count = &reader->result->faults[fault];

	if (count->count++ == 0)
		count->offset = offset;
}

static void feed(struct reader *reader, size_t from, size_t to)
{
	if (to <= from)
		return;
	reader->decoder->feed(reader->state, reader->buffer + from, to - from,
			      reader->offset + from);
	reader->ends_line = reader->buffer[to - 1] == '\n';
}

static size_t line_end(const struct reader *reader, size_t from, size_t end)
{
	const char *newline = memchr(reader->buffer + from, '\n', end - from);

	return newline ? (size_t)(newline - reader->buffer) + 1 : end;
}

/*
 * Feed one line at a time while no line may be skipped. Return the start of the first line that may
 * be skipped.
 */
static size_t feed_busy(struct reader *reader, size_t from, size_t end)
{
	/*
	 * Feed all of the first lines: they show whether the kernel's lines have times. If so, a
	 * line without a time is not from the kernel.
	 */
	while (from < end && (reader->offset + from < INTAKE_HEAD_SIZE ||
			      intake_recogniser_needs_all(reader->recogniser))) {
		size_t next = line_end(reader, from, end);

		feed(reader, from, next);
		from = next;
	}
	return from;
}

/* Return the start of the last lines, about TAIL_SIZE bytes, between @from and @end. */
static size_t tail_of(const struct reader *reader, size_t from, size_t end)
{
	return end - from > TAIL_SIZE ? line_end(reader, end - TAIL_SIZE - 1, end) : from;
}

/* Skip the lines between @from and @end, but feed one line for each SAMPLE_SIZE bytes. */
static void skip(struct reader *reader, size_t from, size_t end)
{
	while (end - from > SAMPLE_SIZE) {
		size_t start = line_end(reader, from + SAMPLE_SIZE - 1, end);

		from = line_end(reader, start, end);
		feed(reader, start, from);
	}
}

/*
 * Feed the line with the word that ends at @word, and skip the lines between @skipped and this
 * line. If the word begins a boot, feed the last of the skipped lines, because they end the
 * previous boot.
 */
static size_t feed_line_with_word(struct reader *reader, size_t skipped, size_t from, size_t word,
				  size_t end)
{
	static const char banner[] = "Linux version ";
	const char *newline = memrchr(reader->buffer + from, '\n', word - 1 - from);
	size_t start = newline ? (size_t)(newline - reader->buffer) + 1 : from;
	size_t next = line_end(reader, word - 1, end);
	size_t tail = start;

	if (memmem(reader->buffer + start, next - start, banner, strlen(banner)))
		tail = tail_of(reader, skipped, start);
	skip(reader, skipped, tail);
	feed(reader, tail, next);
	return next;
}

/* Return the end of the next word at or after @from; 0 if no word ends before @end. */
static size_t find_word(struct reader *reader, size_t from, size_t end)
{
	for (;;) {
		while (reader->next < reader->count && reader->ends[reader->next] <= from)
			reader->next++;
		if (reader->next < reader->count)
			return reader->ends[reader->next];
		if (reader->scanned < from)
			reader->scanned = from;
		if (reader->scanned >= end)
			return 0;
		reader->next = 0;
		reader->count = intake_scan_find(reader->scan, reader->buffer + reader->scanned,
						 end - reader->scanned, reader->ends, WORDS_MAX);
		for (size_t i = 0; i < reader->count; i++)
			reader->ends[i] += reader->scanned;
		/* The line of the last word is fed to its end, so no word is split here. */
		reader->scanned = reader->count == WORDS_MAX ? reader->ends[WORDS_MAX - 1] : end;
	}
}

/*
 * Of the complete lines from @from to @end, feed those that can hold an event, and a sample of the
 * lines before them. The lines from @skipped to @from were not fed before. Return the start of the
 * last lines before @end that were not fed.
 */
static size_t feed_lines(struct reader *reader, size_t skipped, size_t from, size_t end)
{
	reader->scanned = from;
	reader->count = 0;
	reader->next = 0;
	while (from < end) {
		size_t busy = feed_busy(reader, from, end);
		size_t word;

		if (busy > from)
			skipped = busy;
		from = busy;
		word = find_word(reader, from, end);
		if (word == 0)
			break;
		from = feed_line_with_word(reader, skipped, from, word, end);
		skipped = from;
	}
	return skipped;
}

/* Drop bytes at the start of the buffer. Move the others so that the next read is aligned. */
static void drop(struct reader *reader, size_t size)
{
	const char *rest = reader->buffer + size;

	reader->length -= size;
	reader->offset += size;
	reader->buffer = reader->memory + (-reader->length & (READ_ALIGN - 1));
	memmove(reader->buffer, rest, reader->length);
	reader->held = 0;
}

/* Read to the end of a page, because then the next read starts at a page. */
static size_t read_size(const struct reader *reader)
{
	size_t room = BUFFER_SIZE - reader->length;

	return room > PAGE_SIZE ? room & ~(PAGE_SIZE - 1) : room;
}

/* Keep the start of an incomplete line. A line that fills the buffer is fed in pieces. */
static void keep_rest(struct reader *reader, size_t from)
{
	if (from == 0 && reader->length == BUFFER_SIZE) {
		feed(reader, 0, reader->length);
		reader->is_mid_line = true;
		from = reader->length;
	}
	drop(reader, from);
}

/* Feed the held lines, which may be the last lines of a boot. */
static void feed_held(struct reader *reader)
{
	feed(reader, 0, reader->held);
	drop(reader, reader->held);
}

/* Keep the last unfed lines between @skipped and @end, and the incomplete line after them. */
static void hold(struct reader *reader, size_t skipped, size_t end)
{
	size_t tail = tail_of(reader, skipped, end);

	skip(reader, skipped, tail);
	if (reader->length - tail == BUFFER_SIZE)
		tail = end;
	keep_rest(reader, tail);
	reader->held = end - tail;
}

static void take_bytes(struct reader *reader)
{
	const char *newline = memrchr(reader->buffer, '\n', reader->length);
	size_t end = newline ? (size_t)(newline - reader->buffer) + 1 : 0;
	size_t from = reader->held, skipped = 0;

	if (!reader->scan || !reader->decoder->may_skip_lines) {
		feed(reader, 0, reader->length);
		keep_rest(reader, reader->length);
		return;
	}
	if (reader->is_mid_line && end > 0) {
		from = line_end(reader, 0, end);
		skipped = from;
		feed(reader, 0, from);
		reader->is_mid_line = false;
	} else if (reader->is_mid_line) {
		feed(reader, 0, reader->length);
		keep_rest(reader, reader->length);
		return;
	}
	hold(reader, feed_lines(reader, skipped, from, end), end);
}

static void say_progress(struct reader *reader)
{
	uint64_t bytes = reader->offset + reader->length;

	reader->result->bytes = bytes;
	if (!reader->options->progress || bytes < reader->next_progress)
		return;
	reader->next_progress = bytes + PROGRESS_BYTES;
	reader->options->progress(reader->options->data, bytes);
}

/*
 * Wait at most @wait_ms for data from a pipe or a device. The limit lets the caller check for a
 * stop after a signal to another thread. A signal to this thread ends poll() with EINTR. Return
 * false in this case, because read() would block.
 */
static bool is_readable(int fd, int wait_ms)
{
	struct pollfd poll_fd = { .fd = fd, .events = POLLIN };

	return poll(&poll_fd, 1, wait_ms) > 0;
}

/*
 * Check whether there are enough bytes to detect the encoding. A file must supply the whole head
 * (INTAKE_HEAD_SIZE). For a pipe, the first chunk is enough, since more may arrive hours later.
 */
static bool has_head(const struct reader *reader, const struct source *source)
{
	if (reader->length >= INTAKE_HEAD_SIZE)
		return true;
	return !source->is_file && memchr(reader->buffer, '\n', reader->length) &&
	       !is_readable(source->fd, HEAD_WAIT_MS);
}

/* Return whether the line at @from has a time, a level or a caller prefix. */
static bool has_prefix(const struct reader *reader, size_t from, size_t end,
		       struct intake_record *record)
{
	return intake_line_decode(reader->buffer + from, line_end(reader, from, end) - from,
				  record);
}

/* Return whether no line of the head has a prefix. The printk decoder accepts any text. */
static bool is_doubtful(const struct reader *reader)
{
	size_t end = reader->length < INTAKE_HEAD_SIZE ? reader->length : INTAKE_HEAD_SIZE;

	for (size_t from = 0; from < end; from = line_end(reader, from, end)) {
		struct intake_record record = { 0 };

		if (has_prefix(reader, from, end, &record) && !record.is_from_user)
			return false;
	}
	return reader->length > 0;
}

/* Return whether to detect the encoding now. An empty part of a log does not show the encoding. */
static bool is_ready(const struct reader *reader, const struct source *source, bool is_at_end)
{
	if (is_at_end)
		return reader->length > 0 || reader->is_last;
	return has_head(reader, source);
}

/* Check the start of a file. Return 0, 1 to skip the file, or -ENOTSUP with an error message. */
static int check_head(struct reader *reader)
{
	const char *advice = intake_archive_advice(reader->buffer, reader->length);

	if (intake_archive_is_database(reader->buffer, reader->length))
		reader->result->is_database = true;
	else if (advice)
		snprintf(reader->result->error, sizeof(reader->result->error), "%s", advice);
	else
		return 0;
	drop(reader, reader->length);
	return advice ? -ENOTSUP : 1;
}

static int choose_decoder(struct reader *reader)
{
	const struct intake_decoder *decoder = reader->options->decoder;

	if (!decoder)
		decoder = intake_decoder_recognise(reader->buffer, reader->length < INTAKE_HEAD_SIZE
									   ? reader->length
									   : INTAKE_HEAD_SIZE);
	reader->state = decoder->create(decoder, &reader->sink);
	if (!reader->state)
		return -ENOMEM;
	reader->decoder = decoder;
	reader->result->decoder = decoder;
	reader->result->is_doubtful = decoder == &intake_decoder_printk && is_doubtful(reader);
	return 0;
}

static bool is_stopped(const struct reader *reader)
{
	return reader->options->stop && *reader->options->stop;
}

static void end_line(struct reader *reader)
{
	reader->decoder->feed(reader->state, "\n", 1, reader->offset);
	reader->ends_line = true;
	reader->is_mid_line = false;
}

/* End a part of a log. If its records are lines, the next part may continue the last line. */
static void end_part(struct reader *reader)
{
	reader->is_new_part = true;
	if (!reader->decoder) {
		drop(reader, reader->length);
		return;
	}
	feed(reader, 0, reader->length);
	drop(reader, reader->length);
	reader->is_mid_line = !reader->ends_line;
	if (!reader->decoder->may_skip_lines)
		end_line(reader);
}

/*
 * Begin the next part. Rotation may cut a log inside a line, and the next part then continues this
 * line. If the next part begins with a whole line, the previous part ends with a truncated line,
 * for example after a power cut: end this truncated line.
 */
static void begin_part(struct reader *reader)
{
	struct intake_record record = { 0 };
	bool is_line = reader->decoder == &intake_decoder_printk
			       ? has_prefix(reader, 0, reader->length, &record)
			       : reader->buffer[0] == '{';

	if (is_line && !reader->ends_line)
		end_line(reader);
}

/* Pass the bytes to the decoder. Choose the decoder first if needed. Return as check_head(). */
static int take_more(struct reader *reader)
{
	int error = reader->is_new_part ? check_head(reader) : 0;

	if (!error && !reader->decoder)
		error = choose_decoder(reader);
	else if (!error && reader->is_new_part)
		begin_part(reader);
	if (error)
		return error;
	reader->is_new_part = false;
	take_bytes(reader);
	say_progress(reader);
	return 0;
}

/* After a quiet period, emit open crashes without waiting for more lines. */
static void count_wait(struct reader *reader)
{
	if (++reader->waits != FOLLOW_WAITS)
		return;
	feed_held(reader);
	intake_recogniser_pause(reader->recogniser);
}

/* Detect rotation by rename or truncation. Ignore an empty new file until it has lines. */
static bool was_replaced(const struct source *source)
{
	struct stat here, there;

	if (!source->is_file || !source->path || fstat(source->fd, &here) != 0 ||
	    stat(source->path, &there) != 0 || there.st_size == 0)
		return false;
	return here.st_dev != there.st_dev || here.st_ino != there.st_ino ||
	       lseek(source->fd, 0, SEEK_CUR) > there.st_size;
}

/* Read to the end. A followed file is read until a stop, or until another file replaces it. */
static int read_stream(struct reader *reader, const struct source *source)
{
	int error = 0;

	while (!error && !is_stopped(reader)) {
		ssize_t got;

		if (!source->is_file && !is_readable(source->fd, FOLLOW_WAIT_US / 1000)) {
			count_wait(reader);
			continue;
		}
		got = intake_stream_read(source->stream, reader->buffer + reader->length,
					 read_size(reader));
		if (got == -EINTR || got == -EAGAIN)
			continue;
		if (got < 0)
			return (int)got;
		reader->length += (size_t)got;
		if (reader->decoder ? got > 0 : is_ready(reader, source, got == 0))
			error = take_more(reader);
		if (got > 0) {
			reader->waits = 0;
			continue;
		}
		if (!reader->options->follow || !reader->is_last)
			break;
		reader->is_replaced = was_replaced(source);
		if (reader->is_replaced)
			break;
		count_wait(reader);
		usleep(FOLLOW_WAIT_US);
	}
	return error;
}

/* Read the log in a crash dump, which must be seekable and therefore not a pipe. */
static int read_vmcore(struct reader *reader, int fd)
{
	struct intake_vmcore vmcore;

	reader->has_resume = false;
	return intake_vmcore_read(fd, &reader->sink, &vmcore, reader->result->error,
				  sizeof(reader->result->error));
}

static bool is_vmcore(int fd)
{
	char head[INTAKE_HEAD_SIZE];
	ssize_t got = pread(fd, head, sizeof(head), 0);

	return got > 0 && intake_vmcore_recognise(head, (size_t)got);
}

static int read_log(struct reader *reader, struct source *source)
{
	int error = intake_stream_open(source->fd, &reader->sink, &source->stream);

	if (!error)
		error = read_stream(reader, source);
	reader->has_resume = reader->has_resume && !error && intake_stream_is_plain(source->stream);
	intake_stream_close(source->stream);
	return error;
}

static int read_file(struct reader *reader, const char *path, uint64_t start)
{
	struct source source = { .fd = STDIN_FILENO };
	LINEAGE_AUTO_CLOSE int opened = -1;
	struct stat status;

	if (strcmp(path, "-") != 0) {
		opened = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
		if (opened < 0)
			return -errno;
		source.path = path;
		source.fd = opened;
	}
	if (!reader->options->decoder && is_vmcore(source.fd))
		return read_vmcore(reader, source.fd);
	if (fstat(source.fd, &status) != 0)
		return -errno;
	source.is_file = S_ISREG(status.st_mode);
	if (start > 0) {
		if (lseek(source.fd, (off_t)start, SEEK_SET) < 0)
			return -errno;
		reader->offset = start;
	}
	return read_log(reader, &source);
}

/* Read the file, and if the log is followed, each new file that gets the same name. */
static int read_path(struct reader *reader, const char *path)
{
	int error = read_file(reader, path, reader->options->start);

	while (!error && reader->is_replaced) {
		reader->is_replaced = false;
		reader->has_resume = false;
		end_part(reader);
		error = read_file(reader, path, 0);
	}
	return error;
}

static int reader_init(struct reader *reader, const struct intake_listener *listener)
{
	reader->sink.record = take_record;
	reader->sink.fault = take_fault;
	reader->sink.data = reader;
	reader->sink.fields = &reader->options->fields;
	reader->recogniser =
		intake_recogniser_create(listener, &reader->sink, reader->options->host);
	if (reader->recogniser && reader->options->infers_nothing)
		intake_recogniser_infer_nothing(reader->recogniser);
	reader->memory = aligned_alloc(READ_ALIGN, BUFFER_SIZE + READ_ALIGN);
	reader->buffer = reader->memory;
	/* Without Hyperscan, every line is decoded: this is slower, but finds the same events. */
	if (intake_scan_create(&reader->scan) == -ENOMEM || !reader->recogniser || !reader->memory)
		return -ENOMEM;
	return 0;
}

static void reader_deinit(struct reader *reader)
{
	if (reader->decoder)
		reader->decoder->destroy(reader->state);
	intake_recogniser_destroy(reader->recogniser);
	intake_scan_destroy(reader->scan);
	free(reader->memory);
}

/*
 * After a stop, the open boot and the open crash are incomplete. If they were reported, a later run
 * over the whole log would report them again with other content. A followed log only ends with a
 * stop, so its open boot and crash are reported.
 */
static bool is_cut_short(const struct intake_options *options)
{
	return options->stop && *options->stop && !options->follow;
}

/* Feed the last line, report the open boot and crash, and set the start of the next run. */
static void finish(struct reader *reader, bool is_cut)
{
	if (reader->decoder && !is_cut) {
		/* The last line of a growing log may be incomplete. */
		feed(reader, 0, reader->options->follow ? reader->held : reader->length);
		reader->decoder->finish(reader->state);
	}
	if (reader->decoder)
		reader->result->bytes = reader->offset + reader->length;
	if (!reader->recogniser)
		return;
	if (reader->has_resume)
		reader->result->resume = intake_recogniser_boot_offset(reader->recogniser);
	if (!is_cut)
		intake_recogniser_finish(reader->recogniser);
}

/* Set the error message. If the input has several files, include the name of the file. */
static void say_error(struct reader *reader, const struct intake_input *input, size_t part,
		      int error)
{
	const char *name = strrchr(input->paths[part], '/');
	char why[sizeof(reader->result->error)];

	snprintf(why, sizeof(why), "%s",
		 reader->result->error[0] ? reader->result->error : strerror(-error));
	if (input->count > 1)
		snprintf(reader->result->error, sizeof(reader->result->error), "%s: %.200s",
			 name ? name + 1 : input->paths[part], why);
}

/* Read all parts. If a part cannot be read, still read the others. Return the first error. */
static int read_parts(struct reader *reader, const struct intake_input *input)
{
	int first_error = 0;

	for (size_t i = 0; i < input->count && first_error != -ENOMEM; i++) {
		int error;

		if (i > 0)
			end_part(reader);
		reader->is_last = i + 1 == input->count;
		error = read_path(reader, input->paths[i]);
		if (error < 0 && (!first_error || error == -ENOMEM)) {
			first_error = error;
			say_error(reader, input, i, error);
		}
	}
	return first_error;
}

int intake_read_log(const struct intake_input *input, const struct intake_options *options,
		    const struct intake_listener *listener, struct intake_result *ret)
{
	struct reader reader = { .options = options,
				 .result = ret,
				 .has_resume = input->count == 1,
				 .ends_line = true,
				 .is_new_part = true };
	int error;

	memset(ret, 0, sizeof(*ret));
	error = reader_init(&reader, listener);
	if (!error)
		error = read_parts(&reader, input);
	if (error && !ret->error[0])
		snprintf(ret->error, sizeof(ret->error), "%s", strerror(-error));
	finish(&reader, is_cut_short(options));
	reader_deinit(&reader);
	return error;
}
