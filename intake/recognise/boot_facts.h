/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a kernel log shows about one boot. The library decides what of the lineage is believed. */
#ifndef LINEAGE_INTAKE_RECOGNISE_BOOT_FACTS_H
#define LINEAGE_INTAKE_RECOGNISE_BOOT_FACTS_H

#include "event.h"
#include "intake/decode/record.h"

/*
 * A boot's first lines are its name where the log gives none. What makes it differ from the next boot of the
 * same machine are the microseconds: at first they stand still, so it takes so many lines with a
 * time of their own; no more than that many in all, and a few where lines have no time.
 */
#define INTAKE_BOOT_ID_TIMES 24
#define INTAKE_BOOT_ID_LINES 512
#define INTAKE_BOOT_ID_LINES_WITHOUT_TIME 24

/* Bytes of lineage lines that are kept. A chain of the greatest length takes about 1 KiB. */
#define INTAKE_LINEAGE_LINES_MAX 16384

/**
 * struct intake_boot_facts - what was said so far
 * @event: what of it goes out as it is
 * @has_banner: "Linux version ..." was there
 * @is_capture: its command line is a capture kernel's
 * @lines: the messages of KHO and of the module, one a line, for the library; NULL if none
 * @lines_length: bytes of @lines
 * @has_lineage: they, or the command line, show how the boot was started
 * @is_settled: @event is complete
 * @chain: that of @event; NULL if it is empty
 * @digest_lines: how many lines are in @digest
 * @digest_is_timed: any of them has a time
 * @digest_times: how many of them have another time than the line before
 * @digest_uptime_us: of the last one
 * @digest: of the first lines
 */
struct intake_boot_facts {
	struct intake_boot event;
	bool has_banner;
	bool is_capture;
	char *lines;
	size_t lines_length;
	bool has_lineage;
	bool is_settled;
	struct lineage_entry *chain;
	unsigned int digest_lines;
	bool digest_is_timed;
	unsigned int digest_times;
	uint64_t digest_uptime_us;
	uint64_t digest;
};

/** intake_boot_facts_init() - a boot of which nothing is known yet */
void intake_boot_facts_init(struct intake_boot_facts *facts);

/** intake_boot_facts_deinit() - free what the facts own; fine on zeroed ones */
void intake_boot_facts_deinit(struct intake_boot_facts *facts);

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
