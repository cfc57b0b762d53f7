// SPDX-License-Identifier: GPL-2.0-or-later
/* The hosts of the records, and detection of boot boundaries. */
#include "boots.h"

#include <stdio.h>

#include "emit.h"
#include "recognise.h"

/*
 * Tolerance for a clock that goes backwards: two CPUs may read the clock in one order and print in
 * the other. The tolerance is smaller after the kernel's last message, because only a few lines of
 * other CPUs can follow.
 */
#define CLOCK_BACK_US (5 * 1000000ULL)
#define CLOCK_BACK_AT_END_US (1000000ULL / 2)
/*
 * When a kernel prints its banner, its clock shows less than this. Another clock, for example the
 * clock of a terminal, may show more.
 */
#define CLOCK_START_US 1000000ULL
#define MACHINE_ID_MAX 36
#define KEY_SIZE (INTAKE_HOST_SIZE + INTAKE_BOOT_ID_SIZE + MACHINE_ID_MAX + sizeof(uint64_t) + 3)

/* Add the dashes of the kernel's boot_id, which journald omits and the store keeps. */
static void format_boot_id(struct intake_text id, char ret[INTAKE_BOOT_ID_SIZE])
{
	if (id.length == 32)
		snprintf(ret, INTAKE_BOOT_ID_SIZE, "%.8s-%.4s-%.4s-%.4s-%.12s", id.at, id.at + 8,
			 id.at + 12, id.at + 16, id.at + 20);
	else
		snprintf(ret, INTAKE_BOOT_ID_SIZE, "%.*s", (int)id.length,
			 id.length > 0 ? id.at : "");
}

void intake_begin_boot(struct intake_recogniser *recogniser, struct intake_host_state *host,
		       const struct intake_record *record)
{
	struct intake_boot *boot = &host->facts.event;

	intake_boot_facts_deinit(&host->facts);
	intake_boot_facts_init(&host->facts);
	snprintf(boot->host, sizeof(boot->host), "%.*s", (int)host->name_length,
		 host->entry.name.at);
	format_boot_id(record->boot_id, boot->boot_id);
	boot->has_kernel_id = boot->boot_id[0] != '\0';
	snprintf(boot->machine_id, sizeof(boot->machine_id), "%.*s", (int)record->machine_id.length,
		 record->machine_id.length > 0 ? record->machine_id.at : "");
	host->is_announced = false;
	host->is_timed = false;
	host->uptime_us = 0;
	host->clock_us = 0;
	host->sequence = 0;
	host->offset = record->offset;
	host->has_lines = false;
	host->went_back = false;
	host->handover = (struct intake_handover){ 0 };
	host->hangs.count = 0;
	host->facts.infer = !recogniser->infers_nothing;
	host->facts.is_live = recogniser->is_live;
	host->facts.kho_builds = &recogniser->kho_builds;
}

/* Call this after every change of the boot's facts. */
void intake_count_learning(struct intake_recogniser *recogniser, struct intake_host_state *host)
{
	bool is_learning = !intake_boot_facts_has_id(&host->facts);

	recogniser->learning += (size_t)is_learning - (size_t)host->is_learning;
	host->is_learning = is_learning;
}

void intake_end_boot(struct intake_recogniser *recogniser, struct intake_host_state *host)
{
	intake_settle(recogniser, host);
	if (host->facts.has_banner)
		intake_emit_boot(recogniser, host);
	if (!host->is_announced)
		intake_boot_facts_settle_part(&host->facts);
	intake_emit_seen(recogniser, host);
	host->facts.has_banner = false;
	intake_count_learning(recogniser, host);
}

/*
 * The conclusion about the next boot needs lines of this boot, so a later run must continue reading
 * at these lines, not at the next boot.
 */
void intake_next_boot(struct intake_recogniser *recogniser, struct intake_host_state *host,
		      const struct intake_record *record)
{
	struct intake_handover handover = host->handover;
	struct intake_origin origin = { 0 };
	uint64_t offset = host->offset;

	if (handover.start == INTAKE_START_NONE && handover.has_firmware &&
	    host->facts.event.end != INTAKE_END_KEXEC &&
	    intake_boot_facts_prints_kexec(&host->facts))
		host->facts.event.has_failed_kexec = true;
	intake_end_boot(recogniser, host);
	origin.has_kho = intake_boot_facts_has_kho(&host->facts);
	if (!record->is_from_user && intake_boot_begins(record->text))
		intake_handover_conclude(&handover, &host->facts.event, record,
					 !recogniser->infers_nothing, &origin);
	intake_begin_boot(recogniser, host, record);
	host->facts.origin = origin;
	if (origin.next)
		host->offset = offset;
	else if (origin.boot == LINEAGE_BOOT_COLD)
		host->offset = handover.began;
	intake_learn_handover(recogniser, host, record);
}

