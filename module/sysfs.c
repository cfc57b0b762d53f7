// SPDX-License-Identifier: GPL-2.0-only
/* Show the lineage in /sys/kernel/kexec_lineage, one value per file. */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/kobject.h>
#include <linux/printk.h>
#include <linux/sysfs.h>

#include "core/release.h"
#include "kexec_lineage.h"

static struct kobject *folder;

static ssize_t boot_show(struct kobject *kobj, struct kobj_attribute *attribute, char *buffer)
{
	lineage_boot_id_read(); /* if the id could not be read at load */
	return sysfs_emit(buffer, "%s\n", lineage_boot_text(lineage_self.boot));
}

static ssize_t previous_release_show(struct kobject *kobj, struct kobj_attribute *attribute,
				     char *buffer)
{
	lineage_boot_id_read(); /* if the id could not be read at load */
	return sysfs_emit(buffer, "%s\n", lineage_self.previous_release);
}

/* Print an empty line if the count is unknown, because 0 means a cold boot. */
static ssize_t kexec_count_show(struct kobject *kobj, struct kobj_attribute *attribute,
				char *buffer)
{
	if (!lineage_self.has_count)
		return sysfs_emit(buffer, "\n");
	return sysfs_emit(buffer, "%u\n", lineage_self.lineage.count);
}

static ssize_t chain_show(struct kobject *kobj, struct kobj_attribute *attribute, char *buffer)
{
	size_t position = 0;
	size_t length;

	BUILD_BUG_ON(LINEAGE_CHAIN_TEXT_MAX + 1 > PAGE_SIZE);
	length = lineage_chain_text(&lineage_self.lineage, &position, buffer,
				    LINEAGE_CHAIN_TEXT_MAX);
	buffer[length] = '\n';
	return length + 1;
}

static ssize_t next_stamp_show(struct kobject *kobj, struct kobj_attribute *attribute, char *buffer)
{
	return sysfs_emit(buffer, "%s\n", lineage_self.next);
}

/* Empty if no kernel is loaded, or if the release of the loaded kernel is unknown. */
static ssize_t loaded_release_show(struct kobject *kobj, struct kobj_attribute *attribute,
				   char *buffer)
{
	char release[LINEAGE_RELEASE_SIZE];

	lineage_loaded_release(release);
	return sysfs_emit(buffer, "%s\n", release);
}

/* For the caller of kexec_load(), which passes no image to the kernel. */
static ssize_t loaded_release_store(struct kobject *kobj, struct kobj_attribute *attribute,
				    const char *buffer, size_t size)
{
	size_t length = size > 0 && buffer[size - 1] == '\n' ? size - 1 : size;
	int err;

	if (!lineage_release_is_valid(buffer, length))
		return -EINVAL;
	err = lineage_loaded_set_release(buffer, length);
	return err ? err : size;
}

static struct kobj_attribute boot = __ATTR_RO(boot);
static struct kobj_attribute previous_release = __ATTR_RO(previous_release);
static struct kobj_attribute kexec_count = __ATTR_RO(kexec_count);
static struct kobj_attribute chain = __ATTR_RO(chain);
static struct kobj_attribute next_stamp = __ATTR_RO(next_stamp);
static struct kobj_attribute loaded_release = __ATTR_RW(loaded_release);

static struct attribute *attributes[] = {
	&boot.attr,  &previous_release.attr, &kexec_count.attr,
	&chain.attr, &next_stamp.attr,	     &loaded_release.attr,
	NULL,
};

/* No file is better than one that is empty although a kernel is loaded. */
static umode_t is_visible(struct kobject *kobj, struct attribute *attribute, int index)
{
	return attribute != &loaded_release.attr || lineage_loaded_is_known() ? attribute->mode : 0;
}

static const struct attribute_group group = {
	.attrs = attributes,
	.is_visible = is_visible,
};

void __init lineage_sysfs_init(void)
{
	int err = -ENOMEM;

	folder = kobject_create_and_add(KBUILD_MODNAME, kernel_kobj);
	if (folder)
		err = sysfs_create_group(folder, &group);
	if (err)
		pr_warn("/sys/kernel/" KBUILD_MODNAME " is incomplete: %d\n", err);
}

void lineage_sysfs_exit(void)
{
	/* Wait for readers. With DEBUG_KOBJECT_RELEASE the last reference is dropped later. */
	kobject_del(folder);
	kobject_put(folder);
}
