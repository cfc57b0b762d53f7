// SPDX-License-Identifier: GPL-2.0-or-later
#include "image_kho.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zlib.h>

#include "core/banner.h"
#include "core/bzimage.h"
#include "core/little_endian.h"
#include "image_length.h"
#include "lib/cleanup.h"

#define ELF_MAGIC "\177ELF"
#define MAGIC_BYTES 4

#define ABI_PREFIX "kho-v"
#define BANNER "Linux version "
#define READS_METADATA "KHO: exec from: "
#define READS_OTHER_METADATA "KHO: kexec-metadata not read"

#define BLOCK_BYTES (1 << 18)
#define PLAIN_LIMIT (512UL << 20)
#define SILENCE_MS 10000

/* Take an ABI at @text. Texts that only mention one do not end after its number. */
static void take_abi(struct lineage_image_kho *found, const char *text, size_t size)
{
	size_t length = strlen(ABI_PREFIX);

	while (length < size && isdigit((unsigned char)text[length]))
		length++;
	if (length == strlen(ABI_PREFIX) || length >= size || text[length] ||
	    length >= sizeof(found->abi))
		return;
	if (found->abi[0] && strcmp(found->abi, text) != 0)
		found->is_ambiguous = true;
	else
		memcpy(found->abi, text, length + 1);
}

void lineage_host_image_kho_look(struct lineage_image_kho *found, const void *part, size_t size)
{
	const char *at = part, *end = at + size;

	while ((at = memmem(at, (size_t)(end - at), ABI_PREFIX, strlen(ABI_PREFIX)))) {
		take_abi(found, at, (size_t)(end - at));
		at++;
	}
	found->has_banner |= memmem(part, size, BANNER, strlen(BANNER)) != NULL;
	found->reads_metadata |= memmem(part, size, READS_METADATA, strlen(READS_METADATA)) != NULL;
	found->reads_other_metadata |=
		memmem(part, size, READS_OTHER_METADATA, strlen(READS_OTHER_METADATA)) != NULL;
}

/* A program that uncompresses its standard input, as in the kernel's scripts/extract-vmlinux. */
static const struct unpacker {
	const char *magic;
	const char *program;
} unpackers[] = { { "\xfd"
		    "7zX",
		    "xz" },
		  { "\x28\xb5\x2f\xfd", "zstd" },
		  { "\x02\x21\x4c\x18", "lz4" },
		  { "BZh", "bzip2" },
		  { "\x89LZO", "lzop" },
		  { "\x5d", "lzma" } };

/**
 * struct plain - an uncompressed kernel while it is read
 * @file: it is uncompressed by zlib, or not compressed; NULL if a program uncompresses it
 * @pipe: output of the program
 * @child: process of the program
 * @total: bytes that were read
 * @needed: bytes that its headers promise; 0 if unknown
 */
struct plain {
	gzFile file;
	int pipe;
	pid_t child;
	uint64_t total;
	uint64_t needed;
};

static void plain_close(struct plain *plain)
{
	if (plain->file)
		gzclose_r(plain->file);
	if (plain->pipe >= 0)
		close(plain->pipe);
	if (plain->child > 0) {
		kill(plain->child, SIGKILL);
		while (waitpid(plain->child, NULL, 0) < 0 && errno == EINTR)
			;
	}
}
#define AUTO_PLAIN __attribute__((cleanup(plain_close))) struct plain

/* As plain_read(). At the end of a cut gzip file, gzread() returns 0, too. */
static ssize_t read_gzip(gzFile file, void *block, size_t size)
{
	int got = gzread(file, block, (unsigned int)size), error = Z_OK;

	if (got == 0)
		gzerror(file, &error);
	return got < 0 || (error != Z_OK && error != Z_STREAM_END) ? -EILSEQ : got;
}

/* Read some bytes. Return their number; 0 at the end; a negative errno. */
static ssize_t plain_read(struct plain *plain, void *block, size_t size)
{
	struct pollfd poller = { .fd = plain->pipe, .events = POLLIN };
	ssize_t got;

	if (plain->file)
		return read_gzip(plain->file, block, size);
	do {
		int ready = poll(&poller, 1, SILENCE_MS);

		if (ready == 0)
			return -ETIMEDOUT;
		got = ready < 0 ? -1 : read(plain->pipe, block, size);
	} while (got < 0 && errno == EINTR);
	return got < 0 ? -errno : got;
}

/* Run a program that uncompresses the rest of @fd. */
static int start_program(int fd, const char *program, struct plain *plain)
{
	int pipes[2];

	if (pipe2(pipes, O_CLOEXEC))
		return -errno;
	plain->pipe = pipes[0];
	plain->child = fork();
	if (plain->child == 0) {
		int null = open("/dev/null", O_WRONLY);

		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (null >= 0 && dup2(fd, STDIN_FILENO) >= 0 &&
		    dup2(pipes[1], STDOUT_FILENO) >= 0 && dup2(null, STDERR_FILENO) >= 0)
			execlp(program, program, "-dc", (char *)NULL);
		_exit(127);
	}
	close(pipes[1]);
	return plain->child < 0 ? -errno : 0;
}

