// SPDX-License-Identifier: GPL-2.0-or-later
/* Which boots and crashes do these records tell of? */
#include "recognise.h"

#include <stdio.h>
#include <stdlib.h>

#include "boot_facts.h"
#include "intake/decode/host_table.h"
#include "open_crash.h"

/* CPUs that print at a time may do so in another order than they took the time. */
#define CLOCK_BACK_US (5 * 1000000ULL)
/*
 * The module tells the lineage when it is loaded, which may be after a first warning of the boot: for so
 * long a crash waits for it. And for no longer where so many wait, of all hosts.
 */
#define LINEAGE_WAIT_US (120 * 1000000ULL)
#define WAITING_MAX 64
#define KEY_SIZE (INTAKE_HOST_SIZE + INTAKE_BOOT_ID_SIZE)

/**
 * struct host - what is known of one host's present boot
 * @entry: in the table
 * @facts: of the boot
 * @is_announced: the listener was told of the boot
 * @is_timed: its lines have times: one without is not the kernel's
 * @name_length: of the host in the entry's name, behind which the boot's may be
 * @has_lines: any of this boot were seen
 * @is_learning: its first lines are still read
 * @went_back: the time of its last line was earlier than that of the line before
 * @offset: where in the input the boot began
 * @uptime_us: of its last line that was seen
 * @clock_us: when that was (intake_record_clock_us())
 * @crash_count: how many reports have begun
 * @waiting: crashes that wait for the boot's lineage, or for older ones; the oldest first
 * @crashes: open ones, the newest first
 * @busy: how many of them need to see every line
 */
struct host {
	struct intake_host entry;
	struct intake_boot_facts facts;
	bool is_announced;
	bool is_timed;
	size_t name_length;
	bool has_lines;
	bool is_learning;
	bool went_back;
	uint64_t offset;
	uint64_t uptime_us;
	uint64_t clock_us;
	uint64_t crash_count;
	struct intake_open_crash *waiting;
	struct intake_open_crash *crashes;
	size_t busy;
};

/**
 * struct intake_recogniser
 * @open_count: crashes of all hosts
 * @waiting_count: crashes of all hosts that wait for a lineage
 * @busy: of those, how many need to see every line
 * @learning: hosts whose first lines are still looked at
 */
struct intake_recogniser {
	const struct intake_listener *listener;
	const struct intake_sink *sink;
	struct intake_host_table hosts;
	size_t open_count;
	size_t waiting_count;
	size_t busy;
	size_t learning;
	struct intake_text default_host;
	char name[INTAKE_HOST_SIZE];
};

struct intake_recogniser *intake_recogniser_create(const struct intake_listener *listener,
						   const struct intake_sink *sink, const char *host)
{
	struct intake_recogniser *recogniser = calloc(1, sizeof(*recogniser));

	if (!recogniser)
		return NULL;
	recogniser->listener = listener;
	recogniser->sink = sink;
	recogniser->hosts.entry_size = sizeof(struct host);
	snprintf(recogniser->name, sizeof(recogniser->name), "%s", host);
	recogniser->default_host = intake_text_of(recogniser->name);
	return recogniser;
}

bool intake_recogniser_needs_all(const struct intake_recogniser *recogniser)
{
	return recogniser->busy > 0 || recogniser->learning > 0;
}

/* After anything that its facts were changed by. */
static void count_learning(struct intake_recogniser *recogniser, struct host *host)
{
	bool is_learning = !intake_boot_facts_has_id(&host->facts);

	recogniser->learning += (size_t)is_learning - (size_t)host->is_learning;
	host->is_learning = is_learning;
}

static void announce(struct intake_recogniser *recogniser, struct host *host)
{
	if (host->is_announced)
		return;
	host->is_announced = true;
	intake_boot_facts_settle(&host->facts);
	recogniser->listener->boot(recogniser->listener->data, &host->facts.event);
}

/* After anything that changed the host's crashes. */
static void count_busy(struct intake_recogniser *recogniser, struct host *host)
{
	recogniser->busy -= host->busy;
	host->busy = 0;
	for (const struct intake_open_crash *open = host->crashes; open; open = open->next)
		host->busy += intake_open_crash_needs_all(open);
	recogniser->busy += host->busy;
}

/* Is a report still open that began before this one? */
static bool has_older(const struct host *host, const struct intake_open_crash *crash)
{
	for (const struct intake_open_crash *open = host->crashes; open; open = open->next)
		if (open->class && open->order < crash->order)
			return true;
	return false;
}

