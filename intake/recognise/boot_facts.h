/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What does a kernel log say about the boot it is of? */
#ifndef LINEAGE_INTAKE_RECOGNISE_BOOT_FACTS_H
#define LINEAGE_INTAKE_RECOGNISE_BOOT_FACTS_H

#include "event.h"
#include "lib/evidence.h"
#include "intake/decode/record.h"

/*
 * A boot's first lines are its name where the log gives none. What makes it differ from the next boot of the
 * same machine are the microseconds: at first they stand still, so it takes so many lines with a
 * time of their own; no more than that many in all, and a few where lines have no time.
 */
#define INTAKE_BOOT_ID_TIMES 24
#define INTAKE_BOOT_ID_LINES 512
#define INTAKE_BOOT_ID_LINES_WITHOUT_TIME 24

/**
 * struct intake_boot_facts - what was said so far
 * @event: what of it goes out as it is
 * @has_banner: "Linux version ..." was there
 * @stamp: what the stamp on the command line says
 * @log: what the lines of KHO and of the module say
 * @kind: how it came up, by the module's line or a capture kernel's command line
 * @digest_lines: how many lines are in @digest
 * @digest_is_timed: any of them has a time
 * @digest_times: how many of them have another time than the line before
 * @digest_uptime_us: of the last one
 * @digest: of the first lines
 */
struct intake_boot_facts {
	struct intake_boot event;
	bool has_banner;
	struct lineage_finding stamp;
	struct lineage_finding log;
	enum lineage_boot kind;
	unsigned int digest_lines;
	bool digest_is_timed;
	unsigned int digest_times;
	uint64_t digest_uptime_us;
	uint64_t digest;
};

/** intake_boot_facts_init() - a boot of which nothing is known yet */
void intake_boot_facts_init(struct intake_boot_facts *facts);

/** intake_boot_begins() - is this the first line that a kernel prints? */
bool intake_boot_begins(struct intake_text line);

/**
 * intake_boot_facts_name_by() - this line begins a crash report: where the boot's first lines are missing it gives
 * the boot its name
 */
void intake_boot_facts_name_by(struct intake_boot_facts *facts, const struct intake_record *record);

/** intake_boot_facts_has_id() - does its name not change any more? It does while its first lines are read. */
bool intake_boot_facts_has_id(const struct intake_boot_facts *facts);

/** intake_boot_facts_learn() - look at one more line of the boot */
void intake_boot_facts_learn(struct intake_boot_facts *facts, const struct intake_record *record);

/** intake_boot_facts_settle() - decide what is believed: boot, previous release, count, chain, id */
void intake_boot_facts_settle(struct intake_boot_facts *facts);

#endif /* LINEAGE_INTAKE_RECOGNISE_BOOT_FACTS_H */
