// SPDX-License-Identifier: GPL-2.0-or-later
#include "machine_check.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "boot_length.h"
#include "combined.h"
#include "confined.h"
#include "machine_rows.h"
#include "time_at_risk.h"

/*
 * Level at which crashes are considered to cluster on machines. If machines crashed so often that
 * they were left out, the machines differ, and the others may differ as well.
 */
#define CLUSTERED 0.01
#define CLUSTERED_BESIDE_WORST 0.1
#define WITHIN 0.01 /* level of the test within machines if crashes cluster */
/* The same in a sample, since a finding may be kept in any of the samples. */
#define WITHIN_OF_SAMPLE (WITHIN / TRIAGE_SAMPLES)
/* If the machines of other boots have so many times as many boots, machines are compared. */
#define IMBALANCED 1.5
#define LABELS_MAX 64 /* as in confined.c */
#define UNITS 1e4     /* units of time per boot, if the rows are timed */

static bool has_boots(const struct triage_machine_comparison *how,
		      const struct triage_machine_boots *boots)
{
	if (how->left_out && how->left_out[boots->machine])
		return false;
	if (how->is_timed && !boots->is_timed)
		return false;
	if ((how->ancestor || how->within) && !boots->has_chain)
		return false;
	if (how->ancestor && (boots->dose == 0 || boots->origin == how->origin))
		return false;
	if (boots->count == TRIAGE_NO_COUNT && (how->is_within_counts || how->from))
		return false;
	if (how->below && boots->count >= how->below)
		return false;
	return boots->origin != TRIAGE_COLD || !how->is_within_kexecs;
}

static bool is_in_group(const struct triage_machine_comparison *how,
			const struct triage_machine_boots *boots)
{
	bool is_member = how->from ? boots->count >= how->from : boots->origin == how->origin;

	if (how->members)
		is_member = boots->origin != TRIAGE_COLD && how->members[boots->origin];
	if (how->ancestor)
		is_member = (boots->ancestors & how->ancestor) != 0;
	return is_member != how->is_inverse;
}

/*
 * Replace the number of boots of each row with a number of units that is proportional to the
 * crashes expected from its time at risk, with an average of UNITS units per boot. Without a
 * dependence, all units are equally likely to crash.
 */
static void count_times(struct triage_machine_row *rows, size_t count)
{
	double boots = 0, expected = 0;

	for (size_t i = 0; i < count; i++) {
		boots += (double)rows[i].boots;
		expected += rows[i].rate;
	}
	for (size_t i = 0; i < count; i++) {
		double units = rows[i].rate / expected * boots * UNITS;

		rows[i].boots = (uint64_t)fmax(ceil(units), (double)rows[i].crashes);
	}
}

/* Return the number of the stratum of some boots within a label. */
static uint64_t stratum_of(const struct triage_machine_comparison *how,
			   const struct triage_machine_boots *boots)
{
	uint64_t stratum = 0;

	if (how->ancestor)
		stratum = (uint64_t)boots->origin << 32 | boots->dose;
	else if (how->from)
		stratum = boots->origin;
	else if (how->is_within_counts)
		stratum = boots->count;
	/*
	 * Two different strata get the same number only if two 64-bit hashes are equal, which is
	 * unlikely.
	 */
	return how->within ? stratum * 0x9e3779b97f4a7c15 ^
				     (boots->ancestors & how->within) * 0xff51afd7ed558ccd
			   : stratum;
}

int triage_machine_check_comparison(struct triage_machines *machines,
				    const struct triage_finding *finding,
				    struct triage_machine_comparison *ret)
{
	*ret = (struct triage_machine_comparison){ .origin = TRIAGE_COLD,
						   .below = finding->below,
						   .is_inverse = triage_finding_is_inverse(finding),
						   .is_within_counts =
							   !isnan(finding->p_same_count),
						   .is_within_kexecs = !isnan(finding->p_kexeced),
						   .is_timed = finding->is_timed };
	if (finding->origin == TRIAGE_COLD)
		return 0;
	return store_names_add(&machines->origins,
			       machines->exposure->releases.texts[finding->origin], &ret->origin);
}

