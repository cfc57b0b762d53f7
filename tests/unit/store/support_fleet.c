// SPDX-License-Identifier: GPL-2.0-or-later
#include "support_fleet.h"

#include <stdio.h>
#include <string.h>

#define DAY_S 86400
#define YEAR_S (366 * DAY_S)
#define JUNE_S 76000000 /* a time in June, from a date without a year */
#define NEW_YEAR_S 63072000
#define NEAR_S 8

/** Kinds of pairs: what distinguishes the two boots. */
enum kind {
	LOOP,	      /* a minute between the starts, as in a crash loop */
	LONG,	      /* each boot runs for ten days */
	CLOCK,	      /* a clock that is often not set: equal starts of different boots */
	TWIN_ID,      /* only the kernel's boot id */
	TWIN_RELEASE, /* only the release */
	TWIN_BUILD,   /* only the build */
	TWIN_START,   /* only the start */
	TWIN_LINES,   /* only the first lines */
	CAPTURE,      /* seconds after the first boot, a kernel of unknown release */
	NEAR,	      /* both starts are within the tolerance of one log */
	RENAMED,      /* each boot is stored under both names before the names are joined */
	KINDS,
};

/*
 * Properties of a kind. Each report has all clues in @needed, and one of the clues in @needed_any,
 * because the boots cannot be distinguished without them.
 */
static const struct {
	int distance_s;
	bool has_equal_lines, has_parts;
	int needed, needed_any;
} kinds[KINDS] = {
	[LOOP] = { 60, false, true, CLUE_RELEASE, 0 },
	[LONG] = { 11 * DAY_S, false, true, CLUE_RELEASE, 0 },
	[CLOCK] = { 600, false, true, CLUE_RELEASE, 0 },
	[TWIN_ID] = { 0, true, false, 0, CLUE_ID },
	[TWIN_RELEASE] = { 0, true, false, CLUE_RELEASE, 0 },
	[TWIN_BUILD] = { 0, true, false, CLUE_BUILD, 0 },
	[TWIN_START] = { 600, true, false, CLUE_START, 0 },
	[TWIN_LINES] = { 0, false, false, CLUE_FIRST, 0 },
	[CAPTURE] = { 3, false, false, 0, 0 },
	[NEAR] = { NEAR_S, false, false, 0, 0 },
	[RENAMED] = { 600, false, false, 0, 0 },
};

/* A report of a source always has the clues @always, and may have the clues @sometimes. */
enum source { RECORD, JOURNAL, CONSOLE, PSTORE, MODULE, SYSLOG, BANNER, SOURCES };
static const struct {
	int always, sometimes;
} sources[SOURCES] = {
	[RECORD] = { CLUE_FULL_ID | CLUE_ID | CLUE_RELEASE | CLUE_START, CLUE_FIRST | CLUE_BUILD },
	[JOURNAL] = { CLUE_FULL_ID | CLUE_ID | CLUE_RELEASE,
		      CLUE_START | CLUE_FIRST | CLUE_SAMPLED | CLUE_CRASH | CLUE_BUILD },
	[CONSOLE] = { CLUE_FIRST | CLUE_RELEASE,
		      CLUE_START | CLUE_WALL | CLUE_SAMPLED | CLUE_CRASH | CLUE_BUILD },
	[PSTORE] = { 0, CLUE_START | CLUE_SAMPLED | CLUE_CRASH | CLUE_RELEASE | CLUE_BUILD },
	/* a crash report with only the line of the module */
	[MODULE] = { CLUE_ID, CLUE_START | CLUE_CRASH | CLUE_RELEASE | CLUE_BUILD },
	[SYSLOG] = { CLUE_RELEASE, CLUE_START | CLUE_WALL | CLUE_BUILD },
	[BANNER] = { CLUE_RELEASE, CLUE_BUILD },
};

uint32_t fleet_random(struct fleet *fleet, uint32_t below)
{
	fleet->seed = fleet->seed * 6364136223846793005ULL + 1442695040888963407ULL;
	return (uint32_t)(fleet->seed >> 33) % below;
}

/* Return @bits without some random bits. */
static int some_of(struct fleet *fleet, int bits)
{
	return bits & (int)fleet_random(fleet, 1 << 16);
}

