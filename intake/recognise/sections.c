// SPDX-License-Identifier: GPL-2.0-or-later
/* The sections of a crash report: whose stack is which. */
#include "sections.h"

#include "decoding.h"
#include "heading.h"
#include "plumbing.h"
#include "task_line.h"

/**
 * struct parser - position in a report
 * @section: section of the next frame
 * @task: process id of the task that crashed; INTAKE_NO_TASK until known
 * @is_task_named: the header or the lines after it name @task
 * @has_task_line: the line "CPU: N PID: N" of @task was seen
 * @has_registers: the registers of the crash were seen
 * @has_stack: a frame of the stack of the crash was seen
 * @has_site: @has_stack, and the frame does not belong to the code that reports crashes
 * @is_complete: the stack of the crash has reached its last frame
 * @is_other_open: the stack of another task has begun, and has not reached its last frame
 * @is_in_entry: the last frame was the entry of an interrupt
 * @is_asked: the next stack is of a CPU or task that was asked to print it
 * @is_fetch: the fault was the fetch of an instruction
 * @is_protected: the page of the fault is mapped, but does not allow the access
 * @fetched: 1 + index of the frame of the program counter, from which x86 could not fetch an
 *	instruction; else 0
 * @is_wild: the registers show a jump to an address without code
 * @pc: the function at the program counter; if @is_wild, data, or empty
 * @repeats_pc: the next frame is the program counter: the stacks of arm64 begin with it
 * @link: the return address in arm64's registers, if the function at the program counter makes no
 *	frame, until the frame of the caller was printed
 * @nested: number of open reports inside this report
 * @outer: section before the first of them
 * @caller: caller in the last line, of arm's form "f from g"; empty if none
 * @decoding: whether the report is decoded
 */
struct parser {
	const struct intake_class *class;
	const struct intake_report *report;
	struct intake_trace *trace;
	enum intake_section section;
	unsigned int stack;
	uint64_t task;
	bool is_task_named;
	bool has_task_line;
	bool has_registers;
	bool has_stack;
	bool has_site;
	bool is_complete;
	bool is_other_open;
	bool is_in_entry;
	bool is_asked;
	bool is_fetch;
	bool is_protected;
	size_t fetched;
	bool is_wild;
	struct intake_text pc;
	bool repeats_pc;
	struct intake_frame link;
	unsigned int nested;
	enum intake_section outer;
	struct intake_text caller;
	struct intake_decoding decoding;
};

/* A heading of the report follows the last frame of the stack of the crash. */
static void enter(struct parser *parser, enum intake_section section)
{
	if (parser->nested > 0)
		return;
	if (parser->has_stack && section == INTAKE_SECTION_ORIGIN)
		parser->is_complete = true;
	parser->section = section;
	parser->stack++;
	parser->is_in_entry = false;
}

/* Begin a stack of the code that crashed, or continue after the end of a section. */
static void enter_own(struct parser *parser)
{
	if (parser->nested > 0)
		return;
	enter(parser, INTAKE_SECTION_OWN);
	parser->is_complete = false;
}

/* Return whether the stack of a panic is of the CPU that detects a hard lockup of another CPU. */
static bool panics_elsewhere(const struct intake_class *hang, const struct intake_class *class)
{
	return strcmp(hang->type, "hard-lockup") == 0 && class->gravity == INTAKE_GRAVITY_PANIC;
}

/*
 * A header inside the report. Before the first frame it continues the report: "invalid opcode"
 * after "kernel BUG at", or the panic that prints the stack of a failed WARN(). Some classes have
 * no stack.
 */
static void take_header(struct parser *parser, const struct intake_class *class)
{
	if (class->rule == INTAKE_FRAME_NONE && class->gravity != INTAKE_GRAVITY_PANIC)
		return;
	if (!parser->has_stack && parser->nested == 0 && !panics_elsewhere(parser->class, class))
		return;
	if (parser->nested++ == 0)
		parser->outer = parser->section;
	parser->section = INTAKE_SECTION_NESTED;
	parser->stack++;
}

static void take_end(struct parser *parser)
{
	if (parser->nested > 0 && --parser->nested == 0)
		parser->section = parser->outer;
}

/* The frames so far are of another task. Registers are not: oopses are printed one at a time. */
static void disown_frames(struct parser *parser)
{
	for (size_t i = 0; i < parser->trace->count; i++)
		if (!parser->trace->frames[i].is_pc)
			parser->trace->frames[i].section = INTAKE_SECTION_TASK;
	parser->has_stack = false;
	parser->has_site = false;
}