size_t triage_machine_check_rows(struct triage_machines *machines,
				 const struct triage_machine_comparison *how)
{
	size_t count = 0;

	for (size_t i = 0; i < machines->count; i++) {
		const struct triage_machine_boots *boots = &machines->all[i];
		struct triage_machine_row row = { .machine = boots->machine,
						  .hardware = boots->hardware,
						  .strata = { boots->label,
							      stratum_of(how, boots) },
						  .day = boots->day,
						  .is_in_group = is_in_group(how, boots),
						  .boots = boots->boots,
						  .crashes = boots->crashes,
						  .quiet = boots->boots - boots->crashes,
						  .measured = boots->measured,
						  .length_s = boots->length_s,
						  .timed_crashes = boots->timed_crashes,
						  .uptime_s = boots->uptime_s };

		if (!has_boots(how, boots))
			continue;
		if (how->is_timed)
			row.rate = triage_time_at_risk_expected(&machines->times, boots->band,
								(double)boots->boots,
								(double)boots->at_risk_s);
		machines->rows[count++] = row;
	}
	if (how->is_timed)
		count_times(machines->rows, count);
	return count;
}

/* Count the machines that crashed in the group. */
static int64_t count_machines(const struct triage_machine_row *rows, size_t count)
{
	int64_t machines = 0;
	uint32_t last = UINT32_MAX;

	/* The rows are in the order of the store: by machine. */
	for (size_t i = 0; i < count; i++) {
		if (!rows[i].is_in_group || rows[i].crashes == 0 || rows[i].machine == last)
			continue;
		machines++;
		last = rows[i].machine;
	}
	return machines;
}

/* Count the machines that crashed in the group, from their crashed boots alone. */
static int64_t count_crashed(const struct triage_machines *machines,
			     const struct triage_machine_comparison *how)
{
	uint32_t last = UINT32_MAX;
	uint64_t count = 0;

	for (size_t i = 0; i < machines->count; i++) {
		const struct triage_machine_boots *boots = &machines->all[i];

		if (boots->machine == last || !has_boots(how, boots) || !is_in_group(how, boots))
			continue;
		count += boots->machines;
		last = boots->machine;
	}
	return (int64_t)count;
}

/*
 * Return whether the days of at least 90 % of the crashes are known. If the logs of crashes have no
 * dates, but the logs of other boots have dates, the day shows only which kind of log the boot
 * comes from.
 */
static bool has_days(const struct triage_machine_row *rows, size_t count)
{
	uint64_t crashes = 0, dated = 0;

	for (size_t i = 0; i < count; i++) {
		if (rows[i].is_dropped)
			continue;
		crashes += rows[i].crashes;
		dated += rows[i].day == TRIAGE_NO_DAY ? 0 : rows[i].crashes;
	}
	return dated > 0 && dated * 10 >= crashes * 9;
}

static bool is_any_dated(const struct triage_machine_row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (rows[i].crashes > 0 && rows[i].day != TRIAGE_NO_DAY && !rows[i].is_dropped)
			return true;
	return false;
}

bool triage_machine_check_is_above(double p, double limit)
{
	return !(p <= limit);
}

/*
 * Set @ret to whether boots of the same week show the difference. If the ratio within weeks is
 * clearly smaller than that of all rows, the weeks explain a part of the difference; the rest must
 * then be a finding by itself. The comparison of a count trend need not be significant at @limit.
 */
static int differ_within_weeks(struct triage_machine_row *rows, size_t count, double limit,
			       bool *ret)
{
	struct triage_interval ratio, within;
	double plain = NAN, p = NAN;
	bool is_part;
	int error = triage_machine_rows_fisher(rows, count, TRIAGE_ROWS_BY_WEEK, &p);

	if (!error)
		error = triage_machine_rows_fisher(rows, count, TRIAGE_ROWS_PLAIN, &plain);
	if (!error)
		error = triage_machine_rows_ratio(rows, count, TRIAGE_ROWS_PLAIN, &ratio);
	if (!error)
		error = triage_machine_rows_ratio(rows, count, TRIAGE_ROWS_BY_WEEK, &within);
	is_part = plain <= limit && within.high < ratio.estimate;
	*ret = !triage_machine_check_is_above(p, is_part ? fmin(limit, TRIAGE_FDR) : TRIAGE_FDR);
	return error;
}

