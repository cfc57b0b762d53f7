/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Functions that stand on a stack without being to blame. */
#ifndef LINEAGE_INTAKE_RECOGNISE_PLUMBING_H
#define LINEAGE_INTAKE_RECOGNISE_PLUMBING_H

#include <stdbool.h>

#include "intake/decode/text.h"

/*
 * Why a function is passed over. A class of crashes (class.c) says which reasons hold for it: a
 * stack that hangs in mutex_lock() is to be blamed on its caller, and so is one that oopses there,
 * for the lock was bad; but what hangs in kobject_put() may well be kobject_put()'s own fault.
 * docs/reference/signatures.md argues each reason. To add a function: data/plumbing.txt, which names these
 * reasons in small letters.
 */
enum intake_plumbing {
	INTAKE_PLUMBING_REPORT = 1 << 0,    /* prints the report, catches the trap, checks */
	INTAKE_PLUMBING_MEMORY = 1 << 1,    /* allocates and frees for its caller */
	INTAKE_PLUMBING_COPY = 1 << 2,	    /* copies, compares, formats what its caller hands it */
	INTAKE_PLUMBING_ATOMIC = 1 << 3,    /* one word: atomics, bits, reference counts */
	INTAKE_PLUMBING_LOCK = 1 << 4,	    /* locks */
	INTAKE_PLUMBING_LIST = 1 << 5,	    /* links: lists, trees */
	INTAKE_PLUMBING_QUEUE = 1 << 6,	    /* queues work and timers for its caller */
	INTAKE_PLUMBING_SCHED = 1 << 7,	    /* waits and schedules for its caller */
	INTAKE_PLUMBING_OBJECT = 1 << 8,    /* adds and removes objects for their owner */
	INTAKE_PLUMBING_USB = 1 << 9,	    /* submits USB requests for a driver */
	INTAKE_PLUMBING_SYSCALL = 1 << 10,  /* from user space to the function of a system call */
	INTAKE_PLUMBING_RCU = 1 << 11,	    /* enters and leaves RCU, or checks that it is held */
	INTAKE_PLUMBING_ALLOCATE = 1 << 12, /* makes and drops sockets, buffers, inodes */
	/* Not passed over by any class; for the two questions below. */
	INTAKE_PLUMBING_DISPATCH = 1 << 13,  /* only calls what somebody else registered */
	INTAKE_PLUMBING_INTERRUPT = 1 << 14, /* entry of an interrupt or exception */
};

/** intake_plumbing_reasons() - for which reasons a function is passed over; 0 for none */
unsigned int intake_plumbing_reasons(struct intake_text function);

/**
 * intake_plumbing_dispatches() - does it only call what somebody else registered?
 *
 * What it calls (the frame above it) is what a hang is named for.
 */
bool intake_plumbing_dispatches(struct intake_text function);

/** intake_plumbing_interrupts() - is it the entry of an interrupt or exception? */
bool intake_plumbing_interrupts(struct intake_text function);

#endif /* LINEAGE_INTAKE_RECOGNISE_PLUMBING_H */
