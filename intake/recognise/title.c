// SPDX-License-Identifier: GPL-2.0-or-later
/* Title and signature of a crash, and the function that they name. */
#include "title.h"

#include <sha2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/cleanup.h"
#include "names.h"
#include "plumbing.h"
#include "rust_name.h"
#include "sections.h"

#define NOWHERE ((size_t)-1)

static bool is_plumbing(struct intake_text function, unsigned int passes)
{
	return (intake_plumbing_reasons(function) & (passes | INTAKE_PLUMBING_REPORT)) != 0;
}

/* A hang may be in the code that an interrupt interrupted; nothing else is. */
static bool is_of_crash(const struct intake_trace_frame *frame, enum intake_frame_rule rule)
{
	return frame->section == INTAKE_SECTION_OWN ||
	       (frame->section == INTAKE_SECTION_INTERRUPTED && rule == INTAKE_FRAME_HANG);
}

static bool is_candidate(const struct intake_trace_frame *frame, enum intake_frame_rule rule,
			 unsigned int passes)
{
	return is_of_crash(frame, rule) && frame->frame.is_reliable &&
	       !is_plumbing(frame->frame.function, passes);
}

static size_t find_candidate(const struct intake_trace *trace, size_t from,
			     enum intake_frame_rule rule, unsigned int passes)
{
	for (size_t i = from; i < trace->count; i++)
		if (is_candidate(&trace->frames[i], rule, passes))
			return i;
	return NOWHERE;
}

/* Find the caller of an address without code. */
static size_t find_caller(const struct intake_trace *trace, unsigned int passes)
{
	size_t found = find_candidate(trace, 0, INTAKE_FRAME_PC, passes), at = trace->wild_caller;

	if (found != NOWHERE || !trace->has_wild_caller || at >= trace->count)
		return found;
	return is_plumbing(trace->frames[at].frame.function, passes) ? NOWHERE : at;
}

/* Find the code that caused a trap whose handler crashed or warned. */
static size_t find_trapped(const struct intake_trace *trace, unsigned int passes)
{
	for (size_t i = 0; trace->is_trapped && i < trace->count; i++) {
		const struct intake_trace_frame *frame = &trace->frames[i];

		if (frame->section == INTAKE_SECTION_INTERRUPTED && frame->frame.is_reliable &&
		    !is_plumbing(frame->frame.function, passes))
			return i;
	}
	return NOWHERE;
}

/*
 * Find the program counter. If it is plumbing, such as the function in which a failed BUG() or
 * WARN() traps, find the next suitable frame of the stack.
 */
static size_t find_pc(const struct intake_trace *trace, unsigned int passes)
{
	for (size_t i = 0; i < trace->count; i++) {
		size_t found = i;

		if (!trace->frames[i].is_pc)
			continue;
		if (!is_candidate(&trace->frames[i], INTAKE_FRAME_PC, passes))
			found = find_candidate(trace, i + 1, INTAKE_FRAME_PC, passes);
		return found == NOWHERE ? find_trapped(trace, passes) : found;
	}
	return find_caller(trace, passes);
}

/* Return whether a function is on its stack more than once. */
static bool recurs(const struct intake_trace *trace, size_t at)
{
	struct intake_text function = trace->frames[at].frame.function;

	for (size_t i = 0; i < trace->count; i++)
		if (i != at && trace->frames[i].stack == trace->frames[at].stack &&
		    trace->frames[i].frame.is_reliable &&
		    trace->frames[i].frame.function.length == function.length &&
		    memcmp(trace->frames[i].frame.function.at, function.at, function.length) == 0)
			return true;
	return false;
}

/*
 * Find the function that hangs, which means that it does not return: the function that a dispatcher
 * called. The result is the same no matter how deep in its callees the CPU was interrupted. The
 * code that detected the hang may be on the stack above the interrupt. A page fault of a system
 * call is part of the system call; other page faults are dispatched by the fault code. In an
 * overflow of the stack, a dispatcher that recurs is part of the recursion.
 */
