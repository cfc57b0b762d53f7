// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Checks of the kernel whose WARN() or BUG() is about an object of their caller. To add one, also
 * add a title to tests/unit/intake/test_title.c.
 */
#include "checks.h"

/**
 * struct check - the checks of a source file of the kernel
 * @file: the file, as __FILE__ names it
 * @name: name of the failed check
 * @is_allocation: the check is about an allocation; functions that free memory are also in @file
 */
struct check {
	const char *file;
	const char *name;
	bool is_allocation;
};

static const struct check checks[] = {
	{ "lib/refcount.c", "refcount bug", false },	       /* refcount_warn_saturate() */
	{ "include/linux/refcount.h", "refcount bug", false }, /* before 5.5 */
	{ "lib/debugobjects.c", "ODEBUG bug", false },	       /* debug_print_object() */
	{ "lib/kobject.c", "kobject bug", false },	       /* kobject_get(), kobject_put() */
	{ "kernel/locking/lockdep.c", "locking bug", false },  /* DEBUG_LOCKS_WARN_ON() */
	{ "kernel/locking/mutex.c", "locking bug", false },    /* DEBUG_LOCKS_WARN_ON() */
	{ "mm/slab_common.c", "kmalloc bug", true },	       /* kmalloc_slab() */
	{ "mm/util.c", "kmalloc bug", true },		       /* kvmalloc_node() */
	{ "lib/list_debug.c", "corrupted list", false },       /* __list_add_valid() */
	{ "mm/usercopy.c", "bad usercopy", false }, /* usercopy_abort(), usercopy_warn() */
};

const char *intake_check_name(struct intake_text header)
{
	for (size_t i = 0; i < sizeof(checks) / sizeof(*checks); i++)
		if (intake_text_has(header, checks[i].file) &&
		    !(checks[i].is_allocation && intake_text_has(header, "free")))
			return checks[i].name;
	return NULL;
}
