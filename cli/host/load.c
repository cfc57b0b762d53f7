// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How does a kexec load get its stamp when kexec(8) knows nothing of stamps?
 *
 * By running kexec with one option changed: its command-line options become one --command-line
 * with the stamp in it. Whatever goes wrong on the way there, kexec runs as it was asked to:
 * lineage never stops a reboot.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/common/cleanup.h"
#include "cli/common/command.h"
#include "kexec_options.h"
#include "kho_finalize.h"
#include "report.h"
#include "cli/common/output.h"

/* Where kexec is, for a PATH that lacks the system folders. */
static const char *const kexec_paths[] = { "/usr/sbin/kexec", "/sbin/kexec" };

/*
 * kexec adds elfcorehdr= and acpi_rsdp= to a capture kernel's line, and with
 * --pass-memmap-cmdline a memmap= for each range of memory.
 */
#define CAPTURE_ROOM 128
#define MEMMAP_ROOM 1024

/*
 * Where our own shim has taken kexec's place, it says where the real one is: what stands on the
 * PATH then is the shim.
 */
#define KEXEC_VARIABLE "KEXEC_LINEAGE_KEXEC"

static int run_kexec(char **argv)
{
	const char *real = getenv(KEXEC_VARIABLE);
	size_t i;

	fflush(NULL);
	if (real) {
		unsetenv(KEXEC_VARIABLE);
		execv(real, argv);
		complain("cannot run %s: %s", real, strerror(errno));
		return STATUS_FAILED;
	}
	execvp("kexec", argv);
	for (i = 0; errno == ENOENT && i < sizeof(kexec_paths) / sizeof(kexec_paths[0]); i++)
		execv(kexec_paths[i], argv);
	if (errno == ENOENT)
		complain("kexec is not installed: install kexec-tools");
	else
		complain("cannot run kexec: %s", strerror(errno));
	return STATUS_FAILED;
}

static size_t find_limit(const struct kexec_request *request, const struct lineage_image *image)
{
	size_t room = 0;

	if (request->is_capture)
		room = request->passes_memmap ? MEMMAP_ROOM : CAPTURE_ROOM;
	return image->cmdline_limit > room ? image->cmdline_limit - room : 0;
}

/*
 * An image that cannot be read is kexec's to complain about; here it just tells nothing. What can
 * be read but once, a pipe, is left to kexec.
 */
static void look_at_image(const char *path, struct lineage_image *image)
{
	struct stat status;

	*image = (struct lineage_image){
		.size = sizeof(*image),
		.cmdline_limit = lineage_cmdline_default_limit(),
	};
	if (stat(path, &status) || !S_ISREG(status.st_mode))
		return;
	if (lineage_image_read(path, image) == -EILSEQ)
		complain("%s: the image is cut or damaged: its release is not known", path);
}

/* The next kernel's command line with its stamp; NULL, after a message, where none can be made. */
static char *make_cmdline(const struct lineage_report *report, const struct kexec_request *request)
{
	LINEAGE_AUTO_FREE char *line = NULL;
	struct lineage_image image;
	char *stamped = NULL;
	bool is_stamped;
	int error;

	if (request->reuses_cmdline && !report->cmdline) {
		complain("the running command line cannot be read: loading without a stamp");
		return NULL;
	}
	look_at_image(request->image, &image);
	line = kexec_request_cmdline(request, report->cmdline);
	if (!line)
		return NULL;
	error = lineage_cmdline_create(
		report, request->is_capture ? LINEAGE_KIND_CAPTURE : LINEAGE_KIND_KEXEC,
		image.release, line, find_limit(request, &image), &is_stamped, &stamped);
	if (error) {
		complain("cannot stamp the command line (%s): loading without a stamp",
			 strerror(-error));
		return NULL;
	}
	if (is_stamped)
		remark_on_stamp(report);
	else if (report->release)
		complain("no room for a stamp on the command line: loading without one");
	else
		complain("the running kernel's release is not known: loading without a stamp");
	return stamped;
}

/*
 * kexec's arguments with @option in place of what they said of the command line: where the last
 * of those stood, or first.
 */
static char **replace_cmdline(int argc, char **argv, const struct kexec_request *request,
			      char *option)
{
	char **changed = calloc((size_t)argc + 2, sizeof(*changed));
	int last = 0;
	int length = 0;
	int i;

	if (!changed)
		return NULL;
	for (i = 1; i < argc; i++) {
		if (request->cmdline_arguments[i])
			last = i;
	}
	for (i = 0; i < argc; i++) {
		if (!request->cmdline_arguments[i])
			changed[length++] = argv[i];
		if (i == last)
			changed[length++] = option;
	}
	return changed;
}

/* "--command-line=..." with the stamp in it; NULL where none can be made. */
static char *make_option(const struct context *context, const struct kexec_request *request)
{
	AUTO_REPORT struct lineage_report *report = make_report(context);
	LINEAGE_AUTO_FREE char *cmdline = report ? make_cmdline(report, request) : NULL;
	char *option = NULL;

	if (cmdline && asprintf(&option, "--command-line=%s", cmdline) < 0)
		option = NULL;
	return option;
}

/* Run kexec with a stamp if one can be made, else with its arguments as they are. */
static int stamp_and_run(const struct context *context, int argc, char **argv)
{
	AUTO_KEXEC_REQUEST request = { 0 };
	LINEAGE_AUTO_FREE char *option = NULL;
	LINEAGE_AUTO_FREE char **stamped = NULL;

	if (kexec_request_read(argc, argv, &request))
		return run_kexec(argv);
	if (request.loads) {
		prepare_kho(context, &request);
		option = make_option(context, &request);
	}
	if (option)
		stamped = replace_cmdline(argc, argv, &request, option);
	return run_kexec(stamped ? stamped : argv);
}

static char kexec_name[] = "kexec";

static int run(const struct context *context, const struct arguments *arguments)
{
	int argc = arguments->operand_count + 1;
	LINEAGE_AUTO_FREE char **argv = calloc((size_t)argc + 1, sizeof(*argv));

	if (!argv) {
		complain("out of memory");
		return STATUS_FAILED;
	}
	argv[0] = kexec_name;
	memcpy(argv + 1, arguments->operands, (size_t)(argc - 1) * sizeof(*argv));
	return stamp_and_run(context, argc, argv);
}

const struct command command_load = {
	.name = "load",
	.operands = "KEXEC-OPTION...",
	.summary = "run kexec(8) with a stamped command line",
	.help = "Takes kexec's own options and runs kexec with them, with the stamp for the next\n"
		"kernel on its command line. Exit status and output are kexec's. What loads nothing\n"
		"(-e, -u, -S) goes through as it is, so that 'kexec-lineage load' may stand wherever\n"
		"'kexec' stood. Where no stamp can be made, kexec runs all the same.\n"
		"\n"
		"Where the kernel leaves it to userspace to finalize Kexec HandOver (Linux 6.18 to 7.0\n"
		"with kho=on), that is done before the load, so that the lineage crosses in memory, too.\n"
		"Not for a capture kernel (-p), and not with -c, which KHO cannot cross. A capture kernel\n"
		"is best loaded before.\n"
		"\n"
		"  kexec-lineage load -s -l /boot/vmlinuz-6.12.111 \\\n"
		"        --initrd=/boot/initrd.img-6.12.111 --reuse-cmdline\n"
		"  kexec -e",
	.operands_max = -1,
	.passes_options = true,
	.run = run,
};
