// SPDX-License-Identifier: GPL-2.0-or-later
#include "identity.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/cleanup.h"
#include "lost.h"

#define HOUR_S 3600
#define DAY_S (24 * HOUR_S)
/* A date without a year is read as a date in 1972, a leap year (intake/decode/time_text.c). */
#define YEAR_S (366 * DAY_S)
#define FIRST_YEAR_S (2 * 365 * DAY_S)
#define ZONE_MAX_S (14 * HOUR_S)
/* Maximum drift between the uptime clock, which is not corrected, and the corrected wall clock. */
#define DRIFT_US_PER_S 50

/* Return whether both texts are known and differ. */
static bool contradict(const char *a, const char *b)
{
	return a && b && a[0] && b[0] && strcmp(a, b) != 0;
}

static bool agree(const char *a, const char *b)
{
	return a && b && a[0] && strcmp(a, b) == 0;
}

/* Return whether @id is one of the blank-separated words of @aliases. */
static bool has_word(const char *aliases, const char *id)
{
	char word[STORE_ALIAS_SIZE];

	while (store_next_id(&aliases, word))
		if (strcmp(word, id) == 0)
			return true;
	return false;
}

bool store_boot_has_id(const struct store_boot *boot, const char *boot_id)
{
	return strcmp(boot->boot_id, boot_id) == 0 || has_word(boot->aliases, boot_id);
}

bool store_boot_started_no_kexec(const struct store_boot *boot)
{
	char buffer[STORE_ALIAS_SIZE];
	const char *id;

	for (size_t i = 0; (id = store_boot_starter(boot, i, buffer)); i++)
		if (boot->end != STORE_END_LOST && store_boot_has_id(boot, id))
			return true;
	return false;
}

/* A kernel's id can match the first digits of an id in the aliases of a row. */
bool store_boot_is_comparable(const struct store_boot *boot)
{
	return boot->has_kernel_id || boot->aliases || boot->marks || boot->has_time ||
	       boot->has_wall_start;
}

static bool is_lost_id(const char *id)
{
	return strncmp(id, LINEAGE_LOST_PREFIX, strlen(LINEAGE_LOST_PREFIX)) == 0;
}

/* Return whether exactly one of two rows is a lost kexec. */
static bool is_one_lost(const struct store_boot *a, const struct store_boot *b)
{
	return (a->end == STORE_END_LOST) != (b->end == STORE_END_LOST);
}

/* The id of a lost kexec identifies only a lost kexec. */
static bool share_an_alias(const struct store_boot *a, const struct store_boot *b)
{
	bool has_lost = a->end == STORE_END_LOST || b->end == STORE_END_LOST;
	const char *rest = b->aliases;
	char word[STORE_ALIAS_SIZE];

	if (has_word(a->aliases, b->boot_id) || has_word(b->aliases, a->boot_id))
		return true;
	while (store_next_id(&rest, word))
		if ((has_lost || !is_lost_id(word)) && has_word(a->aliases, word))
			return true;
	return false;
}

/*
 * Return a text that starts with the first digits of the kernel's boot id, NULL if unknown. A crash
 * report of the module contains only these digits.
 */
static const char *short_id_of(const struct store_boot *boot)
{
	const char *alias = boot->aliases ? strstr(boot->aliases, STORE_SHORT_ID_PREFIX) : NULL;

	if (boot->has_kernel_id)
		return boot->boot_id;
	return alias ? alias + strlen(STORE_SHORT_ID_PREFIX) : NULL;
}

/* Compare the kernel's boot ids; STORE_IDENTITY_UNKNOWN unless both are known. */
static enum store_identity compare_kernel_ids(const struct store_boot *a,
					      const struct store_boot *b)
{
	const char *a_id = short_id_of(a), *b_id = short_id_of(b);
	bool are_equal;

	if (!a_id || !b_id)
		return STORE_IDENTITY_UNKNOWN;
	if (a->has_kernel_id && b->has_kernel_id)
		are_equal = strcmp(a_id, b_id) == 0;
	else
		are_equal = strncmp(a_id, b_id, STORE_SHORT_ID_LENGTH) == 0;
	return are_equal ? STORE_IDENTITY_SAME : STORE_IDENTITY_DIFFERENT;
}

