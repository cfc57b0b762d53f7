/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Findings: what each source shows, before lib/merge.c decides which ones to use.
 *
 * To add a source: write lib/source_NAME.c with one lineage_source_read function, add a row to the
 * table in lib/report.c, handle it in lib/merge.c, add a test system to
 * tests/golden/system.py and, if it parses foreign bytes, a target to tests/fuzz.
 */
#ifndef LINEAGE_LIB_FINDING_H
#define LINEAGE_LIB_FINDING_H

#include <stdbool.h>
#include <stdint.h>

#include "kexec-lineage.h"
#include "root.h"
#include "core/boot_kind.h"
#include "core/stamp.h"

#define LINEAGE_DETAIL_SIZE 320

/* The sources, most reliable first. */
enum lineage_source {
	LINEAGE_SOURCE_IMA,
	LINEAGE_SOURCE_KHO,
	LINEAGE_SOURCE_STAMP,
	LINEAGE_SOURCE_MODULE,
	LINEAGE_SOURCE_LOG,
	LINEAGE_SOURCES,
};

/**
 * struct lineage_finding - what one source shows
 * @status: whether the source could be read; unless noted, other members are set only if it is ok
 * @is_metadata: the source is a metadata blob, or repeats its content
 * @is_stale: set by the merge: the data was copied from an earlier boot
 * @history: stamp only: the stamp, compared with the previous boot (previous_stamp.h)
 * @is_attested: IMA only: the TPM attests the list, so that its kernels win over all other sources
 * @boot: module only: the boot kind that the module found
 * @metadata_count: count of the metadata blob; 0 if there is no blob or its count is 0
 * @kho_count: KHO only: count of the kexec-lineage blob; 0 if the blob is absent or not used. If
 *	the blob is used, its chain is in @lineage. KHO can restart @metadata_count, so @kho_count
 *	may be larger.
 * @contradicts: KHO only: its two subtrees name different previous kernels; see @detail
 * @previous_release: NUL-terminated; empty if unknown
 * @has_count: whether @lineage.count is known
 * @lineage: the largest count that the source shows, and the chain; the chain is empty if unknown
 * @kind: stamp only
 * @made_for: release that the stamp was made for, or that IMA measured for the running kernel,
 *	NUL-terminated; empty if unknown
 * @has_next: module only: whether @next is set; after a cold boot @next is set although @status is
 *	absent
 * @next: module only: lineage of the next kernel
 * @detail: one line of text for any status, NUL-terminated; empty if there is nothing to report
 */
struct lineage_finding {
	enum lineage_status status;
	bool is_metadata;
	bool is_stale;
	enum lineage_history history;
	bool is_attested;
	enum lineage_boot boot;
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

/* Read one source into a zeroed @finding. Never fails: an error becomes a status and a detail. */
typedef void lineage_source_read(const struct lineage_root *root, struct lineage_finding *finding);

lineage_source_read lineage_source_read_ima;
lineage_source_read lineage_source_read_kho;
lineage_source_read lineage_source_read_stamp;
lineage_source_read lineage_source_read_module;
lineage_source_read lineage_source_read_log;

/* Set status and detail; @format and the arguments as for printf. A long detail is truncated. */
__attribute__((format(printf, 3, 4))) void lineage_finding_set(struct lineage_finding *finding,
							       enum lineage_status status,
							       const char *format, ...);

/* Convert 0 or a negative errno into a status: -ENOENT is absent, -EACCES forbidden and so on. */
enum lineage_status lineage_status_of(int error);

/* Set status and detail after reading @path failed with @error. */
void lineage_finding_set_unreadable(struct lineage_finding *finding, int error, const char *path);

/* Set status and detail after a parser of the core rejected @what with @error and @fault. */
void lineage_finding_set_fault(struct lineage_finding *finding, int error, const char *what,
			       const struct lineage_fault *fault);

/* Set the finding from the content of a metadata blob. */
struct lineage_metadata;
void lineage_finding_set_metadata(struct lineage_finding *finding,
				  const struct lineage_metadata *metadata);

/*
 * Decode KHO's "kexec-metadata" or "kexec-lineage" blob, of @size bytes, into the finding. If the
 * blob is rejected, set status and a detail that calls the blob @what.
 */
void lineage_finding_set_metadata_blob(struct lineage_finding *finding, const void *blob,
				       size_t size, const char *what);
void lineage_finding_set_kho_blob(struct lineage_finding *finding, const void *blob, size_t size,
				  const char *what);

/*
 * Parse the value of a stamp, of @length bytes, into the finding. If the stamp is rejected, set
 * status and a detail that calls the stamp @what.
 */
void lineage_finding_set_stamp(struct lineage_finding *finding, const char *value, size_t length,
			       const char *what);

/*
 * Append a chain in the form "A, B*2, C", of @length bytes, to the chain of the finding. Return
 * false, without any change, if the result is not a valid chain.
 */
bool lineage_finding_add_chain(struct lineage_finding *finding, const char *text, size_t length);

#endif /* LINEAGE_LIB_FINDING_H */