static void make_lines(struct fleet *fleet, struct fleet_boot *boot)
{
	for (int i = 0; i < FLEET_LINES; i++) {
		boot->first[i] = fleet_random(fleet, INT32_MAX);
		boot->sampled[i] = fleet_random(fleet, INT32_MAX);
	}
	for (int i = 0; i < FLEET_CRASH_LINES; i++)
		boot->crash_lines[i] = fleet_random(fleet, INT32_MAX);
}

/* Make one boot. @first: the first boot of the pair, or @boot itself. */
static void make_boot(struct fleet *fleet, struct fleet_boot *boot, const struct fleet_boot *first)
{
	*boot = *first;
	snprintf(boot->id, sizeof(boot->id), "%08x-%04x-4000-8000-%012x",
		 fleet_random(fleet, INT32_MAX), fleet_random(fleet, 0xffff),
		 fleet_random(fleet, INT32_MAX));
	boot->count = boot == first ? fleet_random(fleet, 4) : first->count + 1;
	boot->crashes = (int)fleet_random(fleet, 3);
	boot->crashes_have_uptime = fleet_random(fleet, 2);
	boot->crashes_have_time = !boot->crashes_have_uptime;
	if (boot != first) {
		boot->start += kinds[boot->kind].distance_s;
		boot->wall += kinds[boot->kind].distance_s;
		strcpy(boot->release, boot->kind == TWIN_RELEASE ? "6.2" : "6.1");
		strcpy(boot->build, boot->kind == TWIN_BUILD ? "#2 SMP" : "#1 SMP");
	}
	/* In a loop, the next boot starts two seconds after the lost kexec. */
	boot->lost_time = boot->start + (boot->kind == LOOP ? kinds[LOOP].distance_s - 2 : 40);
	strcpy(boot->lost_release, "6.1");
	if (boot == first || !kinds[boot->kind].has_equal_lines)
		make_lines(fleet, boot);
}

static void make_pair(struct fleet *fleet, int number)
{
	struct fleet_boot *first = &fleet->boots[2 * number];

	*first = (struct fleet_boot){ .release = "6.1", .build = "#1 SMP" };
	first->kind = (int)fleet_random(fleet, KINDS);
	first->host = (int)fleet_random(fleet, FLEET_HOSTS);
	first->start = 1700000000 + number * 30 * DAY_S;
	first->wall = JUNE_S + number * 30 * DAY_S;
	make_boot(fleet, first, first);
	make_boot(fleet, first + 1, first);
}

/* Add most of the lines, because each source lacks some lines. */
static void add_lines(struct fleet *fleet, struct lineage_marks *marks, enum lineage_mark_kind kind,
		      const uint32_t *lines, int count)
{
	int missing = (int)fleet_random(fleet, (uint32_t)count);

	for (int i = 0; i < count; i++)
		if (i != missing && (kind == LINEAGE_MARK_CRASH || fleet_random(fleet, 8) > 0))
			lineage_marks_add(marks, kind, lines[i]);
}

static void set_marks(struct fleet *fleet, struct fleet_report *report)
{
	const struct fleet_boot *boot = &fleet->boots[report->boot];
	struct lineage_marks marks = { 0 };

	if (report->clues & CLUE_FIRST)
		add_lines(fleet, &marks, LINEAGE_MARK_EARLY, boot->first, FLEET_LINES);
	if (report->clues & CLUE_SAMPLED)
		add_lines(fleet, &marks, LINEAGE_MARK_SAMPLED, boot->sampled, FLEET_LINES);
	if (report->clues & CLUE_CRASH)
		add_lines(fleet, &marks, LINEAGE_MARK_CRASH, boot->crash_lines, FLEET_CRASH_LINES);
	lineage_marks_encode(&marks, report->marks);
}

/*
 * Add a report once or twice. Each time, it has other names of the host. It may end earlier than
 * the boot, like a log that was read while it grew.
 */
static void give(struct fleet *fleet, struct fleet_report *report)
{
	const struct fleet_boot *boot = &fleet->boots[report->boot];
	bool has_both = fleet->has_both[boot->host];
	int times = 1 + (int)fleet_random(fleet, 2);

	for (int i = 0; i < times; i++) {
		struct fleet_report *given = &fleet->reports[fleet->count++];

		*given = *report;
		if (!given->has_names)
			given->names =
				(enum fleet_names)(fleet_random(fleet, has_both ? 9 : 8) / 4);
		if (report->is_lost && given->names == FLEET_BOTH)
			given->names = FLEET_MACHINE;
		if (!report->is_part && fleet_random(fleet, 4) == 0) {
			given->clues &= ~(CLUE_SAMPLED | CLUE_CRASH);
			given->crashes = 0;
			given->uptime_s -= 20;
		}
		set_marks(fleet, given);
	}
}