/* Return whether both clocks were set and the start times are too far apart for one boot. */
static bool started_apart(const struct store_boot *a, const struct store_boot *b)
{
	return a->has_time && b->has_time && a->time >= STORE_CLOCK_IS_SET_S &&
	       b->time >= STORE_CLOCK_IS_SET_S &&
	       llabs((long long)(a->time - b->time)) > STORE_START_ERROR_S;
}

bool store_boot_has_set_time(const struct store_boot *boot)
{
	return boot->has_time && boot->time >= STORE_CLOCK_IS_SET_S;
}

/* Return whether the clock of a date without a year was set. An unset clock shows 1 January. */
static bool has_set_wall(const struct store_boot *boot)
{
	int64_t new_year = (boot->wall_start - FIRST_YEAR_S + YEAR_S + ZONE_MAX_S) % YEAR_S;

	return boot->has_wall_start && new_year > 2 * ZONE_MAX_S;
}

static int64_t wall_distance_s(const struct store_boot *a, const struct store_boot *b)
{
	int64_t distance = llabs((long long)(a->wall_start - b->wall_start));

	return distance > YEAR_S / 2 ? llabs(YEAR_S - distance) : distance;
}

/* Return whether the start of a row is from more than the first date of a log. */
static bool is_timed(const struct store_boot *boot)
{
	return store_boot_has_set_time(boot) || (boot->marks && boot->marks[0]);
}

/*
 * Return whether starts without a year can show that two rows are one boot. A log without printk
 * times has no marks, and only its first date. Two such logs of different boots may begin with the
 * same date, if the clock is not set yet, or a year apart.
 */
static bool have_walls(const struct store_boot *a, const struct store_boot *b)
{
	return has_set_wall(a) && has_set_wall(b) && (is_timed(a) || is_timed(b));
}

int64_t store_boot_distance_s(const struct store_boot *a, const struct store_boot *b)
{
	if (store_boot_has_set_time(a) && store_boot_has_set_time(b))
		return llabs((long long)(a->time - b->time));
	if (have_walls(a, b))
		return STORE_START_ERROR_S + 1 + wall_distance_s(a, b);
	return 0;
}

static bool started_within(const struct store_boot *a, const struct store_boot *b,
			   int64_t tolerance_s)
{
	if (store_boot_has_set_time(a) && store_boot_has_set_time(b))
		return llabs((long long)(a->time - b->time)) <= tolerance_s;
	return have_walls(a, b) && wall_distance_s(a, b) <= tolerance_s;
}

static enum lineage_marks_result compare_marks(const char *a, const char *b)
{
	struct lineage_marks a_marks, b_marks;

	if (!a || !a[0] || !b || !b[0])
		return LINEAGE_MARKS_UNKNOWN;
	lineage_marks_decode(a, &a_marks);
	lineage_marks_decode(b, &b_marks);
	return lineage_marks_compare(&a_marks, &b_marks);
}

/* Return whether the marks include first lines of a log. They come before the first colon. */
static bool has_first_lines(const struct store_boot *boot)
{
	return boot->marks && boot->marks[0] && boot->marks[0] != ':';
}

/* Return whether a log shows which boot started this one. The boot's own kexec has an id, too. */
static bool has_known_starter(const struct store_boot *boot)
{
	const char *rest = boot->aliases;
	char word[STORE_ALIAS_SIZE];

	while (store_next_id(&rest, word)) {
		const char *starter = word + strlen(LINEAGE_LOST_PREFIX);

		if (is_lost_id(word) && strcmp(starter, boot->boot_id) != 0 &&
		    !has_word(boot->aliases, starter))
			return true;
	}
	return false;
}