/* Start to read an uncompressed kernel at the file's offset, which has @magic there. */
static int plain_open(int fd, const unsigned char *magic, struct plain *plain,
		      const char **ret_program)
{
	int copy;

	for (size_t i = 0; i < sizeof(unpackers) / sizeof(unpackers[0]); i++)
		if (memcmp(magic, unpackers[i].magic, strlen(unpackers[i].magic)) == 0) {
			*ret_program = unpackers[i].program;
			return start_program(fd, unpackers[i].program, plain);
		}
	copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	plain->file = copy < 0 ? NULL : gzdopen(copy, "rb");
	if (plain->file)
		return 0;
	if (copy >= 0)
		close(copy);
	return -ENOMEM;
}

static bool is_arm64(const unsigned char *bytes, size_t size)
{
	return lineage_banner_place(bytes, size) == LINEAGE_BANNER_FIRST;
}

/* Return why the program wrote nothing, or too little. */
static int judge_program(struct plain *plain)
{
	int status = 0;
	pid_t ended;

	do {
		ended = waitpid(plain->child, &status, 0);
	} while (ended < 0 && errno == EINTR);
	plain->child = 0;
	if (ended < 0)
		return -ECHILD;
	return WIFEXITED(status) && WEXITSTATUS(status) == 127 ? -ENOENT : -EILSEQ;
}

/* Search all of an uncompressed kernel. Return 0 only at the end of one. */
static int search(struct plain *plain, struct lineage_image_kho *ret)
{
	LINEAGE_AUTO_FREE unsigned char *block = malloc(BLOCK_BYTES);
	bool is_checked = false;
	size_t kept = 0;

	while (block && plain->total < PLAIN_LIMIT) {
		ssize_t got = plain_read(plain, block + kept, BLOCK_BYTES - kept);
		size_t size;

		if (got < 0)
			return (int)got;
		if (got == 0 && !is_checked)
			return plain->child > 0 ? judge_program(plain) : -ENODATA;
		if (got == 0)
			return 0;
		plain->total += (uint64_t)got;
		size = kept + (size_t)got;
		if (!is_checked && size > LINEAGE_IMAGE_KHO_OVERLAP) {
			ret->is_arm64 = is_arm64(block, size);
			if (!ret->is_arm64 && memcmp(block, ELF_MAGIC, MAGIC_BYTES) != 0)
				return -ENODATA;
			is_checked = true;
			plain->needed = lineage_host_image_length(block, size);
		}
		lineage_host_image_kho_look(ret, block, size);
		kept = size;
		if (is_checked) {
			kept = LINEAGE_IMAGE_KHO_OVERLAP;
			memmove(block, block + size - kept, kept);
		}
	}
	return block ? -EFBIG : -ENOMEM;
}

/* Search the payload, whose last four bytes are its uncompressed size. */
static int search_payload(int fd, const struct lineage_bzimage_payload *payload,
			  struct lineage_image_kho *ret, const char **ret_program)
{
	AUTO_PLAIN plain = { .pipe = -1 };
	unsigned char magic[MAGIC_BYTES], length[4];
	off_t last = (off_t)(payload->offset + payload->size - sizeof(length));
	int error;

	if (payload->size < sizeof(length) + sizeof(magic) ||
	    pread(fd, magic, sizeof(magic), (off_t)payload->offset) != sizeof(magic) ||
	    pread(fd, length, sizeof(length), last) != sizeof(length) ||
	    lseek(fd, (off_t)payload->offset, SEEK_SET) < 0)
		return -EILSEQ;
	error = plain_open(fd, magic, &plain, ret_program);
	if (!error)
		error = search(&plain, ret);
	if (error)
		return error;
	if (plain.total == lineage_read_le(length, 4))
		return 0;
	return plain.child > 0 ? judge_program(&plain) : -EILSEQ;
}

/* Search an image that is not a bzImage. Without gzip, only its headers show whether it is cut. */
static int search_file(int fd, struct lineage_image_kho *ret, const char **ret_program)
{
	AUTO_PLAIN plain = { .pipe = -1 };
	unsigned char none[MAGIC_BYTES] = { 0 };
	int error = plain_open(fd, none, &plain, ret_program);

	if (!error)
		error = search(&plain, ret);
	if (error)
		return error;
	if (plain.total < plain.needed)
		return -EILSEQ;
	return plain.needed == 0 && gzdirect(plain.file) ? -ENODATA : 0;
}

int lineage_host_image_kho(const char *path, struct lineage_image_kho *ret,
			   const char **ret_program)
{
	LINEAGE_AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	unsigned char head[LINEAGE_BZIMAGE_PAYLOAD_HEAD];
	struct lineage_image_kho found = { 0 };
	struct lineage_bzimage_payload payload;
	struct stat status;
	ssize_t got;
	int error;

	*ret_program = "";
	if (fd < 0 || fstat(fd, &status))
		return -errno;
	if (!S_ISREG(status.st_mode) && !S_ISBLK(status.st_mode))
		return -ENOTBLK;
	got = pread(fd, head, sizeof(head), 0);
	if (got < 0)
		return -errno;
	if (lineage_bzimage_payload(head, (size_t)got, &payload))
		error = search_payload(fd, &payload, &found, ret_program);
	else
		error = search_file(fd, &found, ret_program);
	if (error)
		return error;
	if (!found.has_banner)
		return -ENODATA;
	*ret = found;
	return 0;
}
