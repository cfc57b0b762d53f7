// SPDX-License-Identifier: GPL-2.0-or-later
/* Detection of boots and crash reports in records, line by line. */
#include "recognise.h"

#include <stdio.h>
#include <stdlib.h>

#include "emit.h"
#include "boots.h"
#include "relation.h"
#include "task_line.h"

struct intake_recogniser *intake_recogniser_create(const struct intake_listener *listener,
						   const struct intake_sink *sink, const char *host)
{
	struct intake_recogniser *recogniser = calloc(1, sizeof(*recogniser));

	if (!recogniser)
		return NULL;
	recogniser->listener = listener;
	recogniser->sink = sink;
	recogniser->hosts.entry_size = sizeof(struct intake_host_state);
	intake_recogniser_set_limits(recogniser, INTAKE_HOSTS_MAX, INTAKE_OPEN_MAX);
	snprintf(recogniser->name, sizeof(recogniser->name), "%s", host);
	recogniser->default_host = intake_text_of(recogniser->name);
	return recogniser;
}

void intake_recogniser_set_limits(struct intake_recogniser *recogniser, size_t hosts_max,
				  size_t open_max)
{
	recogniser->hosts_max = hosts_max;
	recogniser->open_max = open_max;
}

void intake_recogniser_go_live(struct intake_recogniser *recogniser)
{
	recogniser->is_live = true;
}

bool intake_recogniser_needs_all(const struct intake_recogniser *recogniser)
{
	return recogniser->busy > 0 || recogniser->learning > 0 || recogniser->handing_over > 0;
}

void intake_recogniser_infer_nothing(struct intake_recogniser *recogniser)
{
	recogniser->infers_nothing = true;
}

static struct intake_open_crash *find_crash(const struct intake_host_state *host,
					    const struct intake_record *record)
{
	struct intake_open_crash *open;

	for (open = host->crashes; open; open = open->next)
		if (intake_open_crash_is_of(open, record))
			return open;
	for (open = host->crashes; open; open = open->next)
		if (!open->has_ended && intake_open_crash_is_in(open, record))
			return open;
	return NULL;
}

/* Open crashes of one host: enough for one of each CPU, and no host takes the room of others. */
#define HOST_CRASHES_MAX 64

static bool has_too_many(const struct intake_host_state *host)
{
	size_t count = 0;

	for (const struct intake_open_crash *open = host->crashes; open; open = open->next)
		count++;
	return count >= HOST_CRASHES_MAX;
}

/* Return the host whose last line is the oldest, of those with an open crash; NULL for none. */
static struct intake_host_state *find_quiet(const struct intake_recogniser *recogniser)
{
	struct intake_host_state *host = (struct intake_host_state *)recogniser->hosts.oldest;

	while (host && !host->crashes)
		host = (struct intake_host_state *)host->entry.newer;
	return host;
}

static void close_oldest(struct intake_recogniser *recogniser, struct intake_host_state *host,
			 uint64_t offset)
{
	struct intake_open_crash *oldest;

	if (!host)
		return;
	for (oldest = host->crashes; oldest->next; oldest = oldest->next)
		continue;
	oldest->report.is_cut = true;
	recogniser->sink->fault(recogniser->sink->data, INTAKE_FAULT_TOO_MANY_CRASHES, offset);
	intake_close_crash(recogniser, host, oldest);
}

static struct intake_open_crash *open_crash(struct intake_recogniser *recogniser,
					    struct intake_host_state *host,
					    const struct intake_record *record)
{
	struct intake_open_crash *open;

	if (has_too_many(host))
		close_oldest(recogniser, host, record->offset);
	else if (recogniser->open_count >= recogniser->open_max)
		close_oldest(recogniser, find_quiet(recogniser), record->offset);
	open = intake_open_crash_create(record);
	if (!open)
		return NULL;
	open->next = host->crashes;
	host->crashes = open;
	recogniser->open_count++;
	return open;
}

/* Find the last report in the context of a record, without lines that only announce one. */
static struct intake_open_crash *find_report(const struct intake_host_state *host,
					     const struct intake_record *record)
{
	struct intake_open_crash *open = find_crash(host, record);

	while (open && !open->class)
		for (open = open->next; open; open = open->next)
			if (intake_open_crash_is_of(open, record))
				break;
	return open;
}

/*
 * Find the report of an oops to which the header of die() belongs, although another CPU printed a
 * header in between.
 */