/*
 * Compare a boot with a lost kexec. A log of the boot names the lost kexec if the boot is the
 * kernel that was started, or if the boot did not start it. Without such a log, a kexec out of the
 * same kernel at the same time is the lost one. If a log shows the starter of the boot, and the
 * marks of the lost kexec include first lines of its starter, these have shown that the starters
 * differ.
 */
static enum store_identity compare_with_lost(const struct store_boot *boot,
					     const struct store_boot *lost)
{
	if (share_an_alias(boot, lost))
		return STORE_IDENTITY_SAME;
	if (boot->is_recorded || boot->boot != LINEAGE_BOOT_KEXEC ||
	    !agree(boot->previous_release, lost->previous_release) ||
	    contradict(boot->release, lost->release) ||
	    (boot->has_count && lost->has_count && boot->kexec_count != lost->kexec_count) ||
	    (has_known_starter(boot) && has_first_lines(lost)))
		return STORE_IDENTITY_DIFFERENT;
	return started_within(boot, lost, STORE_START_ERROR_S) ? STORE_IDENTITY_SAME_TIME
							       : STORE_IDENTITY_DIFFERENT;
}

/*
 * Compare two rows, at least one of which is a lost kexec. A lost kexec has no log and no boot id
 * of its own. Its id contains the id of the boot that started it, its marks are those of this boot,
 * and its start is the time of the kexec.
 */
static enum store_identity compare_lost(const struct store_boot *a, const struct store_boot *b)
{
	if (a->end != b->end)
		return compare_with_lost(a->end == STORE_END_LOST ? b : a,
					 a->end == STORE_END_LOST ? a : b);
	if (a->has_kernel_id && b->has_kernel_id)
		return strcmp(a->boot_id, b->boot_id) == 0 ? STORE_IDENTITY_SAME
							   : STORE_IDENTITY_DIFFERENT;
	/* Two sources may name the boot that started it differently (store_lost_aliases()). */
	if (strcmp(a->boot_id, b->boot_id) == 0 || share_an_alias(a, b))
		return STORE_IDENTITY_SAME;
	if (contradict(a->release, b->release) ||
	    contradict(a->previous_release, b->previous_release) ||
	    (a->has_count && b->has_count && a->kexec_count != b->kexec_count))
		return STORE_IDENTITY_DIFFERENT;
	/* A machine can lose two kexecs within minutes: lines show that two boots started them. */
	if (compare_marks(a->marks, b->marks) == LINEAGE_MARKS_DIFFERENT)
		return STORE_IDENTITY_DIFFERENT;
	/* A shutdown records the kexec before the kernel prints that it starts the next one. */
	return started_within(a, b, STORE_START_ERROR_S) ? STORE_IDENTITY_SAME_TIME
							 : STORE_IDENTITY_UNKNOWN;
}

enum store_identity store_boot_compare(const struct store_boot *a, const struct store_boot *b)
{
	enum store_identity by_id;
	enum lineage_marks_result by_marks;

	if (a->end == STORE_END_LOST || b->end == STORE_END_LOST)
		return compare_lost(a, b);
	by_id = compare_kernel_ids(a, b);
	if (by_id != STORE_IDENTITY_UNKNOWN)
		return by_id;
	if (strcmp(a->boot_id, b->boot_id) == 0 || share_an_alias(a, b))
		return STORE_IDENTITY_SAME;
	if (contradict(a->release, b->release) || contradict(a->build, b->build))
		return STORE_IDENTITY_DIFFERENT;
	if (started_apart(a, b))
		return STORE_IDENTITY_DIFFERENT;
	by_marks = compare_marks(a->marks, b->marks);
	if (by_marks != LINEAGE_MARKS_UNKNOWN)
		return by_marks == LINEAGE_MARKS_SAME ? STORE_IDENTITY_SAME
						      : STORE_IDENTITY_DIFFERENT;
	if (agree(a->release, b->release) && started_within(a, b, STORE_START_TOLERANCE_S))
		return STORE_IDENTITY_SAME_TIME;
	return STORE_IDENTITY_UNKNOWN;
}

