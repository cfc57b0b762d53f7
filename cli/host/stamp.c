// SPDX-License-Identifier: GPL-2.0-or-later
/* The command stamp: print the stamp for the next kernel. */
#include <errno.h>
#include <json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/common/cleanup.h"
#include "cli/common/command.h"
#include "report.h"
#include "cli/common/output.h"

static void print_stamp(const struct context *context, const char *stamp)
{
	struct json_object *object;

	if (!context->json) {
		puts(stamp);
		return;
	}
	object = json_object_new_object();
	json_add(object, "stamp", json_text(stamp));
	json_print(object);
}

static int complain_failure(int error, const struct next_kernel *next)
{
	if (error == -ENODATA) {
		complain("stamp: the release of the running kernel is unknown (is /proc mounted?)");
		return STATUS_NOTHING;
	}
	if (error == -EILSEQ) {
		complain_no_release(next);
		return STATUS_USAGE;
	}
	complain("stamp: cannot make a stamp: %s", strerror(-error));
	return STATUS_FAILED;
}

static int run(const struct context *context, const struct arguments *arguments)
{
	AUTO_REPORT struct lineage_report *report = NULL;
	LINEAGE_AUTO_FREE char *stamp = NULL;
	struct next_kernel next;
	int status;
	int error;

	status = read_next_kernel(arguments->values, &next);
	if (status)
		return status;
	report = make_report(context);
	if (!report)
		return STATUS_FAILED;
	error = lineage_stamp_create(report, next.kind, next.release, &stamp);
	if (error)
		return complain_failure(error, &next);
	remark_on_stamp(report);
	print_stamp(context, stamp);
	return STATUS_DONE;
}

const struct command command_stamp = {
	.name = "stamp",
	.operands = "[--kind=k|p] [--for=RELEASE | --image=FILE]",
	.summary = "print the stamp for the next kernel",
	.help = "Print the stamp: one kernel command-line parameter that passes the lineage to\n"
		"the next kernel. Put it in the command line of the kernel to kexec, in place\n"
		"of any earlier stamp ('kexec-lineage cmdline' does this). With --for or\n"
		"--image, the next kernel can detect a stamp that was copied from the command\n"
		"line of another kernel.\n"
		"\n"
		"Examples:\n"
		"  kexec-lineage stamp --image=/boot/vmlinuz-6.12.111\n"
		"  kexec-lineage stamp --for=6.12.111+deb12-amd64",
	.exit_status = "0 done, 1 failed, 2 wrong usage, 3 the running release is unknown",
	.options = { NEXT_KERNEL_OPTIONS },
	.run = run,
};
