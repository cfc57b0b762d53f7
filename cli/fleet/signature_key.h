/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The operand KEY of commands about one crash: a signature, or the beginning of one. */
#ifndef LINEAGE_CLI_FLEET_SIGNATURE_KEY_H
#define LINEAGE_CLI_FLEET_SIGNATURE_KEY_H

#include <stdbool.h>
#include <stddef.h>

#include "store/names.h"
#include "triage/exposure.h"

/**
 * signature_key_find() - find the signature that a key names
 * @command: name of the command, for error messages
 * @signatures: all signatures
 * @key: a signature, or the first characters of exactly one
 *
 * Return: the signature, which @signatures owns; NULL after an error message.
 */
const char *signature_key_find(const char *command, const struct store_names *signatures,
			       const char *key);

/**
 * signature_key_complete() - find the signature that a key names, without an error message
 * @ret_count: number of signatures that begin with @key; 1 if @key is a signature
 * @ret_other: another signature that begins with @key if there are several
 *
 * Return: the signature, which @signatures owns; NULL if no signature begins with @key.
 */
const char *signature_key_complete(const struct store_names *signatures, const char *key,
				   size_t *ret_count, const char **ret_other);

/** signature_key_is_any() - return whether the key means all crashes together */
bool signature_key_is_any(const char *key);

/**
 * signature_key_explain_any() - print why the crashes together have no comparison
 * @command: name of the command
 * @release: pattern of the releases, or NULL for all
 */
void signature_key_explain_any(const char *command, const struct triage_exposure *exposure,
			       const char *release);

#endif /* LINEAGE_CLI_FLEET_SIGNATURE_KEY_H */
