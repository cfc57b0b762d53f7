/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The signature of a policy, which is in a file beside it.
 *
 * POLICY.minisig is verified with minisign(1), POLICY.sig with signify-openbsd(1). The programs
 * read the bytes that are used, and not the file again, which somebody could replace. They are
 * killed if they take longer than 5 seconds.
 */
#ifndef LINEAGE_HOST_POLICY_SIGNATURE_H
#define LINEAGE_HOST_POLICY_SIGNATURE_H

#include <stddef.h>

#include "lib/root.h"

#define LINEAGE_SIGNATURE_BYTES_MAX 4096

/**
 * lineage_host_signature_file() - find a public key or a signature, and check that it can be read
 * @root: the root folder
 * @path: relative to @root
 * @ret: its path without symbolic links, which signify-openbsd does not follow; the caller frees it
 *
 * Return: 0; -EINVAL if it is not a regular file; -EFBIG if it is too long; -ENOMEM; errors of
 * open(2) and readlink(2).
 */
int lineage_host_signature_file(const struct lineage_root *root, const char *path, char **ret);

/**
 * lineage_host_policy_verify() - verify the signature of a policy
 * @root: the root folder
 * @path: path of the policy, relative to @root
 * @text: its content, of @size bytes
 * @key: path of the public key, from lineage_host_signature_file()
 * @ret_program: the program that was run; "" before one was chosen
 *
 * Return: 0; -ENOENT if there is no signature; other errors of lineage_host_signature_file() for
 * the signature; -ENOPKG if the program is not installed; -EKEYREJECTED if the signature is not
 * valid for this key and content; -ETIMEDOUT; errors of starting a process.
 */
int lineage_host_policy_verify(const struct lineage_root *root, const char *path, const char *text,
			       size_t size, const char *key, const char **ret_program);

#endif /* LINEAGE_HOST_POLICY_SIGNATURE_H */