/* A line without a host or a lane may be from any host that has started a kexec. */
static void doubt_others(struct intake_recogniser *recogniser, const struct intake_host_state *host,
			 const struct intake_record *record)
{
	if (record->host.length > 0 || record->lane != 0)
		return;
	for (struct intake_host *entry = recogniser->hosts.oldest; entry; entry = entry->newer) {
		struct intake_host_state *other = (struct intake_host_state *)entry;

		if (other != host && other->is_handing_over)
			intake_handover_doubt(&other->handover, record);
	}
}

void intake_learn_handover(struct intake_recogniser *recogniser, struct intake_host_state *host,
			   const struct intake_record *record)
{
	bool is_handing_over;

	if (recogniser->handing_over > host->is_handing_over)
		doubt_others(recogniser, host, record);
	if (record->is_from_user || !intake_boot_begins(record->text))
		intake_handover_learn(&host->handover, record, host->is_timed);
	is_handing_over = intake_handover_needs_all(&host->handover, record->offset);
	recogniser->handing_over += (size_t)is_handing_over - (size_t)host->is_handing_over;
	host->is_handing_over = is_handing_over;
}

/* The key under construction. It begins with the host name. */
struct key {
	char bytes[KEY_SIZE];
	size_t length;
};

static void add_to_key(struct key *key, char separator, const void *bytes, size_t length,
		       size_t max)
{
	if (length == 0)
		return;
	if (length > max)
		length = max;
	key->bytes[key->length++] = separator;
	memcpy(key->bytes + key->length, bytes, length);
	key->length += length;
}

/*
 * Make the key of a record's host: the host name and, if the encoding has one, the boot id, because
 * a log may mix lines of several boots. Without a name, the machine id and the lane distinguish
 * machines.
 */
static struct intake_text make_key(const struct intake_recogniser *recogniser,
				   const struct intake_record *record, size_t *ret_name_length,
				   struct key *key)
{
	struct intake_text name = record->host.length > 0 ? record->host : recogniser->default_host;

	if (name.length >= INTAKE_HOST_SIZE)
		name.length = INTAKE_HOST_SIZE - 1;
	*ret_name_length = name.length;
	if (record->boot_id.length == 0 && record->lane == 0 && record->machine_id.length == 0)
		return name;
	key->length = 0;
	if (name.length > 0)
		memcpy(key->bytes, name.at, name.length);
	key->length = name.length;
	add_to_key(key, '\n', record->boot_id.at, record->boot_id.length, INTAKE_BOOT_ID_SIZE - 1);
	if (record->host.length == 0)
		add_to_key(key, '\t', record->machine_id.at, record->machine_id.length,
			   MACHINE_ID_MAX);
	if (record->lane != 0)
		add_to_key(key, '\r', &record->lane, sizeof(record->lane), sizeof(record->lane));
	return (struct intake_text){ .at = key->bytes, .length = key->length };
}

static bool have_same_name(const struct intake_host_state *one,
			   const struct intake_host_state *other)
{
	return one->name_length == other->name_length &&
	       memcmp(one->entry.name.at, other->entry.name.at, one->name_length) == 0;
}

/* Report the earlier boots of a host before its new boot, whether or not they are over. */
static void settle_boots_before(struct intake_recogniser *recogniser,
				const struct intake_host_state *host)
{
	for (struct intake_host *entry = host->entry.older; entry; entry = entry->older) {
		struct intake_host_state *other = (struct intake_host_state *)entry;

		if (have_same_name(host, other))
			intake_settle(recogniser, other);
	}
}

void intake_remove_host(struct intake_recogniser *recogniser, struct intake_host_state *host)
{
	recogniser->handing_over -= host->is_handing_over;
	intake_boot_facts_deinit(&host->facts);
	intake_host_table_remove(&recogniser->hosts, &host->entry);
}

struct intake_host_state *intake_find_host(struct intake_recogniser *recogniser,
					   const struct intake_record *record)
{
	struct key key;
	size_t name_length;
	struct intake_text name = make_key(recogniser, record, &name_length, &key);
	struct intake_host *entry = intake_host_table_find(&recogniser->hosts, name);

	if (entry)
		return (struct intake_host_state *)entry;
	if (recogniser->hosts.count >= recogniser->hosts_max) {
		struct intake_host_state *oldest =
			(struct intake_host_state *)recogniser->hosts.oldest;

		recogniser->sink->fault(recogniser->sink->data, INTAKE_FAULT_TOO_MANY_HOSTS,
					record->offset);
		intake_end_boot(recogniser, oldest);
		intake_remove_host(recogniser, oldest);
	}
	entry = intake_host_table_add(&recogniser->hosts, name);
	if (!entry)
		return NULL;
	((struct intake_host_state *)entry)->name_length = name_length;
	intake_begin_boot(recogniser, (struct intake_host_state *)entry, record);
	if (record->boot_id.length > 0)
		settle_boots_before(recogniser, (struct intake_host_state *)entry);
	return (struct intake_host_state *)entry;
}