/*
 * A CPU that hangs prints its own stack, or is asked to. Later CPUs are asked what they do, except
 * that RCU asks every CPU that hangs.
 */
static void take_hanging_task(struct parser *parser, bool is_asked, bool is_own)
{
	if (!parser->has_stack || is_own ||
	    (is_asked && parser->class->layout == INTAKE_LAYOUT_CPUS))
		enter_own(parser);
	else
		enter(parser, INTAKE_SECTION_TASK);
}

/*
 * "CPU: N PID: N", which precedes registers and a stack.
 *
 * If the log does not name the context of lines, the next frames are of the task of the last such
 * line. Without the task's number in the header, the first line is taken to be of the task that
 * crashed. If another task's line follows before the end of its stack, it may have been the other
 * task's header, so neither stack can be trusted.
 */
static void take_task_line(struct parser *parser, uint64_t task)
{
	bool is_own = parser->task == task;
	bool is_asked = parser->is_asked;

	parser->is_asked = false;
	if (parser->nested > 0)
		return;
	if (parser->class->layout == INTAKE_LAYOUT_TASK) {
		enter(parser, INTAKE_SECTION_TASK);
		return;
	}
	if (parser->class->gravity == INTAKE_GRAVITY_HANG) {
		take_hanging_task(parser, is_asked, is_own);
		return;
	}
	if (parser->task == INTAKE_NO_TASK || (!parser->report->is_shared && !parser->has_stack)) {
		parser->task = task;
		is_own = true;
	}
	if (!is_own) {
		if (parser->report->is_shared && !parser->is_task_named && !parser->is_complete)
			parser->trace->is_mixed = true;
		enter(parser, INTAKE_SECTION_TASK);
		parser->is_other_open = parser->report->is_shared;
		return;
	}
	if (parser->is_other_open)
		parser->trace->is_mixed = true;
	if (parser->class->layout == INTAKE_LAYOUT_BARE && parser->has_stack) {
		parser->is_complete = true;
		return;
	}
	if (!parser->has_task_line && parser->class->layout == INTAKE_LAYOUT_DUMP) {
		/* dump_stack() prints this line first: earlier frames are of another task. */
		disown_frames(parser);
	}
	parser->has_task_line = true;
	enter_own(parser);
}

static void take_stack_heading(struct parser *parser)
{
	bool is_asked = parser->is_asked;

	parser->is_asked = false;
	if (is_asked && parser->class->layout == INTAKE_LAYOUT_CPUS)
		enter_own(parser);
	else if (parser->section == INTAKE_SECTION_TASK || parser->section == INTAKE_SECTION_NESTED)
		return;
	else if (!parser->has_stack)
		enter_own(parser);
	else if (parser->section == INTAKE_SECTION_OWN && parser->is_complete)
		enter(parser, INTAKE_SECTION_TASK);
}

static void take_heading(struct parser *parser, enum intake_heading kind)
{
	switch (kind) {
	case INTAKE_HEADING_STACK:
		take_stack_heading(parser);
		break;
	case INTAKE_HEADING_OWN:
		if (parser->section != INTAKE_SECTION_TASK ||
		    parser->class->layout != INTAKE_LAYOUT_LOCKS)
			enter_own(parser);
		break;
	case INTAKE_HEADING_ORIGIN:
		enter(parser, INTAKE_SECTION_ORIGIN);
		break;
	case INTAKE_HEADING_LOCKS:
		/* Locks are printed before or after a stack, not inside it. */
		if (parser->section != INTAKE_SECTION_OWN || !parser->has_stack ||
		    parser->is_complete)
			enter(parser, INTAKE_SECTION_LOCKS);
		break;
	case INTAKE_HEADING_TASK:
		enter(parser, INTAKE_SECTION_TASK);
		break;
	case INTAKE_HEADING_ASKED:
		parser->is_asked = true;
		break;
	case INTAKE_HEADING_SHOWN:
		if (parser->has_stack && !parser->is_asked)
			enter(parser, INTAKE_SECTION_TASK);
		break;
	case INTAKE_HEADING_END:
		take_end(parser);
		break;
	case INTAKE_HEADING_NONE:
		break;
	}
}