static size_t find_hang(const struct intake_trace *trace, enum intake_frame_rule rule,
			unsigned int passes)
{
	size_t callee = NOWHERE, faulting = NOWHERE, start = 0, found;

	for (size_t i = 0; i < trace->count; i++) {
		const struct intake_trace_frame *frame = &trace->frames[i];
		unsigned int reasons;

		if (!is_of_crash(frame, INTAKE_FRAME_HANG) || !frame->frame.is_reliable)
			continue;
		if (intake_name_is_shared(frame->frame.function, rule))
			return i;
		reasons = intake_plumbing_reasons(frame->frame.function);
		if (reasons & INTAKE_PLUMBING_INTERRUPT) {
			callee = NOWHERE;
			faulting = NOWHERE;
			start = i + 1;
		} else if (reasons & INTAKE_PLUMBING_DISPATCH) {
			if (callee != NOWHERE &&
			    (rule != INTAKE_FRAME_OVERFLOW || !recurs(trace, i)))
				return callee;
		} else if ((reasons & INTAKE_PLUMBING_FAULT) && faulting == NOWHERE) {
			faulting = callee;
		} else if (!(reasons & (INTAKE_PLUMBING_SCHED | INTAKE_PLUMBING_SYSCALL |
					INTAKE_PLUMBING_REPORT))) {
			callee = i;
		}
	}
	if (faulting != NOWHERE)
		return faulting;
	found = find_candidate(trace, start, INTAKE_FRAME_HANG, passes);
	return found == NOWHERE ? find_candidate(trace, 0, INTAKE_FRAME_HANG, passes) : found;
}

/* Find the waiting code, or the function that all waiters for the same code call. */
static size_t find_wait(const struct intake_trace *trace, unsigned int passes)
{
	for (size_t i = 0; i < trace->count; i++) {
		const struct intake_trace_frame *frame = &trace->frames[i];

		if (!is_of_crash(frame, INTAKE_FRAME_WAIT))
			continue;
		if (intake_name_is_shared(frame->frame.function, INTAKE_FRAME_WAIT))
			return i;
	}
	return find_candidate(trace, 0, INTAKE_FRAME_WAIT, passes);
}

static size_t find_site(const struct intake_trace *trace, struct intake_text site)
{
	for (size_t i = 0; i < trace->count; i++)
		if (trace->frames[i].section == INTAKE_SECTION_OWN &&
		    trace->frames[i].frame.function.length == site.length &&
		    memcmp(trace->frames[i].frame.function.at, site.at, site.length) == 0)
			return i;
	return NOWHERE;
}

static size_t find_by_rule(const struct intake_trace *trace, enum intake_frame_rule rule,
			   unsigned int passes)
{
	switch (rule) {
	case INTAKE_FRAME_SITE:
	case INTAKE_FRAME_PC:
		return find_pc(trace, passes);
	case INTAKE_FRAME_TRACE:
		return find_candidate(trace, 0, INTAKE_FRAME_TRACE, passes);
	case INTAKE_FRAME_HANG:
	case INTAKE_FRAME_OVERFLOW:
		return find_hang(trace, rule, passes);
	case INTAKE_FRAME_WAIT:
		return find_wait(trace, passes);
	case INTAKE_FRAME_NONE:
		break;
	}
	return NOWHERE;
}

/*
 * A truncated stack may contain only plumbing. In this case, name a function that adds objects or
 * queues work, but not a function that copies, locks or waits.
 */
#define HELPERS                                                                      \
	(INTAKE_PLUMBING_MEMORY | INTAKE_PLUMBING_COPY | INTAKE_PLUMBING_TRANSFORM | \
	 INTAKE_PLUMBING_ATOMIC | INTAKE_PLUMBING_LOCK | INTAKE_PLUMBING_LIST |      \
	 INTAKE_PLUMBING_SCHED)

/*
 * Find the function to name and its index in the trace. The index is NOWHERE if the text of the
 * report names the function but no frame contains it.
 */
static struct intake_text find_named(const struct intake_trace *trace, struct intake_naming *naming,
				     size_t *ret_at)
{
	bool has_site = naming->rule == INTAKE_FRAME_SITE && naming->site.length > 0;
	size_t at;

	if (has_site && !is_plumbing(naming->site, naming->passes)) {
		*ret_at = find_site(trace, naming->site);
		return naming->site;
	}
	at = find_by_rule(trace, naming->rule, naming->passes);
	*ret_at = at;
	if (at != NOWHERE)
		return trace->frames[at].frame.function;
	naming->tail = "";
	if (has_site && !is_plumbing(naming->site, HELPERS))
		return naming->site;
	if (naming->rule != INTAKE_FRAME_WAIT)
		at = find_by_rule(trace, naming->rule, HELPERS);
	*ret_at = at;
	return at == NOWHERE ? (struct intake_text){ 0 } : trace->frames[at].frame.function;
}

