/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The encoding of columns that hold lists: chain, evidence and conflicts as JSON, frames as lines.
 *
 * docs/explanation/store.md, "Encodings of columns", has the schema of each. A change that a reader of the version before does not
 * understand makes a new STORE_ENCODING_VERSION and a migration.
 */
#ifndef LINEAGE_STORE_ROWS_ENCODING_H
#define LINEAGE_STORE_ROWS_ENCODING_H

#include <stddef.h>

#include "kexec-lineage.h"

#define STORE_ENCODING_VERSION 1

struct json_object;

/*
 * The arrays of the columns chain, evidence and conflicts, which `show --json` prints, too. Text that is not printable is escaped
 * (lib/printable.h).
 *
 * @ret: the caller puts it
 *
 * Return: 0 or -ENOMEM.
 */
int store_chain_to_json(const struct lineage_entry *chain, size_t length, struct json_object **ret);
int store_evidence_to_json(const struct lineage_evidence *sources, size_t count,
			   struct json_object **ret);
int store_conflicts_to_json(const char *const *conflicts, size_t count, struct json_object **ret);

/*
 * The texts of these columns.
 *
 * @ret: the caller frees; NULL, the column's NULL, for an empty list
 *
 * Return: 0 or -ENOMEM.
 */
int store_chain_encode(const struct lineage_entry *chain, size_t length, char **ret);
int store_evidence_encode(const struct lineage_evidence *sources, size_t count, char **ret);
int store_conflicts_encode(const char *const *conflicts, size_t count, char **ret);

/**
 * store_list_decode() - the array in the text of one of these columns
 * @text: the text; NULL for the column's NULL, an empty array
 * @ret: the array, the caller puts it; its elements are as they were written, and not validated
 *
 * Return: 0; -EILSEQ if @text is not one JSON array; -ENOMEM.
 */
int store_list_decode(const char *text, struct json_object **ret);

/**
 * store_frames_encode() - the text of the column frames
 * @frames: functions, newest first; none is empty or contains a newline
 * @count: entries of @frames
 * @ret: the text, the caller frees; NULL for no frames
 *
 * Return: 0; -EILSEQ for a frame that cannot be encoded; -ENOMEM.
 */
int store_frames_encode(const char *const *frames, size_t count, char **ret);

/**
 * store_frames_next() - the next frame in the text of the column frames
 * @at: where to look: first the text, then as the last call left it
 * @ret_length: length of the frame
 *
 * Return: where the frame begins, without a NUL of its own; NULL after the last one.
 */
const char *store_frames_next(const char **at, size_t *ret_length);

#endif /* LINEAGE_STORE_ROWS_ENCODING_H */
