// SPDX-License-Identifier: GPL-2.0-or-later
/* Names of crashes from reports of sanitizers and memory checks. */
#include "refine.h"

#include <ctype.h>
#include <stdio.h>

#include "checks.h"
#include "header.h"
#include "heading.h"
#include "plumbing.h"

static struct intake_text header_behind(const struct intake_report *report, const char *prefix)
{
	struct intake_text header = intake_header_of(report);

	intake_text_take(&header, prefix);
	return header;
}

/* Find f in "... in f+0x1/0x2" or "... in f", optionally followed by " at addr ADDR". */
static struct intake_text function_in(struct intake_text header)
{
	struct intake_text rest = header, skipped, function;

	if (!intake_text_take_until(&rest, " in ", &skipped))
		return (struct intake_text){ 0 };
	function = rest;
	if (intake_frame_take_function(&rest, &function))
		return function;
	return intake_frame_take_name(&function);
}

/*
 * Return the text before " in ", which names the error: "use-after-free", "double-free or
 * invalid-free".
 */
static struct intake_text kind_of(struct intake_text header)
{
	struct intake_text kind = header;

	kind.length = intake_text_find(header, " in ");
	if (intake_text_find(kind, " on address") < kind.length)
		kind.length = intake_text_find(kind, " on address");
	return intake_text_trim(kind);
}

/* Parse KASAN's second line: "Read of size 8 at addr ...", or formerly "... by task ...". */
static const char *access_of(const struct intake_report *report)
{
	for (size_t i = report->header + 1; i < report->count; i++) {
		struct intake_text line = intake_text_trim(intake_report_line(report, i));

		if (intake_heading_of(line) != INTAKE_HEADING_NONE)
			break;
		if (intake_text_starts(line, "Read of size ") ||
		    intake_text_starts(line, "Read at addr "))
			return " Read";
		if (intake_text_starts(line, "Write of size ") ||
		    intake_text_starts(line, "Write at addr "))
			return " Write";
	}
	return "";
}

void intake_refine_kasan(const struct intake_report *report, struct intake_naming *naming)
{
	struct intake_text header = header_behind(report, "BUG: KASAN: ");
	struct intake_text kind = kind_of(header);
	const char *access = access_of(report);

	naming->site = function_in(header);
	if (intake_text_has(kind, "invalid-free") || intake_text_is(kind, "double-free")) {
		/* Name the caller that frees twice, never the allocator. */
		intake_naming_set_head(naming, "KASAN: invalid-free");
		return;
	}
	if (intake_text_starts(kind, "null-ptr-deref"))
		kind = intake_text_of("null-ptr-deref");
	intake_naming_set_head(naming, "KASAN: %.*s%s", (int)kind.length, kind.at, access);
	/* mm/kasan/report.c kasan_report_async(): the stack is of code that runs later. */
	if (report->header + 1 < report->count &&
	    intake_text_starts(intake_text_trim(intake_report_line(report, report->header + 1)),
			       "Asynchronous fault: "))
		naming->rule = INTAKE_FRAME_NONE;
	/*
	 * Before Linux 4.10, the header ended with the address, and the line that names the access
	 * followed the description of the object.
	 */
	if (access[0] == '\0' && intake_text_has(header, " at addr "))
		naming->tail = " at addr ADDR";
}

void intake_refine_sanitizer(const struct intake_report *report, struct intake_naming *naming)
{
	struct intake_text header = header_behind(report, "BUG: ");
	struct intake_text kind = kind_of(header);

	naming->site = function_in(header);
	intake_naming_set_head(naming, "%.*s", (int)kind.length, kind.at);
}

void intake_refine_kcsan(const struct intake_report *report, struct intake_naming *naming)
{
	struct intake_text header = header_behind(report, "BUG: ");
	struct intake_text kind = kind_of(header), rest = header, skipped;

	intake_naming_set_head(naming, "%.*s", (int)kind.length, kind.at);
	if (!intake_text_take_until(&rest, " in ", &skipped))
		return;
	naming->site = function_in(header);
	if (intake_text_take_until(&rest, " / ", &skipped)) {
		naming->partner = rest;
		if (!intake_frame_take_function(&rest, &naming->partner))
			naming->partner = intake_frame_take_name(&naming->partner);
	}
}

/* Up to Linux 5.7, KIND in "KIND in FILE:LINE:COLUMN" was always "Undefined behaviour". */
void intake_refine_ubsan(const struct intake_report *report, struct intake_naming *naming)
{
	struct intake_text header = header_behind(report, "UBSAN: ");
	struct intake_text kind = kind_of(header), site = header;
	char name[64];

	/*
	 * If the check is a trap, the header is "KIND at f+0x1/0x2" (Linux
	 * arch/x86/kernel/traps.c handle_bug()).
	 */
	if (kind.length == header.length && intake_text_take_until(&site, " at ", &kind) &&
	    intake_frame_take_function(&site, &naming->site))
		naming->rule = INTAKE_FRAME_SITE;
	snprintf(name, sizeof(name), "%.*s", (int)kind.length, kind.at);
	for (char *at = name; *at; at++)
		*at = *at == ' ' ? '-' : (char)tolower((unsigned char)*at);
	intake_naming_set_head(naming, "UBSAN: %s", name);
}

/* Make the title for "kernel BUG at FILE:LINE!". */
void intake_refine_bug_at(const struct intake_report *report, struct intake_naming *naming)
{
	const char *name = intake_check_name(intake_report_line(report, report->header));

	if (name)
		intake_naming_set_head(naming, "BUG: %s", name);
	else
		intake_naming_set_head(naming, "kernel BUG");
}

/* Use the message in "BUG kmalloc-64 (Not tainted): Object already free". */
void intake_refine_slub(const struct intake_report *report, struct intake_naming *naming)
{
	struct intake_text header = header_behind(report, "BUG "), cache;

	if (intake_text_take_until(&header, "): ", &cache))
		intake_naming_set_text(naming, "BUG: ", header);
}

/* "rust_kernel: panicked at FILE:LINE:COLUMN:" has its message on this line or the next. */
void intake_refine_rust(const struct intake_report *report, struct intake_naming *naming)
{
	struct intake_text header = header_behind(report, "rust_kernel: panicked at ");

	if (report->header + 1 < report->count)
		header = intake_text_trim(intake_report_line(report, report->header + 1));
	intake_naming_set_text(naming, "", header);
}

/*
 * Use the last part of "slab error in verify_redzone_free(): cache `size-32': double free detected".
 */
void intake_refine_slab_error(const struct intake_report *report, struct intake_naming *naming)
{
	struct intake_text text = intake_header_of(report), skipped;

	intake_text_take_until(&text, "': ", &skipped);
	intake_naming_set_text(naming, "slab error: ", text);
}
