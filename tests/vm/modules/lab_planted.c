// SPDX-License-Identifier: GPL-2.0-only
/*
 * A bug that depends on the kexec count, for a test of triage.
 *
 * Usage: `insmod lab_planted.ko count=N`, with the value from /sys/kernel/kexec_lineage. Writing
 * "table" to /sys/kernel/debug/lab_planted crashes from the third kexec on, as if every kexec had
 * used a part of a resource.
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

static unsigned int count;
module_param(count, uint, 0444);

static int entries[ENTRIES];

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
MODULE_DESCRIPTION("A bug that depends on the kexec count, for tests");
MODULE_LICENSE("GPL");
