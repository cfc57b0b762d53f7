// SPDX-License-Identifier: GPL-2.0-or-later
#include "names.h"

/**
 * struct row - functions with one name
 * @start: how they begin
 * @has: what the rest of their names contains; if NULL, there is no rest
 * @name: the name; if NULL, the rest of the function's name
 *
 * To add a name, add a row, and a report to tests/unit/intake/test_title.c.
 */
struct row {
	const char *start;
	const char *has;
	const char *name;
};

/* Wrappers of system calls, in titles by every rule. */
static const struct row wrappers[] = {
	/* include/linux/syscalls.h, compat.h; before 4.17 SYSC_ */
	{ "__do_sys_", "", NULL },
	{ "__se_sys_", "", NULL },
	{ "__do_compat_sys_", "", NULL },
	{ "__se_compat_sys_", "", NULL },
	{ "SYSC_", "", NULL },
	{ "C_SYSC_", "", NULL },
	/* arch: include/asm/syscall_wrapper.h, also for compat_sys_ */
	{ "__x64_", "sys_", NULL },
	{ "__ia32_", "sys_", NULL },
	{ "__arm64_", "sys_", NULL },
	{ "__s390x_", "sys_", NULL },
	{ "__s390_", "sys_", NULL },
	{ "__riscv_", "sys_", NULL },
	{ 0 },
};

/* Every waiter for the same gets one name, because the hang is in the code that it waits for. */
static const struct row waits[] = {
	{ "synchronize_rcu", "", "synchronize_rcu" },	/* kernel/rcu/tree.c, also _expedited */
	{ "synchronize_sched", "", "synchronize_rcu" }, /* kernel/rcu/tree.c, before 5.1 */
	{ "synchronize_net", "", "synchronize_rcu" },	/* net/core/dev.c */
	/* net/core/rtnetlink.c */
	{ "rtnl_lock", NULL, "rtnl_lock" },
	{ "rtnl_lock_killable", NULL, "rtnl_lock" },
	{ "rtnl_lock_interruptible", NULL, "rtnl_lock" },
	{ 0 },
};

static const struct row hangs[] = {
	{ "smp_call_function", "", "smp_call_function" }, /* kernel/smp.c */
	{ 0 },
};

static const struct row *find(const struct row *rows, struct intake_text function)
{
	for (; rows->start; rows++) {
		struct intake_text rest = function;

		if (!intake_text_take(&rest, rows->start) || (!rows->name && rest.length == 0))
			continue;
		if (rows->has ? !rows->has[0] || intake_text_has(rest, rows->has)
			      : rest.length == 0)
			return rows;
	}
	return NULL;
}

static const struct row *find_shared(struct intake_text function, enum intake_frame_rule rule)
{
	if (rule == INTAKE_FRAME_WAIT)
		return find(waits, function);
	return rule == INTAKE_FRAME_HANG || rule == INTAKE_FRAME_OVERFLOW ? find(hangs, function)
									  : NULL;
}

bool intake_name_is_shared(struct intake_text function, enum intake_frame_rule rule)
{
	return find_shared(function, rule) != NULL;
}

struct intake_text intake_name_of(struct intake_text function, enum intake_frame_rule rule)
{
	const struct row *row = find_shared(function, rule);

	if (!row)
		row = find(wrappers, function);
	if (!row)
		return function;
	return row->name ? intake_text_of(row->name)
			 : intake_text_skip(function, strlen(row->start));
}