/* In the order in which they began. */
static void tell_waiting(struct intake_recogniser *recogniser, struct host *host)
{
	while (host->waiting) {
		struct intake_open_crash *first = host->waiting;

		if (has_older(host, first) && recogniser->waiting_count < WAITING_MAX)
			return;
		announce(recogniser, host);
		host->waiting = first->next;
		recogniser->waiting_count--;
		first->crash.boot = &host->facts.event;
		recogniser->listener->crash(recogniser->listener->data, &first->crash);
		intake_open_crash_destroy(first);
	}
}

static bool waits_for_lineage(const struct intake_recogniser *recogniser, const struct host *host)
{
	const struct intake_boot_facts *facts = &host->facts;

	return facts->has_banner && !host->is_announced && host->uptime_us > 0 &&
	       host->uptime_us < LINEAGE_WAIT_US && !intake_boot_facts_has_lineage(facts) &&
	       recogniser->waiting_count < WAITING_MAX;
}

static void close_crash(struct intake_recogniser *recogniser, struct host *host,
			struct intake_open_crash *open)
{
	struct intake_open_crash **link = &host->crashes;

	while (*link != open)
		link = &(*link)->next;
	*link = open->next;
	recogniser->open_count--;
	count_busy(recogniser, host);
	if (!open->class) {
		intake_open_crash_destroy(open);
		return;
	}
	open->crash.is_cut = open->report.is_cut;
	intake_title_make(open->class, &open->report, &open->crash.title);
	intake_report_deinit(&open->report);
	for (link = &host->waiting; *link && (*link)->order < open->order; link = &(*link)->next)
		continue;
	open->next = *link;
	*link = open;
	recogniser->waiting_count++;
	if (!waits_for_lineage(recogniser, host))
		tell_waiting(recogniser, host);
}

/* The oldest goes out first: that is the order in which they began. */
static void close_all(struct intake_recogniser *recogniser, struct host *host)
{
	while (host->crashes) {
		struct intake_open_crash *oldest = host->crashes;

		while (oldest->next)
			oldest = oldest->next;
		close_crash(recogniser, host, oldest);
	}
}

/* Nothing more of it may come: what waits is told, but the boot goes on if something does. */
static void settle(struct intake_recogniser *recogniser, struct host *host)
{
	close_all(recogniser, host);
	tell_waiting(recogniser, host);
	if (host->facts.has_banner && intake_boot_facts_has_id(&host->facts))
		announce(recogniser, host);
}

static void end_boot(struct intake_recogniser *recogniser, struct host *host)
{
	settle(recogniser, host);
	if (host->facts.has_banner)
		announce(recogniser, host);
	host->facts.has_banner = false;
	count_learning(recogniser, host);
}

/* journald leaves the dashes out that the kernel's own boot_id has, and the store with it. */
static void format_boot_id(struct intake_text id, char ret[INTAKE_BOOT_ID_SIZE])
{
	if (id.length == 32)
		snprintf(ret, INTAKE_BOOT_ID_SIZE, "%.8s-%.4s-%.4s-%.4s-%.12s", id.at, id.at + 8,
			 id.at + 12, id.at + 16, id.at + 20);
	else
		snprintf(ret, INTAKE_BOOT_ID_SIZE, "%.*s", (int)id.length,
			 id.length > 0 ? id.at : "");
}

static void begin_boot(struct intake_recogniser *recogniser, struct host *host,
		       const struct intake_record *record)
{
	struct intake_boot *boot = &host->facts.event;

	intake_boot_facts_deinit(&host->facts);
	intake_boot_facts_init(&host->facts);
	snprintf(boot->host, sizeof(boot->host), "%.*s", (int)host->name_length,
		 host->entry.name.at);
	format_boot_id(record->boot_id, boot->boot_id);
	host->is_announced = false;
	host->is_timed = false;
	host->uptime_us = 0;
	host->clock_us = 0;
	host->offset = record->offset;
	host->has_lines = false;
	host->went_back = false;
}

/*
 * The key of a record's host: its name, and where the encoding names boots the boot's, since a reader may
 * merge the logs of several.
 */
static struct intake_text make_key(const struct intake_recogniser *recogniser,
				   const struct intake_record *record, size_t *ret_name_length,
				   char key[KEY_SIZE])
{
	struct intake_text name = record->host.length > 0 ? record->host : recogniser->default_host;
	size_t boot_length = record->boot_id.length;

	if (name.length >= INTAKE_HOST_SIZE)
		name.length = INTAKE_HOST_SIZE - 1;
	*ret_name_length = name.length;
	if (boot_length == 0)
		return name;
	if (boot_length >= INTAKE_BOOT_ID_SIZE)
		boot_length = INTAKE_BOOT_ID_SIZE - 1;
	if (name.length > 0)
		memcpy(key, name.at, name.length);
	key[name.length] = '\n';
	memcpy(key + name.length + 1, record->boot_id.at, boot_length);
	return (struct intake_text){ .at = key, .length = name.length + 1 + boot_length };
}