enum store_identity store_part_compare(const struct store_boot *part, const struct store_boot *row)
{
	enum store_identity identity = store_boot_compare(part, row);
	int64_t tolerance_s =
		STORE_START_TOLERANCE_S + part->last_uptime_us / 1000000 * DRIFT_US_PER_S / 1000000;

	if (identity != STORE_IDENTITY_UNKNOWN)
		return identity;
	if (tolerance_s > STORE_START_ERROR_S)
		tolerance_s = STORE_START_ERROR_S;
	return started_within(part, row, tolerance_s) ? STORE_IDENTITY_SAME_TIME
						      : STORE_IDENTITY_UNKNOWN;
}

/* Return the rank of the source of a lineage; a better source has a higher rank. */
static int rank_of(const struct store_boot *boot)
{
	static const char *const sources[] = {
		"inferred", "stamp", "kho", "log", "module", "record"
	};

	if (boot->boot == LINEAGE_BOOT_UNKNOWN && !boot->previous_release && !boot->has_count)
		return -1;
	for (size_t i = 0; boot->source && i < sizeof(sources) / sizeof(*sources); i++)
		if (strcmp(boot->source, sources[i]) == 0)
			return (int)i + 1;
	return 0;
}

/* Return the number of known facts of a lineage. */
static int knowledge_of(const struct store_boot *boot)
{
	return (boot->boot != LINEAGE_BOOT_UNKNOWN) + (boot->previous_release != NULL) +
	       boot->has_count + boot->chain_is_complete + (boot->chain != NULL);
}

static int compare_texts(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "");
}

/* Compare by a total order, so that the result does not depend on the order of the rows. */
static bool has_better_lineage(const struct store_boot *a, const struct store_boot *b)
{
	int order = rank_of(a) - rank_of(b);

	if (order == 0)
		order = knowledge_of(a) - knowledge_of(b);
	if (order == 0)
		order = compare_texts(b->chain, a->chain);
	if (order == 0)
		order = compare_texts(b->previous_release, a->previous_release);
	if (order == 0)
		order = (int)b->boot - (int)a->boot;
	if (order == 0)
		return a->kexec_count <= b->kexec_count;
	return order > 0;
}

static void merge_lineage(const struct store_boot *a, const struct store_boot *b,
			  struct store_boot *ret)
{
	const struct store_boot *best = has_better_lineage(a, b) ? a : b;

	ret->boot = best->boot;
	ret->previous_release = best->previous_release;
	ret->has_count = best->has_count;
	ret->kexec_count = best->kexec_count;
	ret->chain = best->chain;
	ret->chain_is_complete = best->chain_is_complete;
	ret->source = best->source;
}

/*
 * Return the text that is known. If both are known, return the lesser text, so that the result does
 * not depend on the order of the rows.
 */
static const char *either(const char *a, const char *b)
{
	if (!a || !a[0])
		return b && b[0] ? b : a;
	return !b || !b[0] || strcmp(a, b) <= 0 ? a : b;
}

static bool is_recorded_time(const struct store_boot *boot)
{
	return boot->time_source && strcmp(boot->time_source, "record") == 0;
}

/*
 * Rank the start time: 2 if the machine recorded it; 1 if it is from a clock that was set; 0 if the
 * clock was not set; -1 if unknown.
 */
static int rank_of_time(const struct store_boot *boot)
{
	if (!boot->has_time)
		return -1;
	return (boot->time >= STORE_CLOCK_IS_SET_S) +
	       (boot->time >= STORE_CLOCK_IS_SET_S && is_recorded_time(boot));
}

/*
 * Prefer the start from a log that contains the start of the boot. Otherwise prefer the earlier
 * start: slow delivery of a log can only make the start appear later.
 */
static bool has_better_start(const struct store_boot *a, int64_t a_start,
			     const struct store_boot *b, int64_t b_start)
{
	return a->is_part == b->is_part ? a_start <= b_start : b->is_part;
}