static void add_frame(struct parser *parser, const struct intake_frame *frame, bool is_pc)
{
	struct intake_trace *trace = parser->trace;

	/*
	 * Drop unreliable frames, to keep room for the end of a deep stack, which shows the cause
	 * of an overflow.
	 */
	if (trace->count == INTAKE_TRACE_MAX ||
	    (!frame->is_reliable && trace->count >= INTAKE_TRACE_MAX / 2))
		return;
	trace->frames[trace->count++] = (struct intake_trace_frame){
		.frame = *frame,
		.section = parser->section,
		.stack = parser->stack,
		.is_pc = is_pc,
	};
}

/* Advance through the stack of the crash, from the code that reports it to the last frame. */
static void take_own_frame(struct parser *parser, struct intake_text function)
{
	unsigned int reasons = intake_plumbing_reasons(function);

	if (parser->is_complete && !(reasons & INTAKE_PLUMBING_SYSCALL)) {
		enter(parser, INTAKE_SECTION_TASK);
		return;
	}
	if (parser->is_in_entry && !(reasons & INTAKE_PLUMBING_INTERRUPT)) {
		parser->is_in_entry = false;
		parser->section = INTAKE_SECTION_INTERRUPTED;
	}
	if (reasons & INTAKE_PLUMBING_INTERRUPT)
		parser->is_in_entry = true;
	if (reasons & INTAKE_PLUMBING_SYSCALL)
		parser->is_complete = true;
	parser->has_stack = true;
	if (!(reasons & INTAKE_PLUMBING_REPORT))
		parser->has_site = true;
}

static bool is_equal(struct intake_text a, struct intake_text b)
{
	return a.length == b.length && a.length > 0 && memcmp(a.at, b.at, a.length) == 0;
}

/*
 * Return whether a function of arm64 makes no frame and does not change lr: the assembly of
 * arch/arm64/lib/ {str,mem}*.S, {copy,clear}_page.S, copy_{from,to}_user.S and clear_user.S.
 * strlen() and memcpy() are weak aliases, and scripts/kallsyms.c prefers the other names. With
 * KASAN, strlen() and memcpy() are C functions, in which lr may have any value.
 */
