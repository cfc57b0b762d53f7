/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Keyed hashes of host names, for a store that must not contain the names (Hosts=hashed).
 *
 * The hash is HMAC-SHA-256 (RFC 2104), truncated to 128 bits. All machines that write to one store
 * need the same key: with another key, a machine becomes another host.
 */
#ifndef LINEAGE_HOST_HOST_KEY_H
#define LINEAGE_HOST_HOST_KEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LINEAGE_HOST_KEY_PATH "var/lib/kexec-lineage/host-key"
#define LINEAGE_HOST_KEY_BYTES 32
#define LINEAGE_HASHED_PREFIX "hashed-"
/* Size of a hashed name: the prefix, 32 hexadecimal digits and the NUL. */
#define LINEAGE_HASHED_SIZE (sizeof(LINEAGE_HASHED_PREFIX) + 32)
#define LINEAGE_HMAC_BYTES 32

/** struct lineage_host_key - a key */
struct lineage_host_key {
	uint8_t bytes[LINEAGE_HOST_KEY_BYTES];
};

/**
 * lineage_host_key_read() - read a key file: 64 hexadecimal digits and a newline
 *
 * Return: 0; -EPERM if the group or other users have any permission for the file; -EILSEQ if the
 * file has another content; the negative errno of open(2) or read(2).
 */
int lineage_host_key_read(const char *path, struct lineage_host_key *ret);

/**
 * lineage_host_key_make() - read a key file, or create it with a random key and the mode 0600
 *
 * Creates the folder of the file if it is missing. If another program creates the file at the same
 * time, both programs use one key.
 *
 * Return: as lineage_host_key_read(); also the negative errno of creating the file.
 */
int lineage_host_key_make(const char *path, struct lineage_host_key *ret);

/** lineage_host_is_hashed() - return whether a name has the form of a hashed name */
bool lineage_host_is_hashed(const char *name);

/** lineage_host_hash() - hash a name; a name that is already hashed stays as it is */
void lineage_host_hash(const struct lineage_host_key *key, const char *name,
		       char ret[LINEAGE_HASHED_SIZE]);

/** lineage_hmac() - HMAC-SHA-256 of a text with a key of any length */
void lineage_hmac(const void *key, size_t key_size, const void *text, size_t size,
		  uint8_t ret[LINEAGE_HMAC_BYTES]);

#endif /* LINEAGE_HOST_HOST_KEY_H */
