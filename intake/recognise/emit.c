// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reporting of boots and crashes: a boot before its crashes, crashes in the order of their start.
 */
#include "emit.h"

/*
 * The module prints the lineage when it is loaded, possibly after a first warning of the boot. A
 * crash waits for the lineage until this uptime, unless WAITING_MAX crashes already wait, on all
 * hosts together.
 */
#define LINEAGE_WAIT_US (120 * 1000000ULL)
#define WAITING_MAX 64

/* Report the lost kexec before a cold boot, and its crash. */
static void emit_lost(const struct intake_recogniser *recogniser,
		      const struct intake_origin *origin)
{
	struct intake_crash crash;

	intake_origin_crash(origin, &crash);
	recogniser->listener->boot(recogniser->listener->data, origin->next);
	recogniser->listener->crash(recogniser->listener->data, &crash);
}

/*
 * Evaluate the lineage of a live boot again, because lines may have followed. The id of a part is
 * made by intake_boot_facts_name_part().
 */
static void settle_again(struct intake_host_state *host)
{
	struct intake_boot *boot = &host->facts.event;

	if (!host->facts.is_live || (!host->is_announced && !host->facts.lines))
		return;
	intake_boot_facts_settle(&host->facts);
	if (!host->is_announced && !boot->has_kernel_id)
		boot->boot_id[0] = '\0';
}

void intake_emit_boot(struct intake_recogniser *recogniser, struct intake_host_state *host)
{
	if (host->is_announced)
		return;
	host->is_announced = true;
	intake_boot_facts_settle(&host->facts);
	intake_kho_builds_add(&recogniser->kho_builds, &host->facts);
	if (host->facts.origin.is_lost && host->facts.event.boot == LINEAGE_BOOT_COLD)
		emit_lost(recogniser, &host->facts.origin);
	recogniser->listener->boot(recogniser->listener->data, &host->facts.event);
}

/* Report a boot without its first lines and without a crash as a part. The boot may continue. */
static void emit_part(const struct intake_recogniser *recogniser,
		      const struct intake_host_state *host)
{
	struct intake_boot part = host->facts.event;

	if (host->facts.has_banner || !recogniser->listener->part)
		return;
	intake_lifetime_finish(&host->facts.lifetime, false, &part);
	if (intake_boot_facts_name_part(&host->facts, &part))
		recogniser->listener->part(recogniser->listener->data, &part);
}

void intake_emit_seen(struct intake_recogniser *recogniser, struct intake_host_state *host)
{
	settle_again(host);
	if (!host->is_announced) {
		emit_part(recogniser, host);
		return;
	}
	if (!recogniser->listener->seen)
		return;
	intake_lifetime_finish(&host->facts.lifetime, host->facts.has_banner, &host->facts.event);
	recogniser->listener->seen(recogniser->listener->data, &host->facts.event);
}

/* Call this after every change of the host's crashes. */
void intake_count_busy(struct intake_recogniser *recogniser, struct intake_host_state *host)
{
	recogniser->busy -= host->busy;
	host->busy = 0;
	for (const struct intake_open_crash *open = host->crashes; open; open = open->next)
		host->busy += intake_open_crash_needs_all(open);
	recogniser->busy += host->busy;
}

/* Check whether an earlier report is still open. */
static bool has_older(const struct intake_host_state *host, const struct intake_open_crash *crash)
{
	for (const struct intake_open_crash *open = host->crashes; open; open = open->next)
		if (open->class && !open->was_reported && open->order < crash->order)
			return true;
	return false;
}

/* Report waiting crashes in the order of their start. */
static void emit_waiting(struct intake_recogniser *recogniser, struct intake_host_state *host)
{
	while (host->waiting) {
		struct intake_open_crash *first = host->waiting;

		if (!recogniser->is_live && has_older(host, first) &&
		    recogniser->waiting_count < WAITING_MAX)
			return;
		intake_emit_boot(recogniser, host);
		host->waiting = first->next;
		recogniser->waiting_count--;
		first->crash.boot = &host->facts.event;
		recogniser->listener->crash(recogniser->listener->data, &first->crash);
		intake_open_crash_destroy(first);
	}
}

