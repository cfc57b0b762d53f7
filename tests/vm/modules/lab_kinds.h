/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The interface of the modules that crash the kernel.
 *
 * `echo KIND > /sys/kernel/debug/MODULE` crashes in a function lab_KIND(), in the process that
 * writes. Reading the file lists the kinds that this kernel supports, in an order in which they can
 * follow each other.
 */
#ifndef LAB_KINDS_H
#define LAB_KINDS_H

#include <linux/debugfs.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#define LAB_KIND_SIZE 32
#define LAB_LIST_SIZE 4096
#define LAB_OBJECT_SIZE 64

/* Hide from the compiler what a pointer points to, so that it does not warn of the mistake. */
#define LAB_HIDDEN(pointer)                      \
	({                                       \
		typeof(pointer) __p = (pointer); \
		OPTIMIZER_HIDE_VAR(__p);         \
		__p;                             \
	})

/**
 * struct lab_kind - a kind of crash; an entry without a name ends a table
 * @is_here: the kernel supports it
 */
struct lab_kind {
	const char *name;
	void (*run)(void);
	bool is_here;
};

/* The buffer of the process that writes, for crashes at an address of user space. */
static char __user *lab_buffer;

static ssize_t lab_do_kind(struct file *file, const char __user *buffer, size_t size, loff_t *at)
{
	const struct lab_kind *kind = file_inode(file)->i_private;
	char name[LAB_KIND_SIZE] = "";

	if (size >= sizeof(name) || copy_from_user(name, buffer, size))
		return -EINVAL;
	lab_buffer = (char __user *)buffer;
	for (; kind->name; kind++) {
		if (kind->is_here && strcmp(kind->name, strim(name)) == 0) {
			kind->run();
			return size;
		}
	}
	return -EINVAL;
}

static ssize_t lab_list_kinds(struct file *file, char __user *buffer, size_t size, loff_t *at)
{
	const struct lab_kind *kind = file_inode(file)->i_private;
	char *text = kzalloc(LAB_LIST_SIZE, GFP_KERNEL);
	size_t length = 0;
	ssize_t result;

	if (!text)
		return -ENOMEM;
	for (; kind->name; kind++) {
		if (kind->is_here)
			length += scnprintf(text + length, LAB_LIST_SIZE - length, "%s\n",
					    kind->name);
	}
	result = simple_read_from_buffer(buffer, size, at, text, length);
	kfree(text);
	return result;
}

static const struct file_operations lab_operations = {
	.owner = THIS_MODULE,
	.read = lab_list_kinds,
	.write = lab_do_kind,
};

static int lab_offer_kinds(const struct lab_kind *kinds)
{
	return PTR_ERR_OR_ZERO(
		debugfs_create_file(KBUILD_MODNAME, 0600, NULL, (void *)kinds, &lab_operations));
}

#endif /* LAB_KINDS_H */
