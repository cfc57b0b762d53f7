/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Plumbing: functions on a stack that the title of a crash does not name. */
#ifndef LINEAGE_INTAKE_RECOGNISE_PLUMBING_H
#define LINEAGE_INTAKE_RECOGNISE_PLUMBING_H

#include <stdbool.h>

#include "intake/decode/text.h"

/*
 * Reasons to skip a function. A class of crashes (class.c) selects the reasons that apply. If a
 * task hangs or oopses in mutex_lock(), the title names the caller, which passed the lock. If a
 * task hangs in kobject_put(), that function may be at fault. docs/reference/signatures.md
 * explains each reason. To add a function: edit data/plumbing.txt, which uses these names in lower
 * case.
 */
enum intake_plumbing {
	INTAKE_PLUMBING_REPORT = 1 << 0,     /* prints the report, handles the trap, checks */
	INTAKE_PLUMBING_MEMORY = 1 << 1,     /* allocates and frees for its caller */
	INTAKE_PLUMBING_COPY = 1 << 2,	     /* copies, compares or formats data of its caller */
	INTAKE_PLUMBING_ATOMIC = 1 << 3,     /* changes one word: atomics, bits, reference counts */
	INTAKE_PLUMBING_LOCK = 1 << 4,	     /* locks */
	INTAKE_PLUMBING_LIST = 1 << 5,	     /* lists, trees */
	INTAKE_PLUMBING_QUEUE = 1 << 6,	     /* queues work and timers for its caller */
	INTAKE_PLUMBING_SCHED = 1 << 7,	     /* waits and schedules for its caller */
	INTAKE_PLUMBING_OBJECT = 1 << 8,     /* adds and removes objects for their owner */
	INTAKE_PLUMBING_USB = 1 << 9,	     /* submits USB requests for a driver */
	INTAKE_PLUMBING_SYSCALL = 1 << 10,   /* from user space to a system call's function */
	INTAKE_PLUMBING_RCU = 1 << 11,	     /* enters or leaves RCU, or checks for it */
	INTAKE_PLUMBING_ALLOCATE = 1 << 12,  /* creates and frees sockets, buffers, inodes */
	INTAKE_PLUMBING_TRANSFORM = 1 << 13, /* encrypts, hashes or compresses data of its caller */
	/* No class skips these reasons. They find the function that hangs. */
	INTAKE_PLUMBING_DISPATCH = 1 << 14,  /* only calls registered functions */
	INTAKE_PLUMBING_FAULT = 1 << 15,     /* calls the fault handler of a mapping */
	INTAKE_PLUMBING_INTERRUPT = 1 << 16, /* entry of an interrupt or exception */
};

/** intake_plumbing_reasons() - return the reasons to skip a function; 0 if none */
unsigned int intake_plumbing_reasons(struct intake_text function);

#endif /* LINEAGE_INTAKE_RECOGNISE_PLUMBING_H */