/*
 * Find the module of a function that is in no frame. In the text of the report, the module follows
 * the function.
 */
static struct intake_text find_site_module(const struct intake_report *report,
					   struct intake_text site)
{
	for (size_t i = report->header; i < report->count; i++) {
		struct intake_text line = intake_report_line(report, i);

		if (site.at >= line.at && site.at < line.at + line.length)
			return intake_frame_module(
				intake_text_skip(line, (size_t)(site.at - line.at) + site.length));
	}
	return (struct intake_text){ 0 };
}

static void copy_text(char *to, size_t size, struct intake_text text)
{
	snprintf(to, size, "%.*s", (int)text.length, text.length > 0 ? text.at : "");
}

static void copy_function(char *to, struct intake_text function)
{
	if (!intake_rust_name(function, to, INTAKE_FUNCTION_SIZE))
		copy_text(to, INTAKE_FUNCTION_SIZE, function);
}

/**
 * struct access - one of two racing accesses (KCSAN)
 * @name: its function as titles show it
 * @function: its function; if it is plumbing, the next suitable function of its stack
 * @at: the frame of @function; NOWHERE if it has none
 */
struct access {
	char name[INTAKE_FUNCTION_SIZE];
	struct intake_text function;
	size_t at;
};

static bool is_named(const struct intake_trace_frame *frame, struct intake_text function)
{
	return frame->section == INTAKE_SECTION_OWN && frame->frame.is_reliable &&
	       frame->frame.function.length == function.length &&
	       memcmp(frame->frame.function.at, function.at, function.length) == 0;
}

static bool is_on_stack(const struct intake_trace *trace, size_t at, unsigned int stack)
{
	return at < trace->count && trace->frames[at].stack == stack;
}

/* Compare two functions and their callers in alphabetical order. */
static int compare_callers(const struct intake_trace *trace, size_t a, size_t b)
{
	unsigned int stack_a = trace->frames[a].stack, stack_b = trace->frames[b].stack;
	int order = 0;

	while (order == 0 && is_on_stack(trace, a, stack_a) && is_on_stack(trace, b, stack_b)) {
		struct intake_text f = trace->frames[a++].frame.function;
		struct intake_text g = trace->frames[b++].frame.function;

		order = memcmp(f.at, g.at, f.length < g.length ? f.length : g.length);
		if (order == 0)
			order = (f.length > g.length) - (f.length < g.length);
	}
	return order ? order : is_on_stack(trace, a, stack_a) - is_on_stack(trace, b, stack_b);
}

/*
 * Find the frame of an access. The printed order of the stacks is random, and a function may be on
 * both: prefer the one that is nearer to the top of its stack, then the alphabetical order.
 */
static size_t find_access(const struct intake_trace *trace, struct intake_text site)
{
	size_t found = NOWHERE, found_depth = 0, depth = 0;
	unsigned int stack = 0;

	for (size_t i = 0; i < trace->count; i++) {
		depth = i > 0 && trace->frames[i].stack == stack ? depth + 1 : 0;
		stack = trace->frames[i].stack;
		if (!is_named(&trace->frames[i], site))
			continue;
		if (found == NOWHERE || depth < found_depth ||
		    (depth == found_depth && compare_callers(trace, i, found) < 0)) {
			found = i;
			found_depth = depth;
		}
	}
	return found;
}

static void name_access(const struct intake_trace *trace, struct intake_text site,
			const struct intake_naming *naming, struct access *ret)
{
	size_t at = find_access(trace, site);

	ret->function = site;
	ret->at = at;
	for (size_t i = at; is_plumbing(site, naming->passes) && at != NOWHERE && i < trace->count;
	     i++) {
		if (trace->frames[i].stack != trace->frames[at].stack ||
		    !is_candidate(&trace->frames[i], naming->rule, naming->passes))
			continue;
		ret->function = trace->frames[i].frame.function;
		ret->at = i;
		break;
	}
	copy_function(ret->name, intake_name_of(ret->function, INTAKE_FRAME_SITE));
}

/*
 * Put the two functions of a race into alphabetical order: their printed order is random.
 *
 * @ret_partner: the name of the second one
 *
 * Return: the frame of the first one; NOWHERE if it has none.
 */
