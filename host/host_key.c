// SPDX-License-Identifier: GPL-2.0-or-later
#include "host_key.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <sha2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/cleanup.h"

#define DIGITS ((size_t)2 * LINEAGE_HOST_KEY_BYTES)
#define LINE_SIZE (DIGITS + 2) /* the digits, a newline and the NUL */
#define NAME_DIGITS (LINEAGE_HASHED_SIZE - sizeof(LINEAGE_HASHED_PREFIX))
#define BLOCK SHA256_BLOCK_LENGTH

static_assert(LINEAGE_HMAC_BYTES == SHA256_DIGEST_LENGTH, "HMAC-SHA-256");
static_assert(NAME_DIGITS == 32, "a hashed name has 128 bits");

static const char digits[] = "0123456789abcdef";

static void print_hex(const uint8_t *bytes, size_t count, char *ret)
{
	for (size_t i = 0; i < count; i++) {
		ret[2 * i] = digits[bytes[i] >> 4];
		ret[2 * i + 1] = digits[bytes[i] & 15];
	}
	ret[2 * count] = '\0';
}

/* Parse a line of exactly the digits of a key. */
static bool parse(const char *line, struct lineage_host_key *ret)
{
	if (strspn(line, digits) != DIGITS || strcmp(line + DIGITS, "\n") != 0)
		return false;
	for (size_t i = 0; i < LINEAGE_HOST_KEY_BYTES; i++) {
		const char pair[] = { line[2 * i], line[2 * i + 1], '\0' };

		ret->bytes[i] = (uint8_t)strtoul(pair, NULL, 16);
	}
	return true;
}

/* Read at most @size bytes. Return their number or a negative errno. */
static ssize_t read_all(int fd, char *ret, size_t size)
{
	size_t length = 0;
	ssize_t got;

	while (length < size && (got = read(fd, ret + length, size - length)) != 0) {
		if (got < 0 && errno != EINTR)
			return -errno;
		length += got > 0 ? (size_t)got : 0;
	}
	return (ssize_t)length;
}

int lineage_host_key_read(const char *path, struct lineage_host_key *ret)
{
	LINEAGE_AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	char line[LINE_SIZE];
	struct stat status;
	ssize_t length;

	if (fd < 0 || fstat(fd, &status))
		return -errno;
	if (!S_ISREG(status.st_mode))
		return -EILSEQ;
	if (status.st_mode & (S_IRWXG | S_IRWXO))
		return -EPERM;
	length = read_all(fd, line, sizeof(line));
	if (length < 0)
		return (int)length;
	if (length != LINE_SIZE - 1)
		return -EILSEQ;
	line[length] = '\0';
	return parse(line, ret) ? 0 : -EILSEQ;
}

static int make_folder(const char *path)
{
	LINEAGE_AUTO_FREE char *folder = strdup(path);
	char *slash = folder ? strrchr(folder, '/') : NULL;

	if (!folder)
		return -ENOMEM;
	if (!slash || slash == folder)
		return 0;
	*slash = '\0';
	return mkdir(folder, 0755) && errno != EEXIST ? -errno : 0;
}

static int write_key(int fd)
{
	uint8_t bytes[LINEAGE_HOST_KEY_BYTES];
	char line[LINE_SIZE];
	ssize_t written;

	if (getrandom(bytes, sizeof(bytes), 0) != sizeof(bytes))
		return errno ? -errno : -EIO;
	print_hex(bytes, sizeof(bytes), line);
	strcat(line, "\n");
	written = write(fd, line, LINE_SIZE - 1);
	if (written < 0)
		return -errno;
	return written != LINE_SIZE - 1 ? -ENOSPC : fsync(fd) ? -errno : 0;
}

/* Write the key to a temporary file, which mkstemp(3) creates with the mode 0600, and link it. */
static int create(const char *path)
{
	LINEAGE_AUTO_FREE char *temporary = NULL;
	LINEAGE_AUTO_CLOSE int fd = -1;
	int error = make_folder(path);

	if (error)
		return error;
	if (asprintf(&temporary, "%s.XXXXXX", path) < 0) {
		temporary = NULL;
		return -ENOMEM;
	}
	fd = mkstemp(temporary);
	if (fd < 0)
		return -errno;
	error = write_key(fd);
	if (!error && link(temporary, path) && errno != EEXIST)
		error = -errno;
	unlink(temporary);
	return error;
}

int lineage_host_key_make(const char *path, struct lineage_host_key *ret)
{
	int error = lineage_host_key_read(path, ret);

	if (error != -ENOENT)
		return error;
	error = create(path);
	return error ? error : lineage_host_key_read(path, ret);
}

bool lineage_host_is_hashed(const char *name)
{
	size_t prefix = strlen(LINEAGE_HASHED_PREFIX);

	return strncmp(name, LINEAGE_HASHED_PREFIX, prefix) == 0 &&
	       strspn(name + prefix, digits) == NAME_DIGITS && !name[prefix + NAME_DIGITS];
}

void lineage_host_hash(const struct lineage_host_key *key, const char *name,
		       char ret[LINEAGE_HASHED_SIZE])
{
	uint8_t hash[LINEAGE_HMAC_BYTES];

	if (lineage_host_is_hashed(name)) {
		memmove(ret, name, LINEAGE_HASHED_SIZE);
		return;
	}
	lineage_hmac(key->bytes, sizeof(key->bytes), name, strlen(name), hash);
	strcpy(ret, LINEAGE_HASHED_PREFIX);
	print_hex(hash, NAME_DIGITS / 2, ret + strlen(LINEAGE_HASHED_PREFIX));
}

/* Hash a block that is the key XOR a byte, and then a text. */
static void hash_with(const uint8_t key[BLOCK], uint8_t pad, const void *text, size_t size,
		      uint8_t ret[LINEAGE_HMAC_BYTES])
{
	uint8_t block[BLOCK];
	SHA2_CTX hash;

	for (size_t i = 0; i < BLOCK; i++)
		block[i] = key[i] ^ pad;
	SHA256Init(&hash);
	SHA256Update(&hash, block, BLOCK);
	SHA256Update(&hash, text, size);
	SHA256Final(ret, &hash);
}

void lineage_hmac(const void *key, size_t key_size, const void *text, size_t size,
		  uint8_t ret[LINEAGE_HMAC_BYTES])
{
	uint8_t block[BLOCK] = { 0 }, inner[LINEAGE_HMAC_BYTES];
	SHA2_CTX hash;

	if (key_size > BLOCK) {
		SHA256Init(&hash);
		SHA256Update(&hash, key, key_size);
		SHA256Final(block, &hash);
	} else {
		memcpy(block, key, key_size);
	}
	hash_with(block, 0x36, text, size, inner);
	hash_with(block, 0x5c, inner, sizeof(inner), ret);
}
