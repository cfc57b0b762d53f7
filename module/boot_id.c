// SPDX-License-Identifier: GPL-2.0-only
/* Read and print the kernel's random boot id, which identifies the logs of one boot. */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/cred.h>
#include <linux/ctype.h>
#include <linux/kernel.h>
#include <linux/kprobes.h>
#include <linux/mutex.h>
#include <linux/printk.h>
#include <linux/string.h>
#include <linux/uidgid.h>

#include "kexec_lineage.h"

#define ID_PATH "/proc/sys/kernel/random/boot_id"
#define ID_LENGTH 36 /* UUID_STRING_LEN: 8-4-4-4-12 hexadecimal digits */
#define SHORT_LENGTH 8

static DEFINE_MUTEX(reading);

/* The text to append to the line of a crash; not written once @is_known is set. */
static char suffix[sizeof(" boot ") + SHORT_LENGTH];
static bool is_known;

static bool is_valid(const char *id)
{
	static const char shape[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
	size_t i;

	BUILD_BUG_ON(sizeof(shape) != ID_LENGTH + 1);
	for (i = 0; i < ID_LENGTH; i++)
		if (shape[i] == '-' ? id[i] != '-' : !isxdigit(id[i]))
			return false;
	return true;
}

/*
 * The kernel exports no function that returns the id. It generates the id when the file is first
 * read.
 */
static bool read_id(char ret[ID_LENGTH + 1])
{
	return lineage_proc_read(ID_PATH, ret, ID_LENGTH + 1) == ID_LENGTH && is_valid(ret);
}

/**
 * lineage_boot_id_read() - read and print the boot id, unless this was done already
 *
 * When a built-in module is initialised, /proc is not mounted yet. The id is then read when root
 * first reads a file of the module. Reads by other users are ignored, because another user could
 * have mounted something else on /proc in a private namespace.
 */
void lineage_boot_id_read(void)
{
	char id[ID_LENGTH + 1];

	/* Pairs with the release below. */
	if (smp_load_acquire(&is_known) || !uid_eq(current_euid(), GLOBAL_ROOT_UID) ||
	    !mutex_trylock(&reading))
		return;
	if (!is_known && read_id(id)) {
		scnprintf(suffix, sizeof(suffix), " boot %.*s", SHORT_LENGTH, id);
		pr_info("boot %s\n", id);
		/* If a crash on another CPU sees the flag, it also sees the text. */
		smp_store_release(&is_known, true);
	}
	mutex_unlock(&reading);
}

/** lineage_boot_id_suffix() - text to append to the line of a crash; empty if the id is unknown */
const char *lineage_boot_id_suffix(void)
{
	/* Pairs with the release in lineage_boot_id_read(). */
	return smp_load_acquire(&is_known) ? suffix : "";
}
NOKPROBE_SYMBOL(lineage_boot_id_suffix);