static size_t order_accesses(const struct intake_trace *trace, struct intake_naming *naming,
			     char *ret_partner)
{
	struct access first, second;
	bool is_ordered;

	name_access(trace, naming->site, naming, &first);
	name_access(trace, naming->partner, naming, &second);
	is_ordered = strcmp(first.name, second.name) <= 0;
	naming->site = is_ordered ? first.function : second.function;
	strcpy(ret_partner, is_ordered ? second.name : first.name);
	return is_ordered ? first.at : second.at;
}

/* Collect the callers of the function at @at: the rest of its stack, or the stack of registers. */
static void collect_frames(const struct intake_trace *trace, size_t at, unsigned int passes,
			   struct intake_title *ret)
{
	const struct intake_trace_frame *named = &trace->frames[at];
	bool is_on_stack = !named->is_pc;
	unsigned int stack = named->stack;

	passes |= INTAKE_PLUMBING_SYSCALL;
	for (size_t i = at + 1; i < trace->count && ret->frame_count < INTAKE_FRAMES_MAX; i++) {
		const struct intake_trace_frame *frame = &trace->frames[i];

		if (!is_on_stack) {
			is_on_stack = true;
			stack = frame->stack;
		}
		if (frame->is_pc || frame->section != named->section || frame->stack != stack)
			break;
		if (frame->frame.is_reliable && !is_plumbing(frame->frame.function, passes))
			copy_function(ret->frames[ret->frame_count++],
				      intake_name_of(frame->frame.function, INTAKE_FRAME_NONE));
	}
}

static void make_signature(const char *head, const char *partner, struct intake_title *ret)
{
	unsigned char digest[SHA256_DIGEST_LENGTH];
	SHA2_CTX hash;

	SHA256Init(&hash);
	SHA256Update(&hash, (const uint8_t *)head, strlen(head) + 1);
	for (size_t i = 0; i < ret->frame_count && i < INTAKE_SIGNATURE_FRAMES; i++)
		SHA256Update(&hash, (const uint8_t *)ret->frames[i], strlen(ret->frames[i]) + 1);
	SHA256Update(&hash, (const uint8_t *)partner, strlen(partner));
	SHA256Final(digest, &hash);
	for (size_t i = 0; i < (INTAKE_SIGNATURE_SIZE - 1) / 2; i++)
		snprintf(ret->signature + 2 * i, 3, "%02x", digest[i]);
}

void intake_title_make(const struct intake_class *class, const struct intake_report *report,
		       struct intake_title *ret)
{
	struct intake_naming naming = {
		.join = " in ", .tail = "", .rule = class->rule, .passes = class->passes
	};
	LINEAGE_AUTO_FREE struct intake_trace *trace = malloc(sizeof(*trace));
	struct intake_text named = { 0 };
	char partner[INTAKE_FUNCTION_SIZE] = "";
	size_t at = NOWHERE, access = NOWHERE;

	*ret = (struct intake_title){ .type = class->type };
	if (class->title)
		snprintf(naming.head, sizeof(naming.head), "%s", class->title);
	if (class->refine)
		class->refine(report, &naming);
	if (trace) {
		intake_trace_collect(class, report, trace);
		if (naming.partner.length > 0)
			access = order_accesses(trace, &naming, partner);
		named = intake_name_of(find_named(trace, &naming, &at), naming.rule);
		if (access != NOWHERE && at != NOWHERE)
			at = access;
		/* Oopses are printed one at a time, so most register lines are of this oops. */
		if (at != NOWHERE &&
		    (trace->frames[at].is_pc ? trace->has_foreign_registers : trace->is_mixed))
			named.length = 0;
	}
	copy_function(ret->frame, named);
	if (naming.rule == INTAKE_FRAME_NONE) {
		snprintf(ret->title, sizeof(ret->title), "%s", naming.head);
	} else if (named.length == 0) {
		snprintf(ret->title, sizeof(ret->title), "%s (no frame)", naming.head);
		return;
	} else {
		snprintf(ret->title, sizeof(ret->title), "%s%s%.64s%s%s%.*s", naming.head,
			 naming.join, ret->frame, naming.tail, partner[0] ? " / " : "",
			 (int)strnlen(partner, 64), partner);
		copy_function(ret->frames[ret->frame_count++], named);
		copy_text(ret->module, sizeof(ret->module),
			  at != NOWHERE ? trace->frames[at].frame.module
					: find_site_module(report, naming.site));
		if (at != NOWHERE)
			collect_frames(trace, at, naming.passes, ret);
	}
	make_signature(naming.head, partner, ret);
}
