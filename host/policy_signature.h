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

#define LINEAGE_SIGNATURE_BYTES_MAX 4096

/**
 * lineage_host_policy_verify() - verify the signature of a policy
 * @path: path of the policy
 * @text: its content, of @size bytes
 * @key: path of the public key
 * @ret_program: the program that was run; "" before one was chosen
 *
 * Return: 0; -ENOENT if there is no signature; -EINVAL if it is not a regular file, -EFBIG if it is
 * too long; -ENOPKG if the program is not installed; -EKEYREJECTED if the signature is
 * not valid for this key and content; -ETIMEDOUT; -ENOMEM; errors of stat(2) and of starting a
 * process.
 */
int lineage_host_policy_verify(const char *path, const char *text, size_t size, const char *key,
			       const char **ret_program);

#endif /* LINEAGE_HOST_POLICY_SIGNATURE_H */