static bool have_same_name(const struct host *one, const struct host *other)
{
	return one->name_length == other->name_length &&
	       memcmp(one->entry.name.at, other->entry.name.at, one->name_length) == 0;
}

static void remove_host(struct intake_recogniser *recogniser, struct host *host)
{
	intake_boot_facts_deinit(&host->facts);
	intake_host_table_remove(&recogniser->hosts, &host->entry);
}

/* Another boot of a host begins: the ones before it come first, whether or not they are over. */
static void settle_boots_before(struct intake_recogniser *recogniser, const struct host *host)
{
	for (struct intake_host *entry = host->entry.older; entry; entry = entry->older) {
		struct host *other = (struct host *)entry;

		if (have_same_name(host, other))
			settle(recogniser, other);
	}
}

static struct host *find_host(struct intake_recogniser *recogniser,
			      const struct intake_record *record)
{
	char key[KEY_SIZE];
	size_t name_length;
	struct intake_text name = make_key(recogniser, record, &name_length, key);
	struct intake_host *entry = intake_host_table_find(&recogniser->hosts, name);

	if (entry)
		return (struct host *)entry;
	if (recogniser->hosts.count == INTAKE_HOSTS_MAX) {
		struct host *oldest = (struct host *)recogniser->hosts.oldest;

		recogniser->sink->fault(recogniser->sink->data, INTAKE_FAULT_TOO_MANY_HOSTS,
					record->offset);
		end_boot(recogniser, oldest);
		remove_host(recogniser, oldest);
	}
	entry = intake_host_table_add(&recogniser->hosts, name);
	if (!entry)
		return NULL;
	((struct host *)entry)->name_length = name_length;
	begin_boot(recogniser, (struct host *)entry, record);
	if (record->boot_id.length > 0)
		settle_boots_before(recogniser, (struct host *)entry);
	return (struct host *)entry;
}

/* 0 for lines that are not the kernel's, or that tell no time: where others have the kernel's own, that only counts. */
static uint64_t clock_of(const struct host *host, const struct intake_record *record)
{
	if (record->is_from_user || (host->is_timed && !record->has_uptime))
		return 0;
	return intake_record_clock_us(record);
}

static bool goes_back(const struct host *host, const struct intake_record *record)
{
	uint64_t clock_us = clock_of(host, record);

	return clock_us > 0 && host->clock_us > clock_us + CLOCK_BACK_US;
}

/* A banner; or where the first lines were not printed, or lost, the clock: a kernel's own goes back in no other way. */
static bool is_new_boot(const struct host *host, const struct intake_record *record)
{
	if (record->boot_id.length > 0)
		return false; /* of another boot, it would be of another key */
	if (!record->is_from_user && intake_boot_begins(record->text))
		return host->has_lines;
	return goes_back(host, record);
}

/* One line with an odd time, which a program may have printed, does not end a report: the next one must agree. */
static bool is_odd_line(struct host *host, const struct intake_record *record)
{
	bool was_back = host->went_back;

	host->went_back = goes_back(host, record) && !intake_boot_begins(record->text);
	return host->went_back && !was_back && host->busy > 0;
}

static struct intake_open_crash *find_crash(const struct host *host,
					    const struct intake_record *record)
{
	struct intake_open_crash *open;

	for (open = host->crashes; open; open = open->next)
		if (open->context == record->context && open->context_id == record->context_id)
			return open;
	for (open = host->crashes; open; open = open->next)
		if (!open->has_ended && intake_open_crash_is_in(open, record))
			return open;
	return NULL;
}

static void close_oldest(struct intake_recogniser *recogniser, uint64_t offset)
{
	struct host *host = (struct host *)recogniser->hosts.oldest;
	struct intake_open_crash *oldest;

	while (host && !host->crashes)
		host = (struct host *)host->entry.newer;
	if (!host)
		return;
	for (oldest = host->crashes; oldest->next; oldest = oldest->next)
		continue;
	oldest->report.is_cut = true;
	recogniser->sink->fault(recogniser->sink->data, INTAKE_FAULT_TOO_MANY_CRASHES, offset);
	close_crash(recogniser, host, oldest);
}

static struct intake_open_crash *open_crash(struct intake_recogniser *recogniser, struct host *host,
					    const struct intake_record *record)
{
	struct intake_open_crash *open;

	if (recogniser->open_count == INTAKE_OPEN_MAX)
		close_oldest(recogniser, record->offset);
	open = intake_open_crash_create(record);
	if (!open)
		return NULL;
	open->next = host->crashes;
	host->crashes = open;
	recogniser->open_count++;
	return open;
}

