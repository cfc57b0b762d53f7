// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Fuzz target for titles and for the sections of reports. The first byte selects a header and
 * whether the log names the context of lines; the rest is the report after its header. These
 * results are errors: a title that is empty, a function that is not in the report, and a different
 * result for the same report.
 */
#include "fuzz.h"

#include "intake/recognise/title.h"

static const char *const headers[] = {
	"BUG: KASAN: slab-use-after-free in memcpy+0x1/0x2",
	"BUG: KMSAN: uninit-value in memcpy+0x1/0x2",
	"BUG: KCSAN: data-race in acme_x / acme_y",
	"BUG: kernel NULL pointer dereference, address: 0000000000000008",
	"kernel BUG at drivers/acme.c:7!",
	"WARNING: CPU: 0 PID: 7 at drivers/acme.c:7 memcpy+0x1/0x2",
	"WARNING: possible circular locking dependency detected",
	"WARNING: HARDIRQ-safe -> HARDIRQ-unsafe lock order detected",
	"WARNING: bad unlock balance detected!",
	"watchdog: BUG: soft lockup - CPU#1 stuck for 22s! [acme:7]",
	"rcu: INFO: rcu_preempt self-detected stall on CPU",
	"INFO: task acme:7 blocked for more than 120 seconds.",
	"BUG: TASK stack guard page was hit at ffffc90000000000",
	"unreferenced object 0xffff888012345678 (size 64):",
	"rust_kernel: panicked at drivers/acme.rs:7:9:",
	"Kernel panic - not syncing: kernel stack overflow",
};

#define HEADERS (sizeof(headers) / sizeof(*headers))

static void add_lines(struct intake_report *report, const char *bytes, size_t size)
{
	struct intake_text rest = { .at = bytes, .length = size }, line;

	while (intake_text_take_until(&rest, "\n", &line))
		intake_report_add(report, line);
	intake_report_add(report, rest);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	INTAKE_AUTO_REPORT struct intake_report report = { 0 };
	struct intake_title title, again;
	const struct intake_class *class;
	char *text;

	if (size == 0 || intake_report_init(&report))
		return 0;
	text = fuzz_text(data + 1, size - 1);
	intake_report_add(&report, intake_text_of(headers[data[0] % HEADERS]));
	report.is_shared = data[0] & 0x80;
	add_lines(&report, text, size - 1);
	class = intake_class_find(intake_report_line(&report, 0));
	FUZZ_EXPECT(class);
	intake_title_make(class, &report, &title);
	intake_title_make(class, &report, &again);
	FUZZ_EXPECT(title.title[0] && strcmp(title.title, again.title) == 0);
	FUZZ_EXPECT(memchr(title.frame, '\0', sizeof(title.frame)));
	FUZZ_EXPECT(title.signature[0] || !title.frame[0]);
	for (size_t i = 0; i < title.frame_count; i++)
		FUZZ_EXPECT(title.frames[i][0]);
	free(text);
	return 0;
}