static void merge_wall(const struct store_boot *a, const struct store_boot *b,
		       struct store_boot *ret)
{
	bool is_a = has_better_start(a, a->wall_start, b, b->wall_start);
	const struct store_boot *best = !b->has_wall_start || (a->has_wall_start && is_a) ? a : b;

	ret->has_wall_start = best->has_wall_start;
	ret->wall_start = best->wall_start;
}

/* Use the start with the higher rank. For equal ranks, decide as in merge_wall(). */
static void merge_times(const struct store_boot *a, const struct store_boot *b,
			struct store_boot *ret)
{
	int order = rank_of_time(a) - rank_of_time(b);
	bool is_a = order ? order > 0 : has_better_start(a, a->time, b, b->time);
	const struct store_boot *best = is_a ? a : b;

	ret->has_time = best->has_time;
	ret->time = best->time;
	ret->time_source = best->has_time ? best->time_source : NULL;
	merge_wall(a, b, ret);
	ret->has_last_uptime = a->has_last_uptime || b->has_last_uptime;
	ret->last_uptime_us =
		a->last_uptime_us > b->last_uptime_us ? a->last_uptime_us : b->last_uptime_us;
	ret->has_last_seen = a->has_last_seen || b->has_last_seen;
	ret->last_seen = a->last_seen > b->last_seen ? a->last_seen : b->last_seen;
}

/* An observed end outweighs an end that was derived from missing data. */
static int weight_of_end(enum store_end end)
{
	static const int weights[] = {
		[STORE_END_UNKNOWN] = 0, [STORE_END_RUNNING] = 1, [STORE_END_UNCLEAN] = 2,
		[STORE_END_CLEAN] = 3,	 [STORE_END_KEXEC] = 4,	  [STORE_END_LOST] = 5,
		[STORE_END_CRASH] = 6,
	};

	return weights[end];
}

static void merge_ends(const struct store_boot *a, const struct store_boot *b,
		       struct store_boot *ret)
{
	int order = weight_of_end(a->end) - weight_of_end(b->end);
	const struct store_boot *best = order >= 0 ? a : b;

	ret->end = best->end;
	ret->has_end_time = best->has_end_time;
	ret->end_time = best->end_time;
	if (order == 0 && (!a->has_end_time || (b->has_end_time && b->end_time > a->end_time))) {
		ret->has_end_time = b->has_end_time;
		ret->end_time = b->end_time;
	}
}

/* Use the kexec that was started later. */
static void merge_kexecs(const struct store_boot *a, const struct store_boot *b,
			 struct store_boot *ret)
{
	const struct store_boot *best =
		!b->has_kexec_time || (a->has_kexec_time && a->kexec_time >= b->kexec_time) ? a : b;

	ret->has_kexec_time = best->has_kexec_time;
	ret->kexec_time = best->kexec_time;
	ret->kexec_release = best->kexec_release;
	if (a->has_kexec_time && b->has_kexec_time && a->kexec_time == b->kexec_time)
		ret->kexec_release = either(a->kexec_release, b->kexec_release);
}

/* A label from the user takes precedence over the hardware named in a log. */
static void merge_labels(const struct store_boot *a, const struct store_boot *b,
			 struct store_boot *ret)
{
	if (a->label_is_given == b->label_is_given) {
		ret->label = either(a->label, b->label);
	} else {
		ret->label = a->label_is_given ? a->label : b->label;
		ret->label_is_given = true;
	}
}

static bool is_part_id(const char *id)
{
	return strncmp(id, STORE_PART_PREFIX, strlen(STORE_PART_PREFIX)) == 0;
}

/*
 * Prefer a complete kernel id, then an id with only its first digits, then the lesser of two ids
 * made by ingest.
 */
static bool has_better_id(const struct store_boot *a, const struct store_boot *b)
{
	if (is_part_id(a->boot_id) != is_part_id(b->boot_id))
		return is_part_id(b->boot_id);
	if (a->has_kernel_id != b->has_kernel_id)
		return a->has_kernel_id;
	if (strlen(a->boot_id) != strlen(b->boot_id))
		return strlen(a->boot_id) > strlen(b->boot_id);
	return strcmp(a->boot_id, b->boot_id) <= 0;
}

