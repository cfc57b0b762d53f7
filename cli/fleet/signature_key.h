/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The operand KEY of commands about one crash: a signature, or the beginning of one. */
#ifndef LINEAGE_CLI_FLEET_SIGNATURE_KEY_H
#define LINEAGE_CLI_FLEET_SIGNATURE_KEY_H

#include "store/names.h"

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

#endif /* LINEAGE_CLI_FLEET_SIGNATURE_KEY_H */
