// SPDX-License-Identifier: GPL-2.0-only
/*
 * Keep the release of the kernel that is loaded for the next kexec.
 *
 * The kernel does not export its loaded image. Two of its functions show every change: both load
 * system calls pass each segment of an image to kimage_load_segment() and then install it, and
 * every image that was replaced, unloaded or rejected is passed to kimage_free() (Linux
 * kernel/kexec.c and kernel/kexec_file.c, 5.10 to 7.3). The loaded image is therefore the one whose
 * last segment was loaded last, among those that were not freed.
 *
 * kimage_terminate(), which is called between, is so small that clang inlines it if it optimizes
 * the whole kernel at link time.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/bitops.h>
#include <linux/irqflags.h>
#include <linux/kexec.h>
#include <linux/kprobes.h>
#include <linux/printk.h>
#include <linux/processor.h>
#include <linux/ptrace.h>
#include <linux/string.h>

#include "core/release.h"
#include "kexec_lineage.h"

/*
 * The loaded image, one that is being completed, and those that their loads have not freed yet. A
 * load frees the replaced image after it has let the next load begin.
 */
#define IMAGES_MAX 4

/* An image and its release; empty if unknown. @image is only compared, never dereferenced. */
struct known_image {
	const struct kimage *image;
	char release[LINEAGE_RELEASE_SIZE];
};

/* Images that were completed and not freed, newest first; unused entries have no image. */
static struct known_image images[IMAGES_MAX];

/* The image that its loader was called for last, which has not been completed yet. */
static struct known_image pending;

/*
 * Protects the data above. It is a bit and not a spinlock, because the handler of a probe may count
 * as NMI context, in which lockdep accepts no spinlock that is also taken elsewhere. No handler
 * interrupts its holder: interrupts are off, and no interrupt handler or NMI handler loads kernels.
 */
static unsigned long is_locked;

static unsigned long lock_images(void)
{
	unsigned long flags;

	local_irq_save(flags);
	while (test_and_set_bit_lock(0, &is_locked))
		cpu_relax();
	return flags;
}
NOKPROBE_SYMBOL(lock_images);

static void unlock_images(unsigned long flags)
{
	clear_bit_unlock(0, &is_locked);
	local_irq_restore(flags);
}
NOKPROBE_SYMBOL(unlock_images);

/**
 * lineage_loaded_expect() - note the release of an image that is being loaded
 * @image: the image
 * @release: release that its file contains; empty if unknown
 *
 * For the handler of a probe on the image loader.
 */
void lineage_loaded_expect(const struct kimage *image, const char *release)
{
	unsigned long flags = lock_images();

	pending.image = image;
	strscpy(pending.release, release, sizeof(pending.release));
	unlock_images(flags);
}
NOKPROBE_SYMBOL(lineage_loaded_expect);

/*
 * Whether an argument of kimage_load_segment() is the last segment of the image. It is a pointer in
 * older kernels, and in newer ones (seen in 6.18) an int, whose register has an undefined upper
 * half.
 */
static bool is_last_segment(const struct kimage *image, unsigned long argument)
{
	unsigned long first = (unsigned long)&image->segment[0];
	unsigned long last = (unsigned long)&image->segment[image->nr_segments - 1];

	if (argument >= first && argument <= last)
		return argument == last;
	return (u32)argument == image->nr_segments - 1;
}
NOKPROBE_SYMBOL(is_last_segment);

/* An image that kexec_load() made never was pending, but may have the address of one that was. */
static int enter_segment(struct kprobe *probe, struct pt_regs *regs)
{
	const struct kimage *image = (const struct kimage *)regs_get_kernel_argument(regs, 0);
	unsigned long flags;

	if (image->type == KEXEC_TYPE_CRASH ||
	    !is_last_segment(image, regs_get_kernel_argument(regs, 1)))
		return 0;
	flags = lock_images();
	memmove(&images[1], &images[0], sizeof(images) - sizeof(images[0]));
	if (pending.image == image && image->file_mode)
		images[0] = pending;
	else
		images[0] = (struct known_image){ .image = image };
	pending = (struct known_image){};
	unlock_images(flags);
	return 0;
}
NOKPROBE_SYMBOL(enter_segment);

static int enter_free(struct kprobe *probe, struct pt_regs *regs)
{
	const struct kimage *image = (const struct kimage *)regs_get_kernel_argument(regs, 0);
	unsigned long flags;
	size_t i;

	if (!image)
		return 0;
	flags = lock_images();
	for (i = 0; i < IMAGES_MAX; i++) {
		if (images[i].image != image)
			continue;
		memmove(&images[i], &images[i + 1], (IMAGES_MAX - 1 - i) * sizeof(images[0]));
		images[IMAGES_MAX - 1] = (struct known_image){};
		break;
	}
	unlock_images(flags);
	return 0;
}
NOKPROBE_SYMBOL(enter_free);

static struct kprobe segment_probe = {
	.symbol_name = "kimage_load_segment",
	.pre_handler = enter_segment,
};

static struct kprobe free_probe = {
	.symbol_name = "kimage_free",
	.pre_handler = enter_free,
};

static bool is_known;

/** lineage_loaded_is_known() - whether the loaded image is tracked */
bool lineage_loaded_is_known(void)
{
	return is_known;
}

/**
 * lineage_loaded_release() - copy the release of the loaded kernel
 * @ret: NUL-terminated; empty if no kernel is loaded or its release is unknown
 *
 * Does not sleep or allocate.
 */
void lineage_loaded_release(char ret[LINEAGE_RELEASE_SIZE])
{
	unsigned long flags = lock_images();

	memcpy(ret, images[0].release, LINEAGE_RELEASE_SIZE);
	unlock_images(flags);
}

/**
 * lineage_loaded_set_release() - set the release of a loaded kernel that has none
 * @release: a valid release; no NUL needed
 * @length: bytes at @release
 *
 * kexec_load() gets no image file, so only its caller knows the release.
 *
 * Return: 0; -ENOENT if no kernel is loaded; -EEXIST if its release is known.
 */
int lineage_loaded_set_release(const char *release, size_t length)
{
	unsigned long flags = lock_images();
	int err = 0;

	if (!images[0].image)
		err = -ENOENT;
	else if (images[0].release[0])
		err = -EEXIST;
	else
		memcpy(images[0].release, release, length);
	unlock_images(flags);
	return err;
}

/* If a probe cannot be registered, report it once and continue without loaded_release. */
void __init lineage_loaded_init(void)
{
	int err = register_kprobe(&free_probe);

	if (!err) {
		err = register_kprobe(&segment_probe);
		if (err)
			unregister_kprobe(&free_probe);
	}
	if (err)
		pr_notice("loaded_release is off: the loaded kernel cannot be tracked (%d)\n", err);
	is_known = !err;
}

void lineage_loaded_exit(void)
{
	if (!is_known)
		return;
	unregister_kprobe(&segment_probe);
	unregister_kprobe(&free_probe);
}
