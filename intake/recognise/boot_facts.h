/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Collection of the facts about one boot from its log. The library evaluates the lineage. */
#ifndef LINEAGE_INTAKE_RECOGNISE_BOOT_FACTS_H
#define LINEAGE_INTAKE_RECOGNISE_BOOT_FACTS_H

#include "event.h"
#include "handover.h"
#include "intake/decode/record.h"
#include "lib/first_lines.h"
#include "lifetime.h"

/* Maximum size of lineage lines kept. The longest chain takes about 1 KiB. */
#define INTAKE_LINEAGE_LINES_MAX 16384

/* Maximum number of kernels in struct intake_kho_builds. */
#define INTAKE_KHO_BUILDS 16

/* The same for a boot that may be reported before its log is complete. */
#define INTAKE_LINEAGE_LINES_LIVE_MAX 4096

/**
 * struct intake_kho_builds - kernels that enable Kexec HandOver without a parameter
 * @banners: hashes of their banners, the last INTAKE_KHO_BUILDS
 * @count: number of kernels added
 */
struct intake_kho_builds {
	uint64_t banners[INTAKE_KHO_BUILDS];
	size_t count;
};

/**
 * struct intake_kho_facts - what the lines of a boot show about Kexec HandOver (KHO)
 * @is_on: the command line enables KHO
 * @is_off: the command line disables KHO
 * @is_default: an earlier boot showed that this kernel enables KHO without a parameter
 * @is_unsupported: this kernel does not know the parameter kho=
 * @has_failed: the kernel disabled KHO
 * @has_metadata: the kernel read the metadata of the previous kernel, so KHO is enabled
 * @has_data: the previous kernel handed over data, or tried to. A kernel that supports KHO reports
 *	this even if KHO is disabled
 * @is_over: the kernel has printed all its lines about KHO
 * @has_loader: a boot loader added BOOT_IMAGE to the command line; kexec removes it
 */
struct intake_kho_facts {
	bool is_on;
	bool is_off;
	bool is_default;
	bool is_unsupported;
	bool has_failed;
	bool has_metadata;
	bool has_data;
	bool is_over;
	bool has_loader;
};

/**
 * struct intake_boot_facts - facts collected so far
 * @event: the facts that are reported to the listener unchanged
 * @has_banner: the "Linux version ..." line was seen
 * @banner: hash of this line
 * @banner_us: its time; 0 if it has none
 * @has_module: the module printed the boot id, so it also prints a kexec when it starts
 * @is_capture: the command line shows a capture kernel
 * @lines: lines of KHO and of the module, separated by newlines, for the library; NULL if none
 * @lines_length: size of @lines
 * @has_lineage: @lines or the command line show how the boot was started
 * @is_live: the boot may be reported before its log is complete, so @lines are kept
 * @is_settled: @event is complete
 * @chain: storage for the chain of @event; NULL if it is empty
 * @first_lines: the boot's first lines, which are in @digest
 * @digest: hash of the boot's first lines; replaces the boot id if the log has none
 * @part_digest: if the boot's first lines are missing, the hash of the first line with a time;
 *	otherwise 0
 * @lifetime: data about the boot's lifetime, needed until the end of its log
 * @origin: what the lines before the banner show about the start of the kernel
 * @infer: use @origin if the kernel's own lines do not show its lineage
 * @kho: what the lines show about Kexec HandOver
 * @kho_builds: kernels that enabled KHO without a parameter in earlier boots of the input; NULL if
 *	none
 */
struct intake_boot_facts {
	struct intake_boot event;
	bool has_banner;
	uint64_t banner;
	uint64_t banner_us;
	bool has_module;
	bool is_capture;
	char *lines;
	size_t lines_length;
	bool has_lineage;
	bool is_live;
	bool is_settled;
	struct lineage_entry *chain;
	struct lineage_first_lines first_lines;
	uint64_t digest;
	uint64_t part_digest;
	struct intake_lifetime lifetime;
	struct intake_origin origin;
	bool infer;
	struct intake_kho_facts kho;
	const struct intake_kho_builds *kho_builds;
};

/** intake_boot_facts_init() - initialise the facts of a new boot */
void intake_boot_facts_init(struct intake_boot_facts *facts);

/** intake_boot_facts_prints_kexec() - return whether this boot would have printed a kexec */
bool intake_boot_facts_prints_kexec(const struct intake_boot_facts *facts);

/** intake_boot_facts_deinit() - free the members; a zeroed structure is allowed */
void intake_boot_facts_deinit(struct intake_boot_facts *facts);

/** intake_boot_facts_has_kho() - whether the kernel hands over data to a kernel started by kexec */
bool intake_boot_facts_has_kho(const struct intake_boot_facts *facts);

/** intake_kho_builds_add() - add the kernel of a boot if it enables Kexec HandOver by itself */
void intake_kho_builds_add(struct intake_kho_builds *builds, const struct intake_boot_facts *facts);

/** intake_boot_begins() - check for the first line that a kernel prints */
bool intake_boot_begins(struct intake_text line);

/** intake_boot_facts_have_banner() - whether a line is the banner of the boot */
bool intake_boot_facts_have_banner(const struct intake_boot_facts *facts, struct intake_text line);

/**
 * intake_boot_facts_name_by() - derive the boot id from the first line of a crash report if the
 * boot's first lines are missing
 */
void intake_boot_facts_name_by(struct intake_boot_facts *facts, const struct intake_record *record);

/**
 * intake_boot_facts_has_id() - check that the id is final; it changes while first lines are read
 */
bool intake_boot_facts_has_id(const struct intake_boot_facts *facts);

/** intake_boot_facts_learn() - evaluate one more line of the boot */
void intake_boot_facts_learn(struct intake_boot_facts *facts, const struct intake_record *record);

/**
 * intake_boot_facts_name_part() - make an id for a boot whose first lines are missing
 *
 * Return: false if the log contains too few facts to recognise the boot.
 */
bool intake_boot_facts_name_part(const struct intake_boot_facts *facts, struct intake_boot *ret);

/**
 * intake_boot_facts_settle_part() - evaluate the lineage of a boot whose first lines are missing,
 * at the end of its log
 */
void intake_boot_facts_settle_part(struct intake_boot_facts *facts);

/**
 * intake_boot_facts_settle() - evaluate boot kind, previous release, count, chain and id
 *
 * With @is_live, the function may be called again after more lines.
 */
void intake_boot_facts_settle(struct intake_boot_facts *facts);

/**
 * intake_boot_set_lineage() - copy the lineage of a report into a boot, except for its source
 *
 * The chain belongs to @report, which must outlive @boot.
 */
void intake_boot_set_lineage(struct intake_boot *boot, const struct lineage_report *report);

#endif /* LINEAGE_INTAKE_RECOGNISE_BOOT_FACTS_H */