static struct intake_open_crash *find_awaiting(const struct intake_host_state *host,
					       const struct intake_record *record)
{
	struct intake_open_crash *open = host->crashes;

	if (record->context != INTAKE_CONTEXT_NONE || !intake_text_has(record->text, "[#"))
		return NULL;
	while (open && !(open->class && intake_relation_awaits_die(open, record)))
		open = open->next;
	return open;
}

/*
 * Find the report to which a new header may belong: the last report of its context, or any report
 * of a kernel that has panicked. A panic ends the boot, so its cause is the last report, whatever
 * the context of that report.
 */
static struct intake_open_crash *find_related(const struct intake_host_state *host,
					      const struct intake_class *class,
					      const struct intake_record *record,
					      enum intake_relation *ret)
{
	struct intake_open_crash *open;

	for (open = host->crashes; open && !open->has_panicked; open = open->next)
		continue;
	if (!open)
		open = find_awaiting(host, record);
	if (!open)
		open = find_report(host, record);
	*ret = open ? intake_relation_of(open, class, record) : INTAKE_RELATION_NONE;
	if (*ret != INTAKE_RELATION_NONE || class->gravity != INTAKE_GRAVITY_PANIC)
		return open;
	for (open = host->crashes; open; open = open->next) {
		if (!open->class || !open->is_certain)
			continue;
		*ret = intake_relation_of(open, class, record);
		if (*ret != INTAKE_RELATION_NONE)
			break;
	}
	return open;
}

/* Drop lines that announced a report, because its header belongs to another report. */
static void drop_announcement(struct intake_recogniser *recogniser, struct intake_host_state *host,
			      const struct intake_record *record)
{
	struct intake_open_crash *open = find_crash(host, record);

	if (open && !open->class)
		intake_close_crash(recogniser, host, open);
}

/*
 * Begin a report. Return NULL if out of memory.
 *
 * @stays_open: do not end the report of the same context
 */
static struct intake_open_crash *begin_crash(struct intake_recogniser *recogniser,
					     struct intake_host_state *host,
					     const struct intake_class *class,
					     const struct intake_record *record, bool stays_open)
{
	struct intake_open_crash *open = find_crash(host, record);

	if (open && open->class) {
		if (!stays_open && intake_open_crash_is_of(open, record) &&
		    !intake_relation_awaits_die(open, record) &&
		    !intake_relation_awaits_panic(open, record))
			intake_close_crash(recogniser, host, open);
		open = NULL;
	}
	if (!open)
		open = open_crash(recogniser, host, record);
	if (!open)
		return NULL;
	open->order = ++host->crash_count;
	intake_open_crash_begin(open, class, record);
	open->crash.has_dated_uptime =
		host->facts.has_banner &&
		intake_lifetime_dated_uptime(&host->facts.lifetime, &host->facts.event, record,
					     &open->crash.dated_uptime_us);
	return open;
}

/* Note the grace period of a stall. The stall may be part of the report of another hang. */
static void learn_grace_period(struct intake_host_state *host, const struct intake_record *record)
{
	struct intake_open_crash *open = find_crash(host, record);
	struct intake_hang *stall;

	if (!open || !open->class || open->class->gravity != INTAKE_GRAVITY_HANG ||
	    open->has_grace_period ||
	    !intake_hangs_add_grace_period(&host->hangs, record->text, &stall))
		return;
	open->has_grace_period = true;
	if (strcmp(open->class->type, "rcu-stall") != 0)
		return;
	open->is_repeated = stall->is_reported && open->crash.effect_count == 0;
	stall->is_reported = true;
}

/* The next lines of the context are added to the first report of the list. */
static void move_to_front(struct intake_host_state *host, struct intake_open_crash *open)
{
	struct intake_open_crash **link = &host->crashes;

	while (*link != open)
		link = &(*link)->next;
	*link = open->next;
	open->next = host->crashes;
	host->crashes = open;
}

/* Check whether a line names the task of a report that an exiting task may have caused. */
static void learn_task(struct intake_recogniser *recogniser, struct intake_host_state *host,
		       struct intake_open_crash *open, const struct intake_record *record)
{
	uint64_t named, task = INTAKE_NO_TASK;

	if (open->doubt_of == 0 || !intake_names_task(record->text, &named))
		return;
	for (const struct intake_open_crash *cause = host->crashes; cause; cause = cause->next)
		if (cause->class && cause->order == open->doubt_of)
			intake_open_crash_task(cause, &task);
	intake_settle_doubt(recogniser, host, open, named == task);
}

