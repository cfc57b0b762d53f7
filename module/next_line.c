// SPDX-License-Identifier: GPL-2.0-only
/*
 * Make the command line of the next kernel: add its stamp, or remove an old one.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/errno.h>
#include <linux/moduleparam.h>
#include <linux/printk.h>
#include <linux/string.h>

#include "core/cmdline.h"
#include "kexec_lineage.h"

static bool autostamp = true;
module_param(autostamp, bool, 0644);
MODULE_PARM_DESC(
	autostamp,
	"add the next kernel's stamp to the command line of every kexec_file_load() (default: on)");

static struct lineage_stamp stamp;

static int make_stamped(const struct lineage_load *load, const struct lineage_target *target,
			size_t length, char line[LINEAGE_LINE_SIZE], size_t *ret_length)
{
	int err = target->stays_empty && lineage_cmdline_is_empty(load->cmdline, length)
			  ? -ENOENT
			  : lineage_self_make_next(&stamp);

	if (err)
		return err;
	if (load->is_capture)
		stamp.kind = LINEAGE_KIND_CAPTURE;
	memcpy(stamp.made_for, target->release, sizeof(stamp.made_for));
	return lineage_cmdline_stamp(load->cmdline, length, &stamp, target->cmdline_limit, line,
				     LINEAGE_LINE_SIZE, ret_length);
}

static const char *reason_without_stamp(int err)
{
	switch (err) {
	case -ENOENT:
		return "the command line is empty";
	case -ENOSPC:
		return "no room on the command line";
	default:
		return "the image cannot be parsed";
	}
}

/*
 * Write the stamped command line to @line. If that fails, only remove old stamps. A load without a
 * command line stays without one.
 * @target: NULL if the image cannot be parsed
 */
static int restamp(const struct lineage_load *load, const struct lineage_target *target,
		   char line[LINEAGE_LINE_SIZE], size_t *ret_length)
{
	size_t length = load->cmdline_size > 0 ? load->cmdline_size - 1 : 0;
	int err = target ? make_stamped(load, target, length, line, ret_length) : -EILSEQ;

	if (!err)
		return 0;
	pr_warn("%s: loading without a stamp\n", reason_without_stamp(err));
	if (load->cmdline_size == 0)
		return -ENODATA;
	return lineage_cmdline_strip(load->cmdline, length, line, LINEAGE_LINE_SIZE, ret_length);
}

/*
 * Remove the stamp that this kernel got itself: the caller copied its command line. Another stamp
 * is from the caller, for example from `kexec-lineage load`.
 */
static int remove_own_stamp(const struct lineage_load *load, char line[LINEAGE_LINE_SIZE],
			    size_t *ret_length)
{
	size_t length = load->cmdline_size > 0 ? load->cmdline_size - 1 : 0;
	struct lineage_parameter found;

	if (lineage_cmdline_find(load->cmdline, length, LINEAGE_STAMP_NAME, &found) == 0 ||
	    !lineage_self_is_own_stamp(found.value, found.value_length))
		return -ENODATA;
	return lineage_cmdline_strip(load->cmdline, length, line, LINEAGE_LINE_SIZE, ret_length);
}

/* Whether loads are stamped. */
bool lineage_next_line_is_on(void)
{
	return READ_ONCE(autostamp) && lineage_self.next_length > 0;
}

/**
 * lineage_next_line() - make the command line of a kernel that is being loaded
 * @load: its image and the command line that the caller gave
 * @target: NULL if the image cannot be parsed
 * @line: set to the new command line, NUL-terminated; may be changed on failure
 * @ret_length: its bytes without the NUL
 *
 * The caller runs one load at a time. Does not sleep or allocate.
 *
 * Return: 0, or a negative errno if the load keeps its command line.
 */
int lineage_next_line(const struct lineage_load *load, const struct lineage_target *target,
		      char line[LINEAGE_LINE_SIZE], size_t *ret_length)
{
	return lineage_next_line_is_on() ? restamp(load, target, line, ret_length)
					 : remove_own_stamp(load, line, ret_length);
}
