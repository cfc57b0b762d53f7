// SPDX-License-Identifier: GPL-2.0-or-later
#include "fleet.h"

#include <gsl/gsl_rng.h>
#include <stdlib.h>
#include <string.h>

#define COLD_SHARE 0.2
#define STAY_SHARE 0.3 /* share of boots that stay on the same release */
/* FLEET_CONFOUNDED: how often a machine of the bad model chooses the detour in next_release(). */
#define DETOUR_SHARE 0.6

static const char *const releases[FLEET_RELEASES] = {
	"6.12.90", "7.1.4", "7.2.9", "7.2.12", "7.3.1", "7.3.4", "7.3.5", "7.4.0-rc2",
};

static const char *const models[FLEET_MODELS] = { "model A", "model B", "model C" };

static const char *const functions[FLEET_NOISES + 1] = {
	"nvme_poll",	 "ext4_writepages", "tcp_ack",	    "kfree_skb",     "page_fault_in",
	"io_uring_poll", "bpf_map_lookup",  "xfs_iread",    "dm_submit_bio", "rcu_note",
	"irq_domain",	 "mlx5_eq_int",	    "tpm_read_log",
};

#define START 1764547200 /* 2025-12-01 */
#define DAY_S (24 * 60 * 60)
#define INCIDENT_DAY 60
#define INCIDENT_DAYS 2
#define BROKEN_SHARE 0.5
#define RACK_SHARE 0.1
#define INCIDENT_SHARE 0.2

/*
 * @times: a second random generator, for times, so that all kinds of fleets get the same other
 * random numbers
 */
struct fleet {
	struct fleet_plan plan;
	gsl_rng *random;
	gsl_rng *times;
	uint64_t left;
	struct fleet_boot last;
};

const char *fleet_kind_name(enum fleet_kind kind)
{
	static const char *const names[FLEET_KINDS] = { "none",	  "transition", "count",
							"both",	  "confounded", "dose",
							"broken", "rack",	"incident",
							"length" };

	return names[kind];
}

bool fleet_kind_is_named(enum fleet_kind kind, char *const *arguments)
{
	while (*arguments && strcmp(*arguments, fleet_kind_name(kind)) != 0)
		arguments++;
	return *arguments != NULL;
}

const char *fleet_release_name(uint32_t release)
{
	return releases[release];
}

const char *fleet_model_name(uint32_t model)
{
	return models[model];
}

const char *fleet_signature_name(int signature)
{
	return functions[signature];
}

const char *fleet_title(int signature)
{
	static const char *const titles[FLEET_NOISES + 1] = {
		"WARNING in nvme_poll",
		"general protection fault in ext4_writepages",
		"BUG: soft lockup in tcp_ack",
		"BUG: unable to handle kernel NULL pointer dereference in kfree_skb",
		"BUG: unable to handle kernel paging request in page_fault_in",
		"WARNING in io_uring_poll",
		"KASAN: slab-use-after-free in bpf_map_lookup",
		"INFO: task hung in xfs_iread",
		"kernel BUG in dm_submit_bio",
		"INFO: rcu detected stall in rcu_note",
		"WARNING in irq_domain",
		"general protection fault in mlx5_eq_int",
		"BUG: unable to handle kernel paging request in tpm_read_log",
	};

	return titles[signature];
}

struct fleet *fleet_create(const struct fleet_plan *plan)
{
	struct fleet *fleet = calloc(1, sizeof(*fleet));

	if (!fleet)
		return NULL;
	fleet->plan = *plan;
	fleet->left = plan->boots;
	fleet->random = gsl_rng_alloc(gsl_rng_mt19937);
	fleet->times = gsl_rng_alloc(gsl_rng_mt19937);
	if (!fleet->random || !fleet->times) {
		fleet_destroy(fleet);
		return NULL;
	}
	gsl_rng_set(fleet->random, plan->seed);
	gsl_rng_set(fleet->times, plan->seed + 1);
	return fleet;
}

void fleet_destroy(struct fleet *fleet)
{
	if (!fleet)
		return;
	gsl_rng_free(fleet->random);
	gsl_rng_free(fleet->times);
	free(fleet);
}

static double draw(struct fleet *fleet)
{
	return gsl_rng_uniform(fleet->random);
}

static uint32_t draw_below(struct fleet *fleet, uint32_t limit)
{
	return (uint32_t)gsl_rng_uniform_int(fleet->random, limit);
}

bool fleet_kind_has_times(enum fleet_kind kind)
{
	return kind >= FLEET_BROKEN;
}

static bool is_incident(const struct fleet_boot *boot)
{
	int64_t day = (boot->time - START) / DAY_S;

	return day >= INCIDENT_DAY && day < INCIDENT_DAY + INCIDENT_DAYS;
}

static bool is_bad_host(const struct fleet_plan *plan, uint64_t host, uint64_t hosts)
{
	return plan->bad_every ? host % plan->bad_every == 0 : host < hosts;
}

/* Return whether a boot is on a machine, or on a day, that crashes more often. */
static bool is_bad(const struct fleet_plan *plan, const struct fleet_boot *boot)
{
	switch (plan->kind) {
	case FLEET_CONFOUNDED:
		return boot->model == FLEET_BAD_MODEL;
	case FLEET_BROKEN:
		return is_bad_host(plan, boot->host, FLEET_BROKEN_HOSTS);
	case FLEET_RACK:
		return is_bad_host(plan, boot->host, FLEET_RACK_HOSTS);
	case FLEET_INCIDENT:
		return is_incident(boot);
	default:
		return false;
	}
}