/* Set @ret to whether the ratio within strata contradicts the ratio among all rows. */
static int is_contradicted(struct triage_machine_row *rows, size_t count,
			   enum triage_machine_rows_by by, bool *ret)
{
	struct triage_interval ratio, within;
	int error = triage_machine_rows_ratio(rows, count, TRIAGE_ROWS_PLAIN, &ratio);

	if (!error)
		error = triage_machine_rows_ratio(rows, count, by, &within);
	*ret = !error && within.high < ratio.estimate && within.low <= 1;
	return error;
}

/* Return whether crashes cluster on machines. @is_rest: some machines were left out */
static bool do_cluster(struct triage_machine_row *rows, size_t count, bool is_rest)
{
	return triage_machine_rows_clustering_p(rows, count) <=
	       (is_rest ? CLUSTERED_BESIDE_WORST : CLUSTERED);
}

/*
 * Set @ret to true in two cases: pairs of crashes on one machine, of which at least one is a crash
 * of the group, are too frequent; or boots of the same machine show a smaller difference. Here, the
 * other boots include boots of other kexec counts and cold boots, which the comparison may leave
 * out.
 */
static int depend_on_machines(struct triage_machines *machines,
			      const struct triage_machine_comparison *how, bool *ret)
{
	struct triage_machine_comparison all = *how;
	size_t count, dropped;

	all.is_within_counts = all.is_within_kexecs = false;
	count = triage_machine_check_rows(machines, &all);
	dropped = triage_machine_rows_drop_worst(machines->rows, count);
	*ret = do_cluster(machines->rows, count, dropped > 0 || how->left_out);
	return *ret ? 0 : is_contradicted(machines->rows, count, TRIAGE_ROWS_BY_MACHINE, ret);
}

/*
 * Set @ret to whether three tests, in which the crashes of a machine may depend on each other, are
 * significant if combined. If no machine crashed twice, the test of the finding is such a test. The
 * comparison of a count trend need not be significant at @machines->limit.
 */
static int differ_by_machine(const struct triage_machines *machines, size_t count, bool *ret)
{
	/* One crash per machine, each machine a stratum, and a variance by machine. */
	static const double weights[] = { 2, 1, 1 };
	struct triage_machine_row *rows = machines->rows;
	double p[] = { NAN, NAN, NAN };
	double plain = NAN, level = machines->limit_by_machine;
	int error;

	*ret = !triage_machine_rows_has_repeated(rows, count);
	if (*ret)
		return 0;
	error = triage_machine_rows_fisher(rows, count, TRIAGE_ROWS_PLAIN, &plain);
	if (!error)
		error = triage_machine_rows_once(rows, count, &p[0]);
	if (!error)
		error = triage_machine_rows_fisher(rows, count, TRIAGE_ROWS_BY_MACHINE, &p[1]);
	if (!error)
		error = triage_machine_rows_robust(rows, count, &p[2]);
	if (triage_machine_check_is_above(plain, machines->limit))
		level = TRIAGE_FDR;
	*ret = !error && !triage_machine_check_is_above(triage_combined(p, weights, 3), level);
	return error;
}

/*
 * Set @ret to false if the machines of the group have far fewer boots than the others, the
 * difference is due to machines that crash in most of their boots, and not more machines crashed in
 * the group than would have outside of it in as few boots. With so few boots, such a machine is not
 * left out as one of the worst, but outside of the group it is.
 */
static int differ_in_machines(const struct triage_machines *machines, size_t count, bool *ret)
{
	struct triage_machine_row *rows = machines->rows;
	double p = NAN;
	int error = 0;

	*ret = true;
	if (!(triage_machine_rows_imbalance(rows, count) >= IMBALANCED) ||
	    triage_machine_rows_drop_looping(rows, count) == 0)
		return 0;
	error = triage_machine_rows_fisher(rows, count, TRIAGE_ROWS_PLAIN, &p);
	for (size_t i = 0; i < count; i++)
		rows[i].is_dropped = false;
	if (error || !triage_machine_check_is_above(p, machines->limit))
		return error;
	error = triage_machine_rows_crashed_p(rows, count, &p);
	*ret = !triage_machine_check_is_above(p, machines->boots_of == TRIAGE_MACHINES_SAMPLE
							 ? TRIAGE_FDR / TRIAGE_SAMPLES
							 : TRIAGE_FDR);
	return error;
}

