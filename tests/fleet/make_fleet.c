// SPDX-License-Identifier: GPL-2.0-or-later
/* Write a simulated fleet to a store: make_fleet URL KIND BOOTS RATE EFFECT [SEED [real]] */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fleet_store.h"
#include "store/store.h"

static enum fleet_kind find_kind(const char *name)
{
	enum fleet_kind kind = FLEET_NONE;

	while (kind < FLEET_KINDS && strcmp(name, fleet_kind_name(kind)) != 0)
		kind++;
	return kind;
}

static void print_usage(void)
{
	fprintf(stderr, "usage: make_fleet URL KIND BOOTS RATE EFFECT [SEED [real]]\nKIND:");
	for (enum fleet_kind kind = FLEET_NONE; kind < FLEET_KINDS; kind++)
		fprintf(stderr, " %s", fleet_kind_name(kind));
	fputc('\n', stderr);
}

int main(int argc, char **argv)
{
	struct fleet_plan plan = { .seed = 1, .boots_per_host = 40 };
	struct store *store = NULL;
	int error;

	if (argc < 6 || argc > 8 || (argc == 8 && strcmp(argv[7], "real") != 0) ||
	    find_kind(argv[2]) == FLEET_KINDS) {
		print_usage();
		return 2;
	}
	plan.kind = find_kind(argv[2]);
	plan.boots = strtoull(argv[3], NULL, 10);
	plan.rate = atof(argv[4]);
	plan.effect = atof(argv[5]);
	plan.seed = argc > 6 ? strtoull(argv[6], NULL, 10) : 1;
	plan.has_real_names = argc > 7;
	error = store_open(argv[1], STORE_WRITE, &store);
	if (!error)
		error = fleet_write(store, &plan);
	if (error)
		fprintf(stderr, "make_fleet: %s\n", store_error(store));
	store_close(store);
	return error ? 1 : 0;
}
