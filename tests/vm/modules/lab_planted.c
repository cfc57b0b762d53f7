// SPDX-License-Identifier: GPL-2.0-only
/*
 * Two bugs that depend on earlier kernels, for a test of triage.
 *
 * Usage: `insmod lab_planted.ko previous=RELEASE count=N bad_previous=RELEASE`, with the first two
 * values from /sys/kernel/kexec_lineage. Writing "handover" to /sys/kernel/debug/lab_planted
 * crashes only if the previous kernel was the release bad_previous, as if that kernel had left
 * wrong data in memory. Writing "table" crashes from the third kexec on, as if every kexec had used
 * a part of a resource.
 */
#include <linux/debugfs.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#define ENTRIES 2 /* number of kexecs before the table is full */
#define NAME_SIZE 16

static char *previous = "";
module_param(previous, charp, 0444);
static char *bad_previous = "";
module_param(bad_previous, charp, 0444);
static unsigned int count;
module_param(count, uint, 0444);

static int handover = 1;
static int entries[ENTRIES];

/* Read through an address of the bad previous kernel, which is not mapped in this kernel. */
static noinline int lab_read_handover(void)
{
	volatile int *left = strcmp(previous, bad_previous) == 0 ? (volatile int *)8 : &handover;

	return *left;
}

/* Read an entry; the pointer is NULL if the table is full. */
static noinline int lab_walk_table(void)
{
	volatile int *entry = count > ENTRIES ? NULL : &entries[count % ENTRIES];

	return *entry;
}

static ssize_t run(struct file *file, const char __user *buffer, size_t size, loff_t *at)
{
	char name[NAME_SIZE] = "";

	if (size >= sizeof(name) || copy_from_user(name, buffer, size))
		return -EINVAL;
	if (strcmp(strim(name), "handover") == 0)
		return lab_read_handover() < 0 ? -EIO : (ssize_t)size;
	if (strcmp(strim(name), "table") == 0)
		return lab_walk_table() < 0 ? -EIO : (ssize_t)size;
	return -EINVAL;
}

static const struct file_operations operations = {
	.owner = THIS_MODULE,
	.write = run,
};

static struct dentry *control;

static int __init lab_planted_init(void)
{
	control = debugfs_create_file("lab_planted", 0200, NULL, NULL, &operations);
	return PTR_ERR_OR_ZERO(control);
}

static void __exit lab_planted_exit(void)
{
	debugfs_remove(control);
}

module_init(lab_planted_init);
module_exit(lab_planted_exit);
MODULE_DESCRIPTION("Bugs that depend on earlier kernels, for tests");
MODULE_LICENSE("GPL");
