/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The sections of a crash report: whose stack is which.
 *
 * The kernel prints a report as registers and a stack of the code that crashed, and stacks that
 * explain it: where an object was allocated, where locks were taken, what other tasks do.
 * data/sections.txt lists the lines that begin a section.
 */
#ifndef LINEAGE_INTAKE_RECOGNISE_SECTIONS_H
#define LINEAGE_INTAKE_RECOGNISE_SECTIONS_H

#include "class.h"
#include "frame.h"

/* Limit for the total depth of all stacks of a report. */
#define INTAKE_TRACE_MAX 512

/** The section that contains a frame. */
enum intake_section {
	INTAKE_SECTION_OWN,	    /* the code that crashed */
	INTAKE_SECTION_INTERRUPTED, /* code that was interrupted by the code that crashed */
	INTAKE_SECTION_ORIGIN,	    /* allocation, free, owner of a page */
	INTAKE_SECTION_LOCKS,	    /* where locks were taken */
	INTAKE_SECTION_TASK,	    /* another task or CPU */
	INTAKE_SECTION_NESTED,	    /* a report inside the report */
};

/**
 * struct intake_trace_frame - a frame and its position
 * @frame: the function
 * @section: its section
 * @stack: number of its stack in the report
 * @is_pc: from the register lines of the crash, not from a stack
 */
struct intake_trace_frame {
	struct intake_frame frame;
	enum intake_section section;
	unsigned int stack;
	bool is_pc;
};

/**
 * struct intake_trace - all frames after the header, in printed order
 * @frames: the frames
 * @count: entries of @frames
 * @has_foreign_registers: the registers may be those of another task
 * @has_wild_caller: the kernel jumped to an address without code, and the unwinder only guesses;
 *	the return address is that of frame @wild_caller
 * @wild_caller: index of an unreliable frame
 * @is_trapped: the stack of the crash has only the handler of a trap, which the code in the section
 *	INTERRUPTED caused
 * @is_mixed: two tasks printed stacks at the same time, so a frame may be from the wrong one
 */
struct intake_trace {
	struct intake_trace_frame frames[INTAKE_TRACE_MAX];
	size_t count;
	bool has_foreign_registers;
	bool has_wild_caller;
	size_t wild_caller;
	bool is_trapped;
	bool is_mixed;
};

/** intake_trace_collect() - collect the frames of a report; they are valid as long as the report */
void intake_trace_collect(const struct intake_class *class, const struct intake_report *report,
			  struct intake_trace *ret);

#endif /* LINEAGE_INTAKE_RECOGNISE_SECTIONS_H */