/* A clock that is not set shows the same start at each boot. */
static void unset_clock(struct fleet *fleet, struct fleet_report *report)
{
	if ((report->clues & CLUE_START) && fleet_random(fleet, 3))
		report->clues ^= CLUE_START | CLUE_NO_START;
	if ((report->clues & CLUE_WALL) && fleet_random(fleet, 3))
		report->clues ^= CLUE_WALL | CLUE_NO_WALL;
}

static void report_source(struct fleet *fleet, int boot, enum source source)
{
	const struct fleet_boot *truth = &fleet->boots[boot];
	int needed = kinds[truth->kind].needed, needed_any = kinds[truth->kind].needed_any;
	struct fleet_report report = { .boot = boot, .uptime_s = 50 };

	report.clues = sources[source].always | some_of(fleet, sources[source].sometimes) |
		       (needed & sources[source].sometimes);
	if ((report.clues & needed) != needed || (needed_any && !(report.clues & needed_any)))
		return;
	if (truth->kind == CLOCK)
		unset_clock(fleet, &report);
	report.is_record = source == RECORD;
	report.has_label = source == JOURNAL || source == CONSOLE;
	report.delay_s = report.is_record ? 0 : (int)fleet_random(fleet, 3);
	if (report.clues & CLUE_CRASH || source == MODULE)
		report.crashes = (1 << truth->crashes) - 1;
	if (report.clues & CLUE_FULL_ID)
		snprintf(report.id, sizeof(report.id), "%s", truth->id);
	else
		snprintf(report.id, sizeof(report.id), "log-%016d", 100 * boot + (int)source);
	give(fleet, &report);
}

/*
 * A log that begins in the middle of the boot. After ten days, the clock of the uptimes and the
 * clock of the dates have drifted apart.
 */
static void report_parts(struct fleet *fleet, int boot)
{
	const struct fleet_boot *truth = &fleet->boots[boot];
	struct fleet_report part = { .boot = boot, .is_part = true, .uptime_s = 55 };

	part.clues = some_of(fleet, CLUE_FULL_ID | CLUE_SAMPLED | CLUE_START);
	if (part.clues & CLUE_FULL_ID) {
		part.clues |= CLUE_ID;
		snprintf(part.id, sizeof(part.id), "%s", truth->id);
	} else {
		snprintf(part.id, sizeof(part.id), "part-%016d", 100 * boot);
	}
	part.delay_s = (int)fleet_random(fleet, 3);
	give(fleet, &part);
	if (truth->kind != LONG)
		return;
	part.clues = CLUE_START;
	part.uptime_s = 10 * DAY_S;
	part.delay_s = (int)fleet_random(fleet, 61) - 30;
	snprintf(part.id, sizeof(part.id), "part-%016d", 100 * boot + 1);
	give(fleet, &part);
}

/* Clues that distinguish the lost kexecs of two boots. CLUE_FIRST: lines of these boots. */
static const int lost_clues[] = { CLUE_RELEASE, CLUE_COUNT, CLUE_FIRST };

/*
 * Report a lost kexec from the history of the machine and from a console. Each report has its own
 * id of the boot that started the kexec, and the console may have no dates. If the two boots lose a
 * kexec at the same time, the lost kexecs differ in @differs: a clue, or 0 for the release of the
 * boot.
 */
static void report_lost(struct fleet *fleet, int boot, int differs)
{
	struct fleet_boot *truth = &fleet->boots[boot];
	struct fleet_report lost = { .boot = boot, .is_lost = true, .uptime_s = 20 };
	int random = some_of(fleet, CLUE_START | CLUE_RELEASE | CLUE_COUNT);

	if (differs == CLUE_RELEASE || differs == CLUE_FIRST)
		random &= ~CLUE_COUNT;
	if (differs == CLUE_RELEASE && boot % 2)
		strcpy(truth->lost_release, "6.2");
	if (fleet_random(fleet, 2)) {
		lost.is_record = true;
		lost.clues = CLUE_FULL_ID | CLUE_START | (random & CLUE_RELEASE) | differs;
		if (differs == 0)
			lost.clues |= CLUE_COUNT;
		snprintf(lost.id, sizeof(lost.id), LINEAGE_LOST_PREFIX "%s", truth->id);
		give(fleet, &lost);
	}
	if (differs != CLUE_FULL_ID && fleet_random(fleet, 2)) {
		lost.is_record = false;
		lost.clues = random | differs;
		lost.delay_s = (int)fleet_random(fleet, 100);
		snprintf(lost.id, sizeof(lost.id), LINEAGE_LOST_PREFIX "log-%016d",
			 100 * boot + (int)CONSOLE);
		give(fleet, &lost);
	}
}

