// SPDX-License-Identifier: GPL-2.0-only
/*
 * Count the stamps in the command line that each kexec_file_load() has loaded.
 *
 * A probe on kimage_load_segment(), which gets the segments of an image one by one when all have
 * been prepared, inspects them at the first call. The counters are in
 * /sys/module/lineage_observer/parameters: all loads, loads with exactly one stamp, loads with more
 * stamps, loads whose command line has the word "marked", and marked loads with exactly one stamp.
 */
#include <linux/kernel.h>
#include <linux/kexec.h>
#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/string.h>

#define STAMP "kexec_lineage.stamp="
#define MARK "marked"
#define PARAMS_MAX \
	65536 /* larger than boot_params with the command line, smaller than kernel and initrd */

static unsigned long loads, stamped, twice, marked, marked_stamped;
module_param(loads, ulong, 0444);
module_param(stamped, ulong, 0444);
module_param(twice, ulong, 0444);
module_param(marked, ulong, 0444);
module_param(marked_stamped, ulong, 0444);

static unsigned int count(const char *bytes, size_t size, const char *word)
{
	size_t length = strlen(word);
	unsigned int found = 0;
	size_t at;

	for (at = 0; at + length <= size; at++) {
		if (bytes[at] == word[0] && memcmp(bytes + at, word, length) == 0)
			found++;
	}
	return found;
}

static int look(struct kprobe *probe, struct pt_regs *regs)
{
	struct kimage *image = (struct kimage *)regs_get_kernel_argument(regs, 0);
	unsigned int stamps = 0, marks = 0;
	unsigned long i;
	unsigned long first = regs_get_kernel_argument(regs, 1); /* a pointer; in 6.18 an int */

	if (!image->file_mode || (first != (unsigned long)&image->segment[0] && (u32)first != 0))
		return 0;
	for (i = 0; i < image->nr_segments; i++) {
		const struct kexec_segment *segment = &image->segment[i];

		if (segment->bufsz > PARAMS_MAX)
			continue;
		stamps += count(segment->kbuf, segment->bufsz, STAMP);
		marks += count(segment->kbuf, segment->bufsz, MARK);
	}
	loads++;
	stamped += stamps == 1;
	twice += stamps > 1;
	marked += marks > 0;
	marked_stamped += marks > 0 && stamps == 1;
	return 0;
}

static struct kprobe probe = {
	.symbol_name = "kimage_load_segment",
	.pre_handler = look,
};

static int __init lineage_observer_init(void)
{
	return register_kprobe(&probe);
}

static void __exit lineage_observer_exit(void)
{
	unregister_kprobe(&probe);
}

module_init(lineage_observer_init);
module_exit(lineage_observer_exit);
MODULE_DESCRIPTION("Counts stamps in loaded images, for tests");
MODULE_LICENSE("GPL");