/* Whether the length of boots can explain a difference. A lost kexec precedes its boot. */
static bool can_depend_on_length(const struct triage_machines *machines,
				 const struct triage_machine_comparison *how)
{
	return !how->is_timed && !triage_is_lost_kexec(machines->exposure, machines->of->signature);
}

/* Set @ret to whether the length of boots may explain a difference. */
static int depends_on_length(const struct triage_machines *machines,
			     const struct triage_machine_comparison *how, size_t count, bool *ret)
{
	*ret = false;
	if (!can_depend_on_length(machines, how))
		return 0;
	return triage_boot_length_explains(machines->rows, count, machines->limit, ret);
}

/* Find another explanation of the finding. @is_clustered: the result of depend_on_machines(). */
static int find_explanation(const struct triage_machines *machines,
			    const struct triage_machine_comparison *how, size_t count,
			    bool is_clustered, enum triage_doubt *ret,
			    struct triage_weeks *ret_weeks)
{
	struct triage_machine_row *rows = machines->rows;
	double within = NAN;
	bool is_explained, is_different;
	size_t dropped;
	int error = 0;

	*ret = TRIAGE_DOUBT_MACHINES;
	error = differ_in_machines(machines, count, &is_different);
	if (error || !is_different)
		return error;
	dropped = triage_machine_rows_drop_worst(rows, count);
	if (dropped > 0)
		error = triage_machine_rows_fisher(rows, count, TRIAGE_ROWS_PLAIN, &within);
	if (error || (dropped > 0 && triage_machine_check_is_above(within, machines->limit)))
		return error;
	error = differ_by_machine(machines, count, &is_different);
	if (error || !is_different)
		return error;
	if (is_clustered || do_cluster(rows, count, dropped > 0 || how->left_out)) {
		error = triage_machine_rows_fisher(rows, count, TRIAGE_ROWS_BY_MACHINE, &within);
		if (error || triage_machine_check_is_above(within, WITHIN))
			return error;
	}
	*ret = TRIAGE_DOUBT_CALENDAR;
	if (has_days(rows, count)) {
		error = differ_within_weeks(rows, count, machines->limit, &is_different);
		if (error || !is_different)
			return error ? error : triage_weeks_find(rows, count, 7, ret_weeks);
		/* An outage can be shorter than a week. */
		error = is_contradicted(rows, count, TRIAGE_ROWS_BY_DAY, &is_explained);
		if (error || is_explained)
			return error ? error : triage_weeks_find(rows, count, 1, ret_weeks);
	}
	error = depends_on_length(machines, how, count, &is_explained);
	*ret = is_explained ? TRIAGE_DOUBT_BOOT_LENGTH : TRIAGE_DOUBT_NONE;
	return error;
}

/* Set @ret to the label to which the difference of the rows is confined, or NULL. */
static int find_label(const struct triage_machines *machines, size_t count, const char **ret)
{
	const struct store_names *labels = &machines->exposure->labels;
	uint32_t hardware, number;
	bool is_pooled = triage_is_pooled(machines->exposure, machines->of->release);
	int error;

	if (!store_names_find(&machines->hardware, "", &number))
		number = TRIAGE_NO_LABEL;
	error = triage_confined_find(machines->rows, count, number, !is_pooled, &hardware);

	*ret = NULL;
	if (error || hardware == TRIAGE_NO_LABEL)
		return error;
	if (store_names_find(labels, machines->hardware.texts[hardware], &number))
		*ret = labels->texts[number];
	return 0;
}

/* Set @ret to whether boots of one machine, of one week and of one day show the difference. */
static int differ_within(struct triage_machine_row *rows, size_t count, double limit, bool *ret)
{
	static const enum triage_machine_rows_by by[] = { TRIAGE_ROWS_BY_MACHINE,
							  TRIAGE_ROWS_BY_WEEK, TRIAGE_ROWS_BY_DAY };
	size_t tests = is_any_dated(rows, count) ? 3 : 1;
	int error = 0;

	*ret = true;
	for (size_t i = 0; i < tests && *ret && !error; i++) {
		double p = NAN;

		error = triage_machine_rows_fisher(rows, count, by[i], &p);
		*ret = !triage_machine_check_is_above(p, by[i] == TRIAGE_ROWS_BY_WEEK
								 ? fmin(limit, WITHIN_OF_SAMPLE)
								 : WITHIN_OF_SAMPLE);
	}
	return error;
}

