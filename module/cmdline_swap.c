// SPDX-License-Identifier: GPL-2.0-only
/*
 * Replace the command line that an image owns, from the handler of a probe.
 *
 * The kernel frees the command line of an image with kfree() when the load ends. The new one must
 * therefore be memory of its own, which a probe handler cannot allocate: it may count as NMI
 * context. A few buffers are allocated in advance. After one was used, an irq_work, which can be
 * queued in any context, starts a worker that frees the old command line and allocates again.
 */
#include <linux/irq_work.h>
#include <linux/kexec.h>
#include <linux/kprobes.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/workqueue.h>

#include "kexec_lineage.h"

/* Loads that may follow each other before the worker runs. */
#define SLOTS 4

/* @spare: a buffer of LINEAGE_LINE_SIZE, or NULL; @old: a command line to free, or NULL */
static struct slot {
	char *spare;
	char *old;
} slots[SLOTS];

static void refill(struct work_struct *work)
{
	size_t i;

	for (i = 0; i < SLOTS; i++) {
		kfree(xchg(&slots[i].old, NULL));
		if (READ_ONCE(slots[i].spare))
			continue;
		/* Pairs with the acquire in lineage_cmdline_swap(). */
		smp_store_release(&slots[i].spare, kmalloc(LINEAGE_LINE_SIZE, GFP_KERNEL));
	}
}

static DECLARE_WORK(refill_work, refill);

static void start_worker(struct irq_work *work)
{
	schedule_work(&refill_work);
}

static struct irq_work used_work;

/**
 * lineage_cmdline_swap() - give an image a new command line
 * @image: an image that is being loaded, before its loader is called
 * @line: NUL-terminated
 * @size: bytes at @line including the NUL, at most LINEAGE_LINE_SIZE
 *
 * For the handler of a probe. The kernel runs one load at a time, so that no two handlers run.
 *
 * Return: 0, or -ENOMEM if no buffer is left.
 */
int lineage_cmdline_swap(struct kimage *image, const char *line, size_t size)
{
	size_t i;

	for (i = 0; i < SLOTS; i++) {
		/* Pairs with the release in refill(). */
		char *spare = smp_load_acquire(&slots[i].spare);

		if (!spare || READ_ONCE(slots[i].old))
			continue;
		WRITE_ONCE(slots[i].spare, NULL);
		memcpy(spare, line, size);
		WRITE_ONCE(slots[i].old, image->cmdline_buf);
		image->cmdline_buf = spare;
		image->cmdline_buf_len = size;
		irq_work_queue(&used_work);
		return 0;
	}
	return -ENOMEM;
}
NOKPROBE_SYMBOL(lineage_cmdline_swap);

/* Call it before the first lineage_cmdline_swap(). */
void __init lineage_cmdline_swap_init(void)
{
	init_irq_work(&used_work, start_worker);
	refill(NULL);
}

/* Call it when no probe handler can call lineage_cmdline_swap() any more. */
void lineage_cmdline_swap_exit(void)
{
	size_t i;

	irq_work_sync(&used_work);
	cancel_work_sync(&refill_work);
	for (i = 0; i < SLOTS; i++) {
		kfree(slots[i].old);
		kfree(slots[i].spare);
		slots[i] = (struct slot){};
	}
}
