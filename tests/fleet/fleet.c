// SPDX-License-Identifier: GPL-2.0-or-later
#include "fleet.h"

#include <gsl/gsl_rng.h>
#include <stdlib.h>

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

struct fleet {
	struct fleet_plan plan;
	gsl_rng *random;
	uint64_t left;
	struct fleet_boot last;
};

const char *fleet_kind_name(enum fleet_kind kind)
{
	static const char *const names[FLEET_KINDS] = { "none", "transition", "count", "both",
							"confounded" };

	return names[kind];
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
	if (!fleet->random) {
		free(fleet);
		return NULL;
	}
	gsl_rng_set(fleet->random, plan->seed);
	return fleet;
}

void fleet_destroy(struct fleet *fleet)
{
	if (!fleet)
		return;
	gsl_rng_free(fleet->random);
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

/*
 * Choose the next release of a machine. With FLEET_CONFOUNDED, machines of FLEET_BAD_MODEL often
 * make a detour to FLEET_BAD_ORIGIN and then to FLEET_RELEASE.
 */
static uint32_t next_release(struct fleet *fleet, const struct fleet_boot *last)
{
	if (fleet->plan.kind == FLEET_CONFOUNDED && last->model == FLEET_BAD_MODEL &&
	    draw(fleet) < DETOUR_SHARE)
		return last->release == FLEET_BAD_ORIGIN ? FLEET_RELEASE : FLEET_BAD_ORIGIN;
	if (draw(fleet) < STAY_SHARE)
		return last->release;
	return draw_below(fleet, FLEET_RELEASES);
}

static bool is_brought_out(const struct fleet_plan *plan, const struct fleet_boot *boot)
{
	bool by_origin = !boot->is_cold && boot->previous == FLEET_BAD_ORIGIN;
	bool by_count = boot->count >= FLEET_BAD_COUNT;

	switch (plan->kind) {
	case FLEET_TRANSITION:
		return by_origin;
	case FLEET_COUNT:
		return by_count;
	case FLEET_BOTH:
		return by_origin || by_count;
	case FLEET_CONFOUNDED:
		return boot->model == FLEET_BAD_MODEL;
	default:
		return false;
	}
}

/* Choose at most one crash, because a crash ends the boot. */
static int draw_crash(struct fleet *fleet, const struct fleet_boot *boot)
{
	double rate = fleet->plan.rate, fault = rate, at = draw(fleet);

	if (boot->release == FLEET_RELEASE && is_brought_out(&fleet->plan, boot))
		fault *= fleet->plan.effect;
	if (at < fault)
		return boot->release == FLEET_RELEASE ? FLEET_FAULT : FLEET_NO_CRASH;
	at = draw(fleet);
	if (at < FLEET_NOISES * rate)
		return (int)(at / rate);
	return FLEET_NO_CRASH;
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
	struct fleet_boot boot = fleet->last;
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
	boot.crash = draw_crash(fleet, &boot);
	fleet->last = boot;
	*ret = boot;
	return true;
}