static bool is_leaf(struct intake_text function)
{
	static const char *const names[] = { "__memcpy",	  "__memmove",
					     "__memset",	  "copy_page",
					     "clear_page",	  "__arch_copy_from_user",
					     "__arch_clear_user", "__arch_copy_to_user" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (intake_text_is(function, names[i]))
			return true;
	return intake_text_starts(function, "__pi_str") ||
	       intake_text_starts(function, "__pi_mem") ||
	       intake_text_is(function, "__pi_copy_page") ||
	       intake_text_is(function, "__pi_clear_page");
}

/*
 * Add the caller of a function of arm64 that has no frame of its own. The unwinder of arm64 begins
 * with the program counter and continues with the first saved frame (arch/arm64/kernel/stacktrace.c
 * kunwind_init_from_regs()), so the caller is only in the register lr. A function with a frame may
 * use lr as any other register, or call others: lr may then be in the same function, or data.
 */
static void take_link(struct parser *parser, const struct intake_frame *next)
{
	struct intake_frame link = parser->link;

	if (link.function.length == 0)
		return;
	parser->link.function.length = 0;
	if (is_equal(link.function, parser->pc) ||
	    (next->is_reliable && is_equal(link.function, next->function)))
		return;
	take_own_frame(parser, link.function);
	add_frame(parser, &link, false);
}

/*
 * Note the caller of an address without code if the unwinder of x86 cannot follow the stack and
 * marks all frames as guesses. The stack is printed from its top (arch/x86/kernel/dumpstack.c
 * show_trace_log_lvl()), and a call puts the return address there.
 */
static void note_wild_caller(struct parser *parser)
{
	struct intake_trace *trace = parser->trace;

	if ((!parser->is_wild && parser->fetched == 0) || parser->has_stack ||
	    trace->has_wild_caller)
		return;
	trace->has_wild_caller = true;
	trace->wild_caller = trace->count;
}

/*
 * Decide whether the address from which x86 could not fetch an instruction is data or a function,
 * whose page may be missing after a kexec. ORC has no entry for data, so the unwinder finds no
 * frame (arch/x86/kernel/unwind_orc.c orc_find()). The unwinder of frame pointers misses only the
 * caller of either, but the pages of data are mapped.
 */
static void settle_fetch(struct parser *parser)
{
	struct intake_trace *trace = parser->trace;

	if (parser->fetched == 0)
		return;
	if (trace->has_wild_caller && (parser->is_protected || !parser->has_stack)) {
		trace->frames[parser->fetched - 1].is_pc = false;
		trace->frames[parser->fetched - 1].section = INTAKE_SECTION_TASK;
	} else {
		trace->has_wild_caller = false;
	}
}

static void take_frame(struct parser *parser, const struct intake_frame *frame)
{
	bool is_pc = parser->repeats_pc && is_equal(frame->function, parser->pc);

	parser->repeats_pc = false;
	if (is_pc)
		return;
	if (parser->section == INTAKE_SECTION_OWN) {
		take_link(parser, frame);
		if (!frame->is_reliable)
			note_wild_caller(parser);
	}
	if (frame->is_reliable && (parser->section == INTAKE_SECTION_OWN ||
				   parser->section == INTAKE_SECTION_INTERRUPTED))
		take_own_frame(parser, frame->function);
	else if (parser->is_other_open &&
		 (intake_plumbing_reasons(frame->function) & INTAKE_PLUMBING_SYSCALL))
		parser->is_other_open = false;
	add_frame(parser, frame, false);
}

/* Add the caller in arm's last line "f from g". The callers in other lines have frames. */
static void take_caller(struct parser *parser)
{
	struct intake_frame frame = { .function = parser->caller, .is_reliable = true };

	parser->caller.length = 0;
	if (frame.function.length > 0)
		take_frame(parser, &frame);
}

/* A line that names the task of the report, although the frames so far are of another task. */
static void take_named_task(struct parser *parser, uint64_t task)
{
	parser->is_task_named = true;
	if (parser->task != INTAKE_NO_TASK && parser->task != task) {
		disown_frames(parser);
		parser->has_task_line = false;
		enter(parser, INTAKE_SECTION_TASK);
		parser->is_other_open = parser->report->is_shared && !parser->is_complete;
	}
	parser->task = task;
}

static void take_other_line(struct parser *parser, struct intake_text line,
			    struct intake_text trimmed)
{
	const struct intake_class *class = intake_class_find(line);
	uint64_t task;

	/* arch/x86/mm/fault.c show_fault_oops(), arch/arm64/mm/fault.c mem_abort_decode() */
	if (intake_text_starts(trimmed, "#PF: supervisor instruction fetch") ||
	    intake_text_starts(trimmed, "EC = 0x21: IABT (current EL)")) {
		parser->is_fetch = true;
	} else if ((intake_text_starts(trimmed, "#PF: error_code(") &&
		    intake_text_has(trimmed, ") - permissions violation")) ||
		   (intake_text_starts(trimmed, "FSC = ") &&
		    intake_text_has(trimmed, " permission fault"))) {
		parser->is_protected = true;
	} else if (class) {
		/* The task's own line follows the header of die(). */
		if (parser->has_task_line && parser->report->is_shared &&
		    parser->class->gravity == INTAKE_GRAVITY_OOPS &&
		    class->gravity == INTAKE_GRAVITY_OOPS && !parser->has_stack)
			parser->trace->has_foreign_registers = true;
		take_header(parser, class);
	} else if (!parser->is_task_named && !parser->has_registers &&
		   intake_names_task(trimmed, &task))
		take_named_task(parser, task);
}

/*
 * Note the program counter of the crash. A jump to an address without code has no function: @frame
 * is NULL. If the fetch of an instruction failed, @frame may name data. arm64 prints the same stack
 * for data and functions, but the pages of data are mapped. On x86, the stack decides.
 */
static void note_pc(struct parser *parser, const struct intake_frame *frame, bool is_arm64)
{
	parser->has_registers = true;
	parser->is_wild = !frame || (is_arm64 && parser->is_fetch && parser->is_protected);
	parser->pc = frame ? frame->function : (struct intake_text){ 0 };
	if (!parser->is_wild)
		parser->link.function.length = 0;
	if (frame && !is_arm64 && parser->is_fetch && parser->trace->count < INTAKE_TRACE_MAX)
		parser->fetched = parser->trace->count + 1;
}

/* Registers of interrupted code follow the stack of an interrupt, or of the handler of a trap. */
static void enter_interrupted(struct parser *parser)
{
	if (parser->section == INTAKE_SECTION_OWN && !parser->is_in_entry && !parser->has_site)
		parser->trace->is_trapped = true;
	enter(parser, INTAKE_SECTION_INTERRUPTED);
}

/*
 * Registers. They are of the crash if no frame of its stack precedes them, apart from the code that
 * reports it: a trap prints its registers in the middle of the stack. Other registers on a stack
 * are of interrupted code. @frame is NULL if the program counter is in no function.
 */
static void take_registers(struct parser *parser, const struct intake_frame *frame, bool is_arm64)
{
	bool is_pc = !parser->has_site && !parser->has_registers;

	/* Oopses are printed one at a time, and dump_stack() prints no registers. */
	if (parser->section == INTAKE_SECTION_NESTED ||
	    (parser->section == INTAKE_SECTION_TASK &&
	     parser->class->gravity != INTAKE_GRAVITY_OOPS))
		is_pc = false;
	else if (is_pc)
		parser->section = INTAKE_SECTION_OWN;
	else if (parser->has_stack)
		enter_interrupted(parser);
	if (is_pc)
		note_pc(parser, frame, is_arm64);
	if (frame && !(is_pc && parser->is_wild))
		add_frame(parser, frame, is_pc);
}

/* Set the module of a frame that the script could not decode, in a decoded report. */
static void use_bare_module(const struct parser *parser, struct intake_frame *frame)
{
	if (parser->decoding.is_decoded && frame->module.length == 0)
		frame->module = frame->bare;
}

/*
 * The register with the return address, which loongarch prints before the program counter. It names
 * the caller of an address without code. The stack of arm64 begins with the program counter.
 */
static void take_link_register(struct parser *parser, struct intake_text line)
{
	bool is_arm64 = intake_text_starts(line, "lr : "), is_first = !parser->has_registers;

	if (parser->has_stack || parser->nested > 0 || is_first != intake_text_starts(line, "ra: "))
		return;
	if (is_first || parser->is_wild || (is_arm64 && is_leaf(parser->pc)))
		intake_frame_parse_link(line, &parser->link);
	use_bare_module(parser, &parser->link);
	parser->repeats_pc = is_arm64;
}

static void take_line(struct parser *parser, struct intake_text line)
{
	struct intake_text trimmed = intake_text_trim(line);
	struct intake_frame frame;
	enum intake_heading kind = intake_heading_of(trimmed);
	uint64_t task;

	if (kind != INTAKE_HEADING_NONE) {
		take_caller(parser);
		take_heading(parser, kind);
	} else if (intake_task_line(trimmed, &task)) {
		take_caller(parser);
		take_task_line(parser, task);
	} else if (intake_frame_parse_pc(trimmed, &frame)) {
		use_bare_module(parser, &frame);
		take_registers(parser, &frame, intake_text_starts(trimmed, "pc : "));
	} else if (intake_frame_is_link(trimmed)) {
		take_link_register(parser, trimmed);
	} else if (intake_frame_parse(trimmed, &frame) &&
		   intake_decoding_accepts(&parser->decoding, line, &frame)) {
		use_bare_module(parser, &frame);
		parser->caller = frame.caller;
		take_frame(parser, &frame);
	} else if (intake_frame_is_nowhere(trimmed)) {
		take_registers(parser, NULL, false);
	} else {
		take_other_line(parser, line, trimmed);
	}
}

void intake_trace_collect(const struct intake_class *class, const struct intake_report *report,
			  struct intake_trace *ret)
{
	struct parser parser = {
		.class = class,
		.report = report,
		.trace = ret,
		.section = class->layout == INTAKE_LAYOUT_LOCKS ? INTAKE_SECTION_LOCKS
								: INTAKE_SECTION_OWN,
		.task = INTAKE_NO_TASK,
	};

	ret->count = 0;
	ret->is_mixed = false;
	ret->has_foreign_registers = false;
	ret->has_wild_caller = false;
	ret->is_trapped = false;
	/* arch/arm64/mm/fault.c __do_kernel_fault() */
	parser.is_protected = intake_text_has(intake_report_line(report, report->header),
					      " execute from non-executable memory ");
	parser.is_task_named =
		intake_names_task(intake_report_line(report, report->header), &parser.task);
	for (size_t i = report->header + 1; i < report->count; i++)
		intake_decoding_note(&parser.decoding, intake_report_line(report, i));
	for (size_t i = report->header + 1; i < report->count; i++)
		take_line(&parser, intake_report_line(report, i));
	take_caller(&parser);
	settle_fetch(&parser);
}
