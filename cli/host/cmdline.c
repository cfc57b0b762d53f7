// SPDX-License-Identifier: GPL-2.0-or-later
/* The command cmdline: print a command line with the stamp for the next kernel. */
#include <errno.h>
#include <json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/common/cleanup.h"
#include "cli/common/command.h"
#include "file.h"
#include "report.h"
#include "cli/common/output.h"

#define CMDLINE_LIMIT (1 << 20)

/*
 * Read the text to stamp: the operand, stdin if the operand is "-", or the running command line.
 * Return NULL after an error message.
 */
static char *read_text(const struct lineage_report *report, const struct arguments *arguments)
{
	const char *text = report->cmdline;
	char *copy;
	size_t size;

	if (arguments->operand_count > 0)
		text = arguments->operands[0];
	if (!text) {
		complain("cmdline: cannot read the running command line (is /proc mounted?)");
		return NULL;
	}
	if (arguments->operand_count > 0 && strcmp(text, "-") == 0) {
		copy = read_stdin(CMDLINE_LIMIT, &size);
		if (copy)
			copy[strcspn(copy, "\n")] = '\0';
		return copy;
	}
	copy = strdup(text);
	if (!copy)
		complain("out of memory");
	return copy;
}

static void print_line(const struct context *context, const char *line, bool is_stamped)
{
	struct json_object *object;

	if (!context->json) {
		puts(line);
		return;
	}
	object = json_object_new_object();
	json_add(object, "cmdline", json_text(line));
	json_add(object, "stamped", json_object_new_boolean(is_stamped));
	json_print(object);
}

static int stamp_line(const struct context *context, const struct lineage_report *report,
		      const struct next_kernel *next, const char *text)
{
	LINEAGE_AUTO_FREE char *line = NULL;
	bool is_stamped;
	int error;

	error = lineage_cmdline_create(report, next->kind, next->release, text, next->cmdline_limit,
				       &is_stamped, &line);
	if (error == -EILSEQ) {
		complain_no_release(next);
		return STATUS_USAGE;
	}
	if (error) {
		complain("cmdline: cannot stamp the command line: %s", strerror(-error));
		return STATUS_FAILED;
	}
	if (is_stamped)
		remark_on_stamp(report);
	else if (!report->release)
		complain("cmdline: not stamped: the release of the running kernel is unknown (is "
			 "/proc mounted?)");
	else if (lineage_cmdline_stays_empty(report, text))
		complain("cmdline: not stamped: the command line is empty, and a stamp would "
			 "replace the one that is built into the next kernel (add a parameter)");
	else
		complain("cmdline: not stamped: with a stamp the command line exceeds the limit of "
			 "the next kernel, %zu bytes (remove parameters)",
			 next->cmdline_limit);
	print_line(context, line, is_stamped);
	return STATUS_DONE;
}

static int run(const struct context *context, const struct arguments *arguments)
{
	AUTO_REPORT struct lineage_report *report = NULL;
	LINEAGE_AUTO_FREE char *text = NULL;
	struct next_kernel next;
	int status;

	status = read_next_kernel(arguments->values, &next);
	if (status)
		return status;
	report = make_report(context);
	if (!report)
		return STATUS_FAILED;
	text = read_text(report, arguments);
	return text ? stamp_line(context, report, &next, text) : STATUS_FAILED;
}

const struct command command_cmdline = {
	.name = "cmdline",
	.operands = "[--kind=k|p] [--for=RELEASE | --image=FILE] [TEXT | -]",
	.summary = "print a command line stamped for the next kernel",
	.help = "Print TEXT with the stamp for the next kernel, in place of any earlier stamp.\n"
		"The rest of TEXT is unchanged. TEXT '-' is read from stdin. Without TEXT, the\n"
		"command line of the running kernel is used. If the stamp does not fit, a\n"
		"warning is printed and the command line is printed without a stamp.\n"
		"\n"
		"Examples:\n"
		"  kexec-lineage cmdline --image=/boot/vmlinuz-6.12 'root=/dev/sda1 ro'\n"
		"  kexec -s -l vmlinuz --initrd=initrd.img \\\n"
		"        --command-line=\"$(kexec-lineage cmdline --image=vmlinuz)\"",
	.exit_status = "0 done, also without a stamp, 1 failed, 2 wrong usage",
	.options = { NEXT_KERNEL_OPTIONS },
	.operands_max = 1,
	.run = run,
};