static void take_header(struct intake_recogniser *recogniser, struct intake_host_state *host,
			const struct intake_class *class, const struct intake_record *record)
{
	enum intake_hang_report known = INTAKE_HANG_NEW;
	enum intake_relation relation;
	struct intake_hang *hang = NULL;
	struct intake_open_crash *open = find_crash(host, record);
	uint64_t cause;

	if (open && open->doubt_of > 0)
		intake_settle_doubt(recogniser, host, open, true);
	open = find_related(host, class, record, &relation);
	if (class->gravity == INTAKE_GRAVITY_HANG)
		known = intake_hangs_add(&host->hangs, record, &hang);
	/* The report of a known hang is dropped, so a new hang needs a report of its own. */
	if (relation == INTAKE_RELATION_SAME && open->is_repeated && known == INTAKE_HANG_NEW)
		relation = INTAKE_RELATION_NONE;
	/* A hang that was reported with another one is a crash only without the other one. */
	if (relation == INTAKE_RELATION_SAME && open->is_joined) {
		open->is_repeated = known == INTAKE_HANG_REPEATED;
		open->is_joined = known != INTAKE_HANG_NEW;
	}
	if (relation != INTAKE_RELATION_NONE && relation != INTAKE_RELATION_DOUBT)
		drop_announcement(recogniser, host, record);
	switch (relation) {
	case INTAKE_RELATION_SAME:
		intake_open_crash_note_same(open, class, record);
		move_to_front(host, open);
		break;
	case INTAKE_RELATION_NAME:
		intake_open_crash_note_name(open, class, record);
		break;
	case INTAKE_RELATION_EFFECT:
		intake_open_crash_note_effect(open, class, record);
		break;
	case INTAKE_RELATION_NOISE:
		/* Another CPU may print it while this one prints the stack of the crash. */
		open->has_ended = open->has_ended || intake_open_crash_is_in(open, record);
		break;
	case INTAKE_RELATION_DOUBT:
		cause = open->order;
		open = begin_crash(recogniser, host, class, record, true);
		if (open)
			open->doubt_of = cause;
		break;
	case INTAKE_RELATION_NONE:
		open = begin_crash(recogniser, host, class, record, false);
		if (!open)
			break;
		open->is_repeated = known == INTAKE_HANG_REPEATED;
		open->is_joined = known == INTAKE_HANG_JOINED;
		if (hang)
			hang->is_reported = true;
	}
	learn_grace_period(host, record);
}

/*
 * Return the report that a line without a heading belongs to, or NULL. A CPU whose own report has
 * ended may print its stack into the report of another CPU.
 */
static struct intake_open_crash *report_of_line(const struct intake_host_state *host,
						const struct intake_record *record)
{
	struct intake_open_crash *own = find_crash(host, record), *open;

	if (!own || !own->has_ended)
		return own;
	for (open = host->crashes; open; open = open->next)
		if (!open->has_ended && intake_open_crash_is_in(open, record))
			return open;
	return own;
}

static void take_line(struct intake_recogniser *recogniser, struct intake_host_state *host,
		      const struct intake_record *record)
{
	struct intake_open_crash *open = report_of_line(host, record);

	if (intake_class_leads_up(record->text) &&
	    (!open || open->has_ended || !intake_open_crash_is_of(open, record))) {
		if (open && open->class)
			open = NULL;
		if (!open)
			open = open_crash(recogniser, host, record);
	}
	if (open && !open->has_ended) {
		intake_open_crash_add(open, record);
		learn_task(recogniser, host, open, record);
	}
}

static void close_what_is_over(struct intake_recogniser *recogniser, struct intake_host_state *host,
			       const struct intake_record *record)
{
	struct intake_open_crash *open, *next;

	for (open = host->crashes; open; open = open->next)
		open->idle++;
	for (open = host->crashes; open; open = next) {
		next = open->next;
		if (intake_open_crash_is_over(open, record)) {
			intake_close_crash(recogniser, host, open);
			/* An effect of it may have been closed, too. */
			next = host->crashes;
		} else if (recogniser->is_live && intake_open_crash_is_due(open, record)) {
			intake_report_open(recogniser, host, open);
		}
	}
}