/* Append the words of @words that @list lacks and that are not @own. */
static int add_words(char **list, const char *words, const char *own)
{
	char word[STORE_ALIAS_SIZE];

	while (store_next_id(&words, word)) {
		char *longer;

		if (strcmp(word, own) == 0 || is_part_id(word) || has_word(*list, word))
			continue;
		if (asprintf(&longer, "%s%s%s", *list ? *list : "", *list ? " " : "", word) < 0)
			return -ENOMEM;
		free(*list);
		*list = longer;
	}
	return 0;
}

/*
 * The boot that started a lost kexec has the ids @ids, separated by blanks. For each of them,
 * append the id that the lost kexec may have.
 */
static int add_lost_ids(char **list, const char *ids, const char *own)
{
	char id[STORE_ALIAS_SIZE], lost[sizeof(LINEAGE_LOST_PREFIX) + STORE_ALIAS_SIZE];
	int error = 0;

	while (!error && store_next_id(&ids, id)) {
		snprintf(lost, sizeof(lost), LINEAGE_LOST_PREFIX "%s", id);
		if (!is_lost_id(id))
			error = add_words(list, lost, own);
	}
	return error;
}

int store_lost_aliases(const struct store_boot *boot, const struct store_boot *starter, char **ret)
{
	LINEAGE_AUTO_FREE char *list = NULL;
	int error = add_words(&list, boot->aliases, boot->boot_id);

	if (!error)
		error = add_lost_ids(&list, starter->boot_id, boot->boot_id);
	if (!error)
		error = add_lost_ids(&list, starter->aliases, boot->boot_id);
	if (!error)
		*ret = LINEAGE_TAKE(list);
	return error;
}

/*
 * Return whether the row is a log that begins in the middle of a boot, and shows that the boot
 * ended in a restart.
 */
static bool is_restart(const struct store_boot *boot)
{
	return boot->is_part && boot->end == STORE_END_CLEAN;
}

static int merge_ids(const struct store_boot *a, const struct store_boot *b,
		     struct store_merged_boot *ret)
{
	const struct store_boot *best = has_better_id(a, b) ? a : b;
	const struct store_boot *other = best == a ? b : a;
	int error;

	ret->boot.boot_id = best->boot_id;
	ret->boot.has_kernel_id = best->has_kernel_id;
	error = add_words(&ret->aliases, best->aliases, best->boot_id);
	if (!error)
		error = add_words(&ret->aliases, other->aliases, best->boot_id);
	if (!error)
		error = add_words(&ret->aliases, other->boot_id, best->boot_id);
	if (!error && (is_restart(a) || is_restart(b) ||
		       store_boot_started_no_kexec(&(struct store_boot){
			       .boot_id = best->boot_id, .aliases = ret->aliases })))
		error = add_lost_ids(&ret->aliases, best->boot_id, best->boot_id);
	ret->boot.aliases = ret->aliases;
	return error;
}

static void merge_marks(const struct store_boot *a, const struct store_boot *b,
			struct store_merged_boot *ret)
{
	struct lineage_marks marks, other;

	lineage_marks_decode(a->marks, &marks);
	lineage_marks_decode(b->marks, &other);
	lineage_marks_join(&marks, &other);
	lineage_marks_encode(&marks, ret->marks);
	ret->boot.marks = ret->marks[0] ? ret->marks : NULL;
}

/*
 * Merge the row of a boot and the row of a lost kexec that this boot disproves. Of the lost kexec,
 * keep only its ids. If this boot is the kernel that was started, it started with the kexec.
 */
static int merge_lost(const struct store_boot *boot, const struct store_boot *lost,
		      struct store_merged_boot *ret)
{
	int error = add_words(&ret->aliases, boot->aliases, boot->boot_id);