static bool waits_for_lineage(const struct intake_recogniser *recogniser,
			      const struct intake_host_state *host)
{
	const struct intake_boot_facts *facts = &host->facts;

	return !recogniser->is_live && facts->has_banner && !host->is_announced &&
	       host->uptime_us > 0 && host->uptime_us < LINEAGE_WAIT_US && !facts->has_lineage &&
	       recogniser->waiting_count < WAITING_MAX;
}

void intake_emit_ready(struct intake_recogniser *recogniser, struct intake_host_state *host)
{
	if (host->waiting && !waits_for_lineage(recogniser, host))
		emit_waiting(recogniser, host);
}

void intake_report_open(struct intake_recogniser *recogniser, struct intake_host_state *host,
			struct intake_open_crash *open)
{
	struct intake_crash crash = open->crash;

	open->was_reported = true;
	crash.is_cut = open->report.is_cut;
	intake_title_make(open->class, &open->report, &crash.title);
	intake_emit_boot(recogniser, host);
	settle_again(host);
	crash.boot = &host->facts.event;
	recogniser->listener->crash(recogniser->listener->data, &crash);
}

static struct intake_open_crash *find_order(const struct intake_host_state *host, uint64_t order)
{
	struct intake_open_crash *open = host->crashes;

	while (open && (!open->class || open->order != order))
		open = open->next;
	return open;
}

void intake_settle_doubt(struct intake_recogniser *recogniser, struct intake_host_state *host,
			 struct intake_open_crash *doubt, bool is_effect)
{
	struct intake_open_crash *cause = find_order(host, doubt->doubt_of);
	struct intake_record header = {
		.text = intake_report_line(&doubt->report, doubt->report.header),
		.has_time = doubt->crash.has_time,
		.time = doubt->crash.time,
		.has_uptime = doubt->crash.has_uptime,
		.uptime_us = doubt->crash.uptime_us,
	};

	doubt->doubt_of = 0;
	if (cause && is_effect) {
		intake_open_crash_note_effect(cause, doubt->class, &header);
		doubt->class = NULL;
		intake_close_crash(recogniser, host, doubt);
	} else if (cause) {
		intake_close_crash(recogniser, host, cause);
	}
}

/* Without a line that names the task, a report in doubt is taken to be an effect. */
static bool settle_doubts_of(struct intake_recogniser *recogniser, struct intake_host_state *host,
			     struct intake_open_crash *open)
{
	struct intake_open_crash *doubt = host->crashes;

	if (open->doubt_of > 0 && find_order(host, open->doubt_of)) {
		intake_settle_doubt(recogniser, host, open, true);
		return true;
	}
	while (open->class && doubt && doubt->doubt_of != open->order)
		doubt = doubt->next;
	if (open->class && doubt)
		intake_settle_doubt(recogniser, host, doubt, true);
	return false;
}

void intake_close_crash(struct intake_recogniser *recogniser, struct intake_host_state *host,
			struct intake_open_crash *open)
{
	struct intake_open_crash **link = &host->crashes;

	if (settle_doubts_of(recogniser, host, open))
		return;
	while (*link != open)
		link = &(*link)->next;
	*link = open->next;
	recogniser->open_count--;
	intake_count_busy(recogniser, host);
	if (!intake_open_crash_is_reported(open) || open->was_reported) {
		intake_open_crash_destroy(open);
		return;
	}
	open->crash.is_cut = open->report.is_cut;
	intake_title_make(open->class, &open->report, &open->crash.title);
	open->crash.excerpt = open->excerpt = intake_report_text(&open->report);
	intake_report_deinit(&open->report);
	for (link = &host->waiting; *link && (*link)->order < open->order; link = &(*link)->next)
		continue;
	open->next = *link;
	*link = open;
	recogniser->waiting_count++;
	intake_emit_ready(recogniser, host);
}

/* Close the oldest report first, so that crashes are reported in the order of their start. */
static void close_all(struct intake_recogniser *recogniser, struct intake_host_state *host)
{
	while (host->crashes) {
		struct intake_open_crash *oldest = host->crashes;

		while (oldest->next)
			oldest = oldest->next;
		intake_close_crash(recogniser, host, oldest);
	}
}

void intake_settle(struct intake_recogniser *recogniser, struct intake_host_state *host)
{
	close_all(recogniser, host);
	emit_waiting(recogniser, host);
	if (host->facts.has_banner && intake_boot_facts_has_id(&host->facts))
		intake_emit_boot(recogniser, host);
}
