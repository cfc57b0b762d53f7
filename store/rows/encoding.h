/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Encoding of list columns: chain, evidence and conflicts as JSON, frames as lines.
 *
 * docs/explanation/store.md, "Encodings of columns", has the schema of each column. A change that
 * an older reader does not understand needs a new STORE_ENCODING_VERSION and a migration.
 */
#ifndef LINEAGE_STORE_ROWS_ENCODING_H
#define LINEAGE_STORE_ROWS_ENCODING_H

#include <stddef.h>

#include "kexec-lineage.h"

#define STORE_ENCODING_VERSION 1

struct json_object;

/*
 * Build the JSON arrays of the columns chain, evidence and conflicts. `show --json` prints the same
 * arrays. Text that is not printable is escaped (lib/printable.h).
 *
 * @ret: the array; the caller puts it
 *
 * Return: 0 or -ENOMEM.
 */
int store_chain_to_json(const struct lineage_entry *chain, size_t length, struct json_object **ret);
int store_evidence_to_json(const struct lineage_evidence *sources, size_t count,
			   struct json_object **ret);
int store_conflicts_to_json(const char *const *conflicts, size_t count, struct json_object **ret);

/*
 * Encode the columns chain, evidence and conflicts as text.
 *
 * @ret: the text; the caller frees it; NULL, stored as SQL NULL, for an empty list
 *
 * Return: 0 or -ENOMEM.
 */
int store_chain_encode(const struct lineage_entry *chain, size_t length, char **ret);
int store_evidence_encode(const struct lineage_evidence *sources, size_t count, char **ret);
int store_conflicts_encode(const char *const *conflicts, size_t count, char **ret);

/**
 * store_list_decode() - parse the text of the column chain, evidence or conflicts
 * @text: the text; NULL, for SQL NULL, is an empty array
 * @ret: the array; the caller puts it; its elements are not validated
 *
 * Return: 0; -EILSEQ if @text is not exactly one JSON array; -ENOMEM.
 */
int store_list_decode(const char *text, struct json_object **ret);

/**
 * store_chain_extend() - add a newer kernel to the text of the column chain
 * @chain: the text; NULL for an empty chain
 * @release: release of the newer kernel
 * @ret: the longer chain; the caller frees it
 *
 * Return: 0; -EILSEQ if @chain is not exactly one JSON array; -ENOMEM.
 */
int store_chain_extend(const char *chain, const char *release, char **ret);

/**
 * store_frames_encode() - encode the column frames
 * @frames: functions, newest first; none may be empty or contain a newline
 * @count: entries of @frames
 * @ret: the text; the caller frees it; NULL for no frames
 *
 * Return: 0; -EILSEQ for a frame that cannot be encoded; -ENOMEM.
 */
int store_frames_encode(const char *const *frames, size_t count, char **ret);

/**
 * store_frames_next() - iterate over the text of the column frames
 * @at: the position; initially the start of the text; each call advances it
 * @ret_length: length of the frame
 *
 * Return: the start of the frame, which is not NUL-terminated; NULL after the last one.
 */
const char *store_frames_next(const char **at, size_t *ret_length);

#endif /* LINEAGE_STORE_ROWS_ENCODING_H */