/*
 * Set @ret to whether the other labels show the difference, whichever label is left out, so that
 * the difference is not confined to a label. With more labels than LABELS_MAX, none is reported.
 * No row is dropped before or afterwards.
 */
static int differ_without_labels(const struct triage_machines *machines, size_t count, bool *ret)
{
	struct triage_machine_row *rows = machines->rows;
	size_t labels = machines->hardware.count;
	int error = 0;

	*ret = true;
	for (uint32_t label = 0; labels > 1 && label < labels && labels <= LABELS_MAX; label++) {
		double p = NAN;

		for (size_t i = 0; i < count; i++)
			rows[i].is_dropped = rows[i].hardware == label;
		error = triage_machine_rows_fisher(rows, count, TRIAGE_ROWS_PLAIN, &p);
		*ret = !triage_machine_check_is_above(p, WITHIN_OF_SAMPLE);
		if (error || !*ret)
			break;
	}
	for (size_t i = 0; i < count; i++)
		rows[i].is_dropped = false;
	return error;
}

/*
 * Return the side to which the boots of a cell belong; NULL if the comparison leaves them out.
 * @sides: the sums of the other boots and of the group
 */
static struct triage_boot_lengths *side_of(const struct triage_machines *machines,
					   const struct triage_machine_comparison *how,
					   const struct triage_cell *cell,
					   struct triage_boot_lengths sides[2])
{
	char *const *names = machines->exposure->releases.texts;
	struct triage_machine_boots boots = { .origin = TRIAGE_COLD, .count = cell->count };
	bool is_read = cell->origin == TRIAGE_COLD;

	if (!is_read)
		is_read = store_names_find(&machines->origins, names[cell->origin], &boots.origin);
	if (!is_read)
		boots.origin = TRIAGE_COLD - 1;
	if (!has_boots(how, &boots))
		return NULL;
	/* No machine of the sample has the origin, so it is not in @members. */
	if (!is_read && how->members)
		return &sides[how->is_inverse];
	return &sides[is_in_group(how, &boots)];
}

static void add_crash_length(struct triage_boot_lengths *side,
			     const struct triage_crash_length *crash)
{
	if (crash->length_band != STORE_BAND_UNKNOWN) {
		side->measured -= (double)crash->at.boots;
		side->length_s -= (double)crash->length_s;
	}
	if (crash->end_band != STORE_BAND_UNKNOWN) {
		side->timed_crashes += (double)crash->at.boots;
		side->uptime_s += (double)crash->end_s;
	}
}

/* Sum the boots of all machines. @sides: as of side_of(), all zero */
static void sum_sides(const struct triage_machines *machines,
		      const struct triage_machine_comparison *how,
		      struct triage_boot_lengths sides[2])
{
	const struct triage_exposure *all = machines->exposure;
	uint32_t release = machines->of->release, signature = machines->of->signature;
	struct triage_boot_lengths *side;
	size_t i;

	for (i = triage_exposure_find_cells(all, release);
	     i < all->cell_count && all->cells[i].release == release; i++)
		if ((side = side_of(machines, how, &all->cells[i], sides)))
			side->boots += (double)all->cells[i].boots;
	for (i = triage_exposure_find_crashes(all, release, signature);
	     i < all->crash_count && all->crashes[i].at.release == release &&
	     all->crashes[i].signature == signature;
	     i++)
		if ((side = side_of(machines, how, &all->crashes[i].at, sides)))
			side->crashes += (double)all->crashes[i].at.boots;
	for (i = triage_exposure_find_lengths(all, release);
	     i < all->length_count && all->lengths[i].at.release == release; i++) {
		if (!(side = side_of(machines, how, &all->lengths[i].at, sides)))
			continue;
		side->measured += (double)all->lengths[i].at.boots;
		side->length_s += (double)all->lengths[i].length_s;
	}
	for (i = triage_exposure_find_crash_lengths(all, release, signature);
	     i < all->crash_length_count && all->crash_lengths[i].at.release == release &&
	     all->crash_lengths[i].signature == signature;
	     i++)
		if ((side = side_of(machines, how, &all->crash_lengths[i].at, sides)))
			add_crash_length(side, &all->crash_lengths[i]);
}