/* A panic ends the boot: whatever was reported last is its cause, whoever prints it. */
static struct intake_open_crash *find_cause(const struct host *host,
					    const struct intake_class *class,
					    const struct intake_record *record)
{
	struct intake_open_crash *open = find_crash(host, record);

	if (open && intake_open_crash_causes(open, class, record))
		return open;
	if (class->gravity != INTAKE_GRAVITY_PANIC)
		return NULL;
	for (open = host->crashes; open && !open->class; open = open->next)
		continue;
	return open;
}

static void begin_crash(struct host *host, struct intake_open_crash *open,
			const struct intake_class *class, const struct intake_record *record)
{
	open->order = ++host->crash_count;
	intake_open_crash_begin(open, class, record);
}

static void take_header(struct intake_recogniser *recogniser, struct host *host,
			const struct intake_class *class, const struct intake_record *record)
{
	struct intake_open_crash *open = find_cause(host, class, record);

	if (open) {
		intake_open_crash_note_effect(open, class, record);
		if (!open->has_ended)
			intake_open_crash_add(open, record);
		return;
	}
	open = find_crash(host, record);
	if (open && open->class) {
		close_crash(recogniser, host, open);
		open = NULL;
	}
	if (!open)
		open = open_crash(recogniser, host, record);
	if (open)
		begin_crash(host, open, class, record);
}

static void take_line(struct intake_recogniser *recogniser, struct host *host,
		      const struct intake_record *record)
{
	struct intake_open_crash *open = find_crash(host, record);

	if (intake_class_leads_up(record->text) && (!open || open->has_ended)) {
		if (open && open->class)
			open = NULL;
		if (!open)
			open = open_crash(recogniser, host, record);
	}
	if (open && !open->has_ended)
		intake_open_crash_add(open, record);
}

static void close_what_is_over(struct intake_recogniser *recogniser, struct host *host,
			       const struct intake_record *record)
{
	struct intake_open_crash *open, *next;

	for (open = host->crashes; open; open = next) {
		next = open->next;
		open->idle++;
		if (intake_open_crash_is_over(open, record))
			close_crash(recogniser, host, open);
	}
}

/* The line as one of a report, or of none. */
static void take_text(struct intake_recogniser *recogniser, struct host *host,
		      const struct intake_record *record)
{
	const struct intake_class *class;

	close_what_is_over(recogniser, host, record);
	class = intake_class_find(record->text);
	if (class) {
		intake_boot_facts_name_by(&host->facts, record);
		take_header(recogniser, host, class, record);
	} else {
		take_line(recogniser, host, record);
	}
	count_busy(recogniser, host);
}

void intake_recogniser_record(struct intake_recogniser *recogniser,
			      const struct intake_record *record)
{
	struct host *host = find_host(recogniser, record);

	if (!host || is_odd_line(host, record))
		return;
	if (is_new_boot(host, record)) {
		end_boot(recogniser, host);
		begin_boot(recogniser, host, record);
	}
	intake_boot_facts_learn(&host->facts, record);
	count_learning(recogniser, host);
	host->has_lines = true;
	host->is_timed = host->is_timed || record->has_uptime;
	if (record->has_uptime)
		host->uptime_us = record->uptime_us;
	if (clock_of(host, record) > 0)
		host->clock_us = clock_of(host, record);
	if (host->waiting && !waits_for_lineage(recogniser, host))
		tell_waiting(recogniser, host);
	if (!record->is_from_user && (!host->is_timed || record->has_uptime))
		take_text(recogniser, host, record);
}

uint64_t intake_recogniser_boot_offset(const struct intake_recogniser *recogniser)
{
	const struct host *newest = (const struct host *)recogniser->hosts.newest;
	uint64_t offset = newest ? newest->offset : 0;

	for (struct intake_host *entry = recogniser->hosts.oldest; entry; entry = entry->newer) {
		const struct host *host = (const struct host *)entry;

		/* Of several hosts the older boots would be read from their middle. */
		if (!have_same_name(host, newest))
			return 0;
		if (host->offset > offset)
			offset = host->offset;
	}
	return offset;
}

void intake_recogniser_pause(struct intake_recogniser *recogniser)
{
	struct intake_host *entry;

	for (entry = recogniser->hosts.oldest; entry; entry = entry->newer)
		settle(recogniser, (struct host *)entry);
}

void intake_recogniser_finish(struct intake_recogniser *recogniser)
{
	while (recogniser->hosts.oldest) {
		struct host *host = (struct host *)recogniser->hosts.oldest;

		end_boot(recogniser, host);
		remove_host(recogniser, host);
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
		struct host *host = (struct host *)recogniser->hosts.oldest;

		destroy_list(host->crashes);
		destroy_list(host->waiting);
		remove_host(recogniser, host);
	}
	free(recogniser);
}