/* Report a kernel of unknown release from a dated log. It started seconds after another kernel. */
static void report_capture(struct fleet *fleet, int boot)
{
	struct fleet_report report = { .boot = boot, .clues = CLUE_START, .uptime_s = 50 };

	snprintf(report.id, sizeof(report.id), "log-%016d", 100 * boot);
	give(fleet, &report);
}

/*
 * Report two boots that the machine recorded, from a dated log of each boot, and from a dated log
 * whose start is exactly between the two. The records are read first, because a log without a
 * record would match every boot within the tolerance.
 */
static void report_near(struct fleet *fleet, int boot)
{
	bool is_first = boot % 2 == 0;
	struct fleet_report report = { .boot = boot, .is_record = true, .is_early = true };

	report.has_names = true;
	report.names = FLEET_MACHINE;
	report.uptime_s = 50;
	report.clues = CLUE_FULL_ID | CLUE_ID | CLUE_RELEASE | CLUE_START;
	snprintf(report.id, sizeof(report.id), "%s", fleet->boots[boot].id);
	give(fleet, &report);
	report.is_record = report.is_early = false;
	report.clues = CLUE_RELEASE | CLUE_START;
	report.delay_s = is_first ? 1 : -1;
	snprintf(report.id, sizeof(report.id), "log-%016d", 100 * boot);
	give(fleet, &report);
	if (!is_first)
		return;
	report.is_undecided = true;
	report.delay_s = NEAR_S / 2;
	snprintf(report.id, sizeof(report.id), "log-%016d", 100 * boot + 1);
	give(fleet, &report);
}

/*
 * Report the journal of a boot, and a log twice: the log was first read under the host name, and
 * its lines connect it with the journal. Then it was read under the machine id, and only the id of
 * the log connects the two.
 */
static void report_renamed(struct fleet *fleet, int boot)
{
	struct fleet_report report = { .boot = boot, .uptime_s = 50, .has_names = true };

	report.clues = CLUE_FULL_ID | CLUE_ID | CLUE_RELEASE | CLUE_SAMPLED;
	snprintf(report.id, sizeof(report.id), "%s", fleet->boots[boot].id);
	give(fleet, &report);
	report.clues = CLUE_RELEASE | CLUE_SAMPLED;
	snprintf(report.id, sizeof(report.id), "log-%016d", 100 * boot);
	give(fleet, &report);
	report.clues = CLUE_RELEASE;
	report.names = FLEET_MACHINE;
	give(fleet, &report);
	report.names = FLEET_BOTH;
	snprintf(report.id, sizeof(report.id), "log-%016d", 100 * boot + 1);
	give(fleet, &report);
}

void fleet_make(struct fleet *fleet, uint64_t seed)
{
	memset(fleet, 0, sizeof(*fleet));
	fleet->seed = seed;
	fleet_random(fleet, 2);
	fleet->is_ambiguous = fleet_random(fleet, 4) == 0;
	for (int i = 0; i < FLEET_HOSTS; i++)
		fleet->has_both[i] = fleet_random(fleet, 2);
	for (int i = 0; i < FLEET_BOOTS / 2; i++)
		make_pair(fleet, i);
	for (int i = 0; i < FLEET_BOOTS; i++) {
		int kind = fleet->boots[i].kind;

		if (kind == NEAR)
			report_near(fleet, i);
		else if (kind == RENAMED)
			report_renamed(fleet, i);
		else if (kind == CAPTURE && i % 2)
			report_capture(fleet, i);
		else
			for (int j = 0; j < SOURCES; j++)
				if (fleet_random(fleet, 2))
					report_source(fleet, i, (enum source)j);
		if (kinds[kind].has_parts && fleet_random(fleet, 2))
			report_parts(fleet, i);
		if (kind == LOOP || kind == LONG)
			report_lost(fleet, i, lost_clues[fleet->boots[0].count % 3]);
		if (kind == TWIN_RELEASE)
			report_lost(fleet, i, 0);
		if (kind == TWIN_ID)
			report_lost(fleet, i, CLUE_FULL_ID);
	}
}