/*
 * Set @ret to whether the length of boots may explain a difference that a sample shows. If the
 * sample has few crashes with a known uptime, the sums of all machines show it.
 */
static int may_depend_on_length(const struct triage_machines *machines,
				const struct triage_machine_comparison *how, size_t count,
				bool *ret)
{
	struct triage_boot_lengths sides[2] = { 0 };

	*ret = false;
	if (can_depend_on_length(machines, how) &&
	    triage_boot_length_is_sparse(machines->rows, count)) {
		sum_sides(machines, how, sides);
		*ret = triage_boot_length_may_explain(&sides[1], &sides[0]);
	}
	return *ret ? 0 : depends_on_length(machines, how, count, ret);
}

/*
 * Set @ret to whether a sample of machines is enough to keep a finding. The sample must show the
 * difference by itself, in each way in which all machines could be required to show it.
 */
static int is_clear(const struct triage_machines *machines,
		    const struct triage_machine_comparison *how, size_t count, bool *ret)
{
	struct triage_machine_row *rows = machines->rows;
	double p = NAN;
	bool is_explained;
	int error = triage_machine_rows_fisher(rows, count, TRIAGE_ROWS_PLAIN, &p);

	*ret = !triage_machine_check_is_above(p, machines->limit);
	if (!error && *ret)
		error = differ_without_labels(machines, count, ret);
	if (!error && *ret)
		error = differ_in_machines(machines, count, ret);
	if (!error && *ret && triage_machine_rows_drop_worst(rows, count) > 0) {
		error = triage_machine_rows_fisher(rows, count, TRIAGE_ROWS_PLAIN, &p);
		*ret = !triage_machine_check_is_above(p, machines->limit);
	}
	if (!error && *ret)
		error = differ_by_machine(machines, count, ret);
	if (!error && *ret)
		error = differ_within(rows, count, machines->limit, ret);
	if (error || !*ret)
		return error;
	error = may_depend_on_length(machines, how, count, &is_explained);
	*ret = !is_explained;
	return error;
}

/* Check a finding in a sample of machines. Any doubt means that all machines must be read. */
static int check_sample(struct triage_machines *machines,
			const struct triage_machine_comparison *how, enum triage_doubt *ret)
{
	size_t count = triage_machine_check_rows(machines, how);
	bool is_kept = count_machines(machines->rows, count) > 1;
	const char *label = NULL;
	int error = is_kept ? find_label(machines, count, &label) : 0;

	if (!error && is_kept && !label)
		error = is_clear(machines, how, count, &is_kept);
	*ret = is_kept && !label ? TRIAGE_DOUBT_NONE : TRIAGE_DOUBT_MACHINES;
	return error;
}

static int check_all(struct triage_machines *machines, const struct triage_machine_comparison *how,
		     int64_t *ret_hosts, const char **ret_label, enum triage_doubt *ret,
		     struct triage_weeks *ret_weeks)
{
	bool is_clustered;
	int error = depend_on_machines(machines, how, &is_clustered);
	size_t count = triage_machine_check_rows(machines, how);

	if (error)
		return error;
	*ret = TRIAGE_DOUBT_NONE;
	*ret_hosts = count_machines(machines->rows, count);
	error = find_label(machines, count, ret_label);
	if (error || machines->has_one)
		return error;
	if (*ret_hosts == 1) {
		*ret = TRIAGE_DOUBT_ONE_MACHINE;
		return 0;
	}
	return find_explanation(machines, how, count, is_clustered, ret, ret_weeks);
}

int triage_machine_check(struct triage_machines *machines,
			 const struct triage_machine_comparison *how, int64_t *ret_hosts,
			 const char **ret_label, enum triage_doubt *ret,
			 struct triage_weeks *ret_weeks)
{
	*ret_weeks = (struct triage_weeks){ 0 };
	if (machines->boots_of == TRIAGE_MACHINES_ALL)
		return check_all(machines, how, ret_hosts, ret_label, ret, ret_weeks);
	if (machines->boots_of == TRIAGE_MACHINES_SAMPLE)
		return check_sample(machines, how, ret);
	*ret = TRIAGE_DOUBT_NONE;
	*ret_label = NULL;
	*ret_hosts = count_crashed(machines, how);
	return 0;
}