/*
 * Choose the next release of a machine. Bad machines, and all machines on bad days, often make a
 * detour to FLEET_BAD_ORIGIN and then to FLEET_RELEASE.
 */
static uint32_t next_release(struct fleet *fleet, const struct fleet_boot *last)
{
	if (is_bad(&fleet->plan, last) && draw(fleet) < DETOUR_SHARE)
		return last->release == FLEET_BAD_ORIGIN ? FLEET_RELEASE : FLEET_BAD_ORIGIN;
	if (draw(fleet) < STAY_SHARE)
		return last->release;
	return draw_below(fleet, FLEET_RELEASES);
}

static bool is_after_bad_origin(const struct fleet_boot *boot)
{
	return !boot->is_cold && boot->previous == FLEET_BAD_ORIGIN;
}

/* Return the probability of the fault in a boot of FLEET_RELEASE. */
static double fault_of(const struct fleet_plan *plan, const struct fleet_boot *boot)
{
	double raised = plan->rate * plan->effect;
	bool by_origin = is_after_bad_origin(boot), by_count = boot->count >= FLEET_BAD_COUNT;
	uint32_t dose = boot->count < FLEET_DOSE_MAX ? boot->count : FLEET_DOSE_MAX;

	switch (plan->kind) {
	case FLEET_TRANSITION:
		return by_origin ? raised : plan->rate;
	case FLEET_COUNT:
		return by_count ? raised : plan->rate;
	case FLEET_BOTH:
		return by_origin || by_count ? raised : plan->rate;
	case FLEET_CONFOUNDED:
		return is_bad(plan, boot) ? raised : plan->rate;
	case FLEET_DOSE:
		return plan->rate + (raised - plan->rate) * dose / FLEET_DOSE_MAX;
	case FLEET_BROKEN:
		return is_bad(plan, boot) ? BROKEN_SHARE : plan->rate;
	case FLEET_RACK:
		return is_bad(plan, boot) ? RACK_SHARE : plan->rate;
	case FLEET_INCIDENT:
		return is_bad(plan, boot) ? INCIDENT_SHARE : plan->rate;
	case FLEET_LENGTH:
		return raised * (double)boot->length_s / (7 * DAY_S);
	default:
		return plan->rate;
	}
}

/* Choose at most one crash, because a crash ends the boot. */
static int draw_crash(struct fleet *fleet, const struct fleet_boot *boot)
{
	double rate = fleet->plan.rate, fault = rate, at = draw(fleet);

	if (boot->release == FLEET_RELEASE)
		fault = fault_of(&fleet->plan, boot);
	if (at < fault)
		return boot->release == FLEET_RELEASE ? FLEET_FAULT : FLEET_NO_CRASH;
	at = draw(fleet);
	if (at < FLEET_NOISES * rate)
		return (int)(at / rate);
	return FLEET_NO_CRASH;
}

/* Set the start and the planned length of a boot that follows @last; NULL for the first boot. */
static void set_times(struct fleet *fleet, struct fleet_boot *boot, const struct fleet_boot *last)
{
	double mean = (double)FLEET_DAYS * DAY_S / fleet->plan.boots_per_host;
	double share = 0.2 + 1.6 * gsl_rng_uniform(fleet->times);

	if (!fleet_kind_has_times(fleet->plan.kind))
		return;
	if (fleet->plan.kind == FLEET_LENGTH)
		mean = is_after_bad_origin(boot) ? 7 * DAY_S : DAY_S;
	boot->time = last ? last->time + last->length_s + 60
			  : START + (int64_t)(DAY_S * gsl_rng_uniform(fleet->times));
	boot->length_s = (int64_t)(mean * share);
}

/* A crash ends a boot at any time. */
static void cut_length(struct fleet *fleet, struct fleet_boot *boot)
{
	if (boot->crash != FLEET_NO_CRASH)
		boot->length_s = (int64_t)((double)boot->length_s * gsl_rng_uniform(fleet->times));
}

static void begin_host(struct fleet *fleet, struct fleet_boot *boot)
{
	boot->model = draw_below(fleet, FLEET_MODELS);
	boot->release = draw_below(fleet, FLEET_RELEASES);
	boot->is_cold = true;
	boot->count = 0;
	boot->number = 0;
}

bool fleet_next(struct fleet *fleet, struct fleet_boot *ret)
{
	const struct fleet_boot last = fleet->last;
	struct fleet_boot boot = last;
	uint32_t release;

	if (fleet->left == 0)
		return false;
	if (fleet->left-- == fleet->plan.boots) {
		begin_host(fleet, &boot);
	} else if (boot.number + 1 == fleet->plan.boots_per_host) {
		boot.host++;
		begin_host(fleet, &boot);
	} else {
		boot.number++;
		release = next_release(fleet, &boot);
		boot.is_cold = boot.crash != FLEET_NO_CRASH || draw(fleet) < COLD_SHARE;
		boot.count = boot.is_cold ? 0 : boot.count + 1;
		boot.previous = boot.release;
		boot.release = release;
	}
	set_times(fleet, &boot, boot.number > 0 ? &last : NULL);
	boot.crash = draw_crash(fleet, &boot);
	cut_length(fleet, &boot);
	fleet->last = boot;
	*ret = boot;
	return true;
}