/*
 * Return 0 for lines that are not from the kernel or have no time. If other lines of the host have
 * the kernel's time, use only the kernel's time.
 */
uint64_t intake_clock_of(const struct intake_host_state *host, const struct intake_record *record)
{
	if (record->is_from_user || (host->is_timed && !record->has_uptime))
		return 0;
	return intake_record_clock_us(record);
}

static bool goes_back(const struct intake_host_state *host, const struct intake_record *record)
{
	uint64_t clock_us = intake_clock_of(host, record);
	uint64_t tolerance_us =
		host->facts.event.end == INTAKE_END_UNKNOWN ? CLOCK_BACK_US : CLOCK_BACK_AT_END_US;

	return clock_us > 0 && host->clock_us > clock_us + tolerance_us;
}

/*
 * Return whether the release or the sequence number, which netconsole and /dev/kmsg provide, shows
 * that a record is from another boot.
 */
static bool is_of_another_boot(const struct intake_host_state *host,
			       const struct intake_record *record)
{
	const char *release = host->facts.event.release;

	if (record->release.length > 0 && release[0] &&
	    (strlen(release) != record->release.length ||
	     memcmp(release, record->release.at, record->release.length) != 0))
		return true;
	return record->has_sequence && record->sequence < host->sequence && record->has_uptime &&
	       record->uptime_us < host->uptime_us;
}

/*
 * The kernel has printed lines with times before this banner. There are two cases. If the banner
 * has a later time, the same clock is still running. If the banner has no time, the kernel did not
 * print it; a program did, and it can only print the banner of the running kernel. In a syslog, the
 * prefix names the program, so a banner of the kernel is not from a program. In both cases, a line
 * that shows the start of another kernel takes precedence, because some clocks are not reset by a
 * kexec.
 */
bool intake_is_copied_banner(const struct intake_host_state *host,
			     const struct intake_record *record)
{
	const struct intake_boot_facts *facts = &host->facts;

	if (record->is_from_user || !host->is_timed || host->uptime_us == 0 ||
	    facts->event.end == INTAKE_END_CRASH || intake_handover_is_open(&host->handover) ||
	    !intake_boot_begins(record->text))
		return false;
	if (record->has_uptime)
		return facts->banner_us < CLOCK_START_US && record->uptime_us > 0 &&
		       record->uptime_us >= host->uptime_us;
	return record->syslog != INTAKE_SYSLOG_SURE &&
	       (!facts->has_banner || intake_boot_facts_have_banner(facts, record->text));
}

/*
 * A boot begins with a banner. If the first lines are missing, a clock or a sequence number that
 * goes backwards, or another release, shows the new boot. The kernel's clock only goes backwards at
 * a boot.
 */
bool intake_is_new_boot(const struct intake_host_state *host, const struct intake_record *record)
{
	if (record->boot_id.length > 0)
		return false; /* another boot would have another key */
	if (!record->is_from_user && intake_boot_begins(record->text))
		return host->has_lines;
	return goes_back(host, record) || is_of_another_boot(host, record);
}

/*
 * A program may print a single line with an unrelated time. The report ends only if the time of the
 * next line also went back.
 */
bool intake_is_odd_line(struct intake_host_state *host, const struct intake_record *record)
{
	bool was_back = host->went_back;

	host->went_back = goes_back(host, record) && !intake_boot_begins(record->text) &&
			  !intake_is_restart(record->text);
	return host->went_back && !was_back && host->busy > 0;
}

uint64_t intake_recogniser_boot_offset(const struct intake_recogniser *recogniser)
{
	const struct intake_host_state *newest =
		(const struct intake_host_state *)recogniser->hosts.newest;
	uint64_t offset = newest ? newest->offset : 0;

	for (struct intake_host *entry = recogniser->hosts.oldest; entry; entry = entry->newer) {
		const struct intake_host_state *host = (const struct intake_host_state *)entry;

		/* With several hosts, a resumed run would start inside a boot of another host. */
		if (!have_same_name(host, newest))
			return 0;
		if (host->offset > offset)
			offset = host->offset;
	}
	return offset;
}