	ret->boot = *boot;
	if (!boot->has_time && lost->has_time && is_lost_id(lost->boot_id) &&
	    !store_boot_has_id(boot, lost->boot_id + strlen(LINEAGE_LOST_PREFIX))) {
		ret->boot.has_time = true;
		ret->boot.time = lost->time;
		ret->boot.time_source = "log";
	}
	if (!error)
		error = add_words(&ret->aliases, lost->boot_id, boot->boot_id);
	if (!error)
		error = add_words(&ret->aliases, lost->aliases, boot->boot_id);
	ret->boot.aliases = ret->aliases;
	return error;
}

static int merge_two(const struct store_boot *a, const struct store_boot *b,
		     struct store_merged_boot *ret)
{
	struct store_boot *boot = &ret->boot;

	*ret = (struct store_merged_boot){ .boot = *a };
	merge_lineage(a, b, boot);
	merge_times(a, b, boot);
	merge_ends(a, b, boot);
	merge_kexecs(a, b, boot);
	merge_labels(a, b, boot);
	merge_marks(a, b, ret);
	boot->release = either(a->release, b->release);
	boot->build = either(a->build, b->build);
	boot->build_id = either(a->build_id, b->build_id);
	boot->stamp = either(a->stamp, b->stamp);
	boot->evidence = either(a->evidence, b->evidence);
	boot->conflicts = either(a->conflicts, b->conflicts);
	boot->machine_id = either(a->machine_id, b->machine_id);
	boot->is_recorded = a->is_recorded || b->is_recorded;
	return merge_ids(a, b, ret);
}

int store_boot_merge(const struct store_boot *a, const struct store_boot *b,
		     struct store_merged_boot *ret)
{
	bool is_a_lost = a->end == STORE_END_LOST;
	int error;

	*ret = (struct store_merged_boot){ .aliases = NULL };
	error = is_one_lost(a, b) ? merge_lost(is_a_lost ? b : a, is_a_lost ? a : b, ret)
				  : merge_two(a, b, ret);
	ret->boot.sequence = a->sequence;
	ret->boot.host = a->host;
	if (error)
		store_merged_boot_deinit(ret);
	return error;
}

void store_merged_boot_deinit(struct store_merged_boot *merged)
{
	free(merged->aliases);
	merged->aliases = NULL;
}

bool store_boot_is_equal(const struct store_boot *a, const struct store_boot *b)
{
	const char *const texts[][2] = {
		{ a->boot_id, b->boot_id },
		{ a->aliases, b->aliases },
		{ a->machine_id, b->machine_id },
		{ a->marks, b->marks },
		{ a->time_source, b->time_source },
		{ a->release, b->release },
		{ a->build, b->build },
		{ a->build_id, b->build_id },
		{ a->previous_release, b->previous_release },
		{ a->chain, b->chain },
		{ a->source, b->source },
		{ a->stamp, b->stamp },
		{ a->evidence, b->evidence },
		{ a->conflicts, b->conflicts },
		{ a->label, b->label },
		{ a->kexec_release, b->kexec_release },
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		if (compare_texts(texts[i][0], texts[i][1]) != 0)
			return false;
	return a->has_kernel_id == b->has_kernel_id && a->has_time == b->has_time &&
	       a->time == b->time && a->has_wall_start == b->has_wall_start &&
	       a->wall_start == b->wall_start && a->has_last_uptime == b->has_last_uptime &&
	       a->last_uptime_us == b->last_uptime_us && a->has_last_seen == b->has_last_seen &&
	       a->last_seen == b->last_seen && a->boot == b->boot && a->has_count == b->has_count &&
	       a->kexec_count == b->kexec_count && a->chain_is_complete == b->chain_is_complete &&
	       a->is_recorded == b->is_recorded && a->label_is_given == b->label_is_given &&
	       a->end == b->end && a->has_end_time == b->has_end_time &&
	       a->end_time == b->end_time && a->has_kexec_time == b->has_kexec_time &&
	       a->kexec_time == b->kexec_time;
}
