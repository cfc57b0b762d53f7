/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What does a source know, before anyone decides whom to believe?
 *
 * To add a source: write lib/source_NAME.c with one function of the type below, add a row to the
 * table in lib/report.c, say in lib/merge.c what it is worth, give it a made-up system in
 * tests/golden and, where it parses foreign bytes, a target in tests/fuzz.
 */
#ifndef LINEAGE_LIB_EVIDENCE_H
#define LINEAGE_LIB_EVIDENCE_H

#include <stdbool.h>
#include <stdint.h>

#include "kexec-lineage.h"
#include "root.h"
#include "core/stamp.h"

#define LINEAGE_DETAIL_SIZE 320

/* The sources, in the order in which they are believed. */
enum lineage_source {
	LINEAGE_SOURCE_KHO,
	LINEAGE_SOURCE_STAMP,
	LINEAGE_SOURCE_MODULE,
	LINEAGE_SOURCE_LOG,
	LINEAGE_SOURCES,
};

/**
 * struct lineage_finding - what one source found
 * @status: whether it could be read; all below means something only where it is ok
 * @is_metadata: it is, or repeats, what a metadata blob says
 * @is_stale: set by the merge: copied from an earlier boot
 * @is_repeated: of a stamp: the previous boot had the same one (previous_stamp.h)
 * @metadata_count: what a metadata blob counts; 0 where there is none, or it tells none
 * @kho_count: of KHO: what its kexec-lineage counts, whose chain @lineage has then; 0 where there
 *	is none to be used. KHO restarts the former, so that the latter may be larger.
 * @contradicts: of KHO: its two subtrees name different kernels before this one; @detail says so
 * @previous_release: empty where not told
 * @has_count: whether lineage.count is told
 * @lineage: count, the larger one of several, and chain; the chain is empty where not told
 * @kind: of a stamp
 * @made_for: of a stamp: the release it was made for, empty where not told
 * @has_next: of the module: whether it tells the next kernel's lineage, which it may where @status
 *	is absent: after a cold boot
 * @next: that lineage
 * @detail: one line for people; empty where there is nothing to say
 */
struct lineage_finding {
	enum lineage_status status;
	bool is_metadata;
	bool is_stale;
	bool is_repeated;
	uint32_t metadata_count;
	uint32_t kho_count;
	bool contradicts;
	char previous_release[LINEAGE_RELEASE_SIZE];
	bool has_count;
	struct lineage lineage;
	enum lineage_kind kind;
	char made_for[LINEAGE_RELEASE_SIZE];
	bool has_next;
	struct lineage next;
	char detail[LINEAGE_DETAIL_SIZE];
};

/* Reads one source; @finding comes zeroed. Never fails: what went wrong is a status. */
typedef void lineage_source_read(const struct lineage_root *root, struct lineage_finding *finding);

lineage_source_read lineage_source_read_kho;
lineage_source_read lineage_source_read_stamp;
lineage_source_read lineage_source_read_module;
lineage_source_read lineage_source_read_log;

/* Set status and detail, the latter as printf does. */
__attribute__((format(printf, 3, 4))) void lineage_finding_set(struct lineage_finding *finding,
							       enum lineage_status status,
							       const char *format, ...);

/* The status that a negative errno stands for: -ENOENT absent, -EACCES forbidden and so on. */
enum lineage_status lineage_status_of(int error);

/* Set status and detail after @path could not be read, with the remedy where there is one. */
void lineage_finding_set_unreadable(struct lineage_finding *finding, int error, const char *path);

/* Set status and detail after a parser of the core rejected @what. */
void lineage_finding_set_fault(struct lineage_finding *finding, int error, const char *what,
			       const struct lineage_fault *fault);

/* Take over what a metadata blob says. */
struct lineage_metadata;
void lineage_finding_set_metadata(struct lineage_finding *finding,
				  const struct lineage_metadata *metadata);

/*
 * Read a blob of KHO's, "kexec-metadata" or "kexec-lineage", into the finding, or set status and
 * detail where it is rejected; @what names it there.
 */
void lineage_finding_set_metadata_blob(struct lineage_finding *finding, const void *blob,
				       size_t size, const char *what);
void lineage_finding_set_kho_blob(struct lineage_finding *finding, const void *blob, size_t size,
				  const char *what);

/*
 * Read a stamp's value into the finding, or set status and detail where it is rejected; @what
 * names it there.
 */
void lineage_finding_set_stamp(struct lineage_finding *finding, const char *value, size_t length,
			       const char *what);

/*
 * A chain as people read it, "A, B*2, C", into the finding, behind what of the chain is there
 * already; false, and nothing changed, where that makes none.
 */
bool lineage_finding_add_chain(struct lineage_finding *finding, const char *text, size_t length);

#endif /* LINEAGE_LIB_EVIDENCE_H */
