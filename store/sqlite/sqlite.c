// SPDX-License-Identifier: GPL-2.0-or-later
/* Table of functions of the SQLite back end. */
#include "sqlite.h"

const struct store_backend sqlite_backend = {
	.batch_max = 1000, /* limits the loss in a power cut, and the wait of other writers */
	.open = sqlite_open,
	.close = sqlite_close,
	.set_aside = sqlite_set_aside,
	.add_boot = sqlite_add_boot,
	.rename_host = sqlite_rename_host,
	.add_part = sqlite_add_part,
	.end_boot = sqlite_end_boot,
	.set_kexec = sqlite_set_kexec,
	.add_crash = sqlite_add_crash,
	.begin_batch = sqlite_begin_batch,
	.end_batch = sqlite_end_batch,
	.list_boots = sqlite_list_boots,
	.list_crashes = sqlite_list_crashes,
	.list_transitions = sqlite_list_transitions,
	.list_crash_transitions = sqlite_list_crash_transitions,
	.list_signatures = sqlite_list_signatures,
	.list_chains = sqlite_list_chains,
	.list_shared_crashes = sqlite_list_shared_crashes,
	.list_lengths = sqlite_list_lengths,
	.list_crash_lengths = sqlite_list_crash_lengths,
	.list_host_days = sqlite_list_host_days,
	.has_one_host = sqlite_has_one_host,
	.list_hosts = sqlite_list_hosts,
	.remove = sqlite_remove,
	.restrict_to = sqlite_restrict,
	.list_looks = sqlite_list_looks,
	.add_look = sqlite_add_look,
};