/* Process a line as part of a report or as an unrelated line. */
static void take_text(struct intake_recogniser *recogniser, struct intake_host_state *host,
		      const struct intake_record *record)
{
	const struct intake_class *class;

	close_what_is_over(recogniser, host, record);
	class = intake_class_find(record->text);
	if (class) {
		intake_boot_facts_name_by(&host->facts, record);
		intake_lifetime_learn_crash(&host->facts.lifetime, &host->facts.event, record,
					    class->gravity == INTAKE_GRAVITY_PANIC);
		take_header(recogniser, host, class, record);
	} else {
		take_line(recogniser, host, record);
		learn_grace_period(host, record);
	}
	intake_count_busy(recogniser, host);
}

void intake_recogniser_record(struct intake_recogniser *recogniser,
			      const struct intake_record *record)
{
	struct intake_host_state *host = intake_find_host(recogniser, record);
	struct intake_record copied;

	if (host && intake_is_copied_banner(host, record)) {
		copied = *record;
		copied.is_from_user = true;
		record = &copied;
	}
	if (!host || intake_is_odd_line(host, record))
		return;
	if (intake_is_new_boot(host, record))
		intake_next_boot(recogniser, host, record);
	else
		intake_learn_handover(recogniser, host, record);
	intake_boot_facts_learn(&host->facts, record);
	intake_count_learning(recogniser, host);
	host->has_lines = true;
	host->is_timed = host->is_timed || record->has_uptime;
	if (record->has_uptime)
		host->uptime_us = record->uptime_us;
	if (record->has_sequence)
		host->sequence = record->sequence;
	if (intake_clock_of(host, record) > 0)
		host->clock_us = intake_clock_of(host, record);
	intake_emit_ready(recogniser, host);
	if (!record->is_from_user && (!host->is_timed || record->has_uptime))
		take_text(recogniser, host, record);
}

void intake_recogniser_pause(struct intake_recogniser *recogniser)
{
	struct intake_host *entry;

	for (entry = recogniser->hosts.oldest; entry; entry = entry->newer) {
		struct intake_host_state *host = (struct intake_host_state *)entry;

		intake_settle(recogniser, host);
		intake_emit_seen(recogniser, host);
	}
}

static struct intake_host_state *find_named(struct intake_recogniser *recogniser,
					    struct intake_text name)
{
	return (struct intake_host_state *)intake_host_table_peek(&recogniser->hosts, name);
}

void intake_recogniser_pause_host(struct intake_recogniser *recogniser, struct intake_text name)
{
	struct intake_host_state *host = find_named(recogniser, name);
	struct intake_open_crash *whole[HOST_CRASHES_MAX];
	size_t count = 0;

	for (struct intake_open_crash *open = host ? host->crashes : NULL; open; open = open->next)
		if (count < HOST_CRASHES_MAX && intake_open_crash_is_whole(open))
			whole[count++] = open;
	/* The newest one is the first of the list. */
	while (count > 0)
		intake_report_open(recogniser, host, whole[--count]);
}

void intake_recogniser_end_reports(struct intake_recogniser *recogniser, struct intake_text name)
{
	struct intake_host_state *host = find_named(recogniser, name);

	if (host && (host->crashes || host->waiting))
		intake_settle(recogniser, host);
}

void intake_recogniser_report_host(struct intake_recogniser *recogniser, struct intake_text name)
{
	struct intake_host_state *host = find_named(recogniser, name);

	if (!host)
		return;
	intake_settle(recogniser, host);
	intake_emit_seen(recogniser, host);
}

void intake_recogniser_end_host(struct intake_recogniser *recogniser, struct intake_text name)
{
	struct intake_host_state *host = find_named(recogniser, name);

	if (!host)
		return;
	intake_end_boot(recogniser, host);
	intake_remove_host(recogniser, host);
}

void intake_recogniser_finish(struct intake_recogniser *recogniser)
{
	while (recogniser->hosts.oldest) {
		struct intake_host_state *host =
			(struct intake_host_state *)recogniser->hosts.oldest;

		intake_end_boot(recogniser, host);
		intake_remove_host(recogniser, host);
	}
}

static void destroy_list(struct intake_open_crash *first)
{
	while (first) {
		struct intake_open_crash *next = first->next;

		intake_open_crash_destroy(first);
		first = next;
	}
}

void intake_recogniser_destroy(struct intake_recogniser *recogniser)
{
	if (!recogniser)
		return;
	while (recogniser->hosts.oldest) {
		struct intake_host_state *host =
			(struct intake_host_state *)recogniser->hosts.oldest;

		destroy_list(host->crashes);
		destroy_list(host->waiting);
		intake_remove_host(recogniser, host);
	}
	intake_host_table_deinit(&recogniser->hosts);
	free(recogniser);
}
