// SPDX-License-Identifier: GPL-2.0-or-later
#include "kexec_options.h"

#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/cleanup.h"

/* Values of the long options that have no letter. OTHER is an option without effect on loading. */
enum {
	OTHER = 256,
	APPEND,
	INITRD,
	REUSE_CMDLINE,
	PASS_MEMMAP,
	LOAD_OTHER, /* --load-preserve-context, --load-live-update: load, but not for a crash */
	JUMP_BACK,
	EXEC_LIVE_UPDATE,
	PRINT_SIZE,
};

static const char letters[] = "h?vdfixyluet:pscaS";

/* clang-format off */
static const struct option long_options[] = {
	{ "help",			no_argument,		NULL, 'h' },
	{ "version",			no_argument,		NULL, 'v' },
	{ "force",			no_argument,		NULL, 'f' },
	{ "no-checks",			no_argument,		NULL, 'i' },
	{ "no-ifdown",			no_argument,		NULL, 'x' },
	{ "no-sync",			no_argument,		NULL, 'y' },
	{ "load",			no_argument,		NULL, 'l' },
	{ "unload",			no_argument,		NULL, 'u' },
	{ "exec",			no_argument,		NULL, 'e' },
	{ "exec-live-update",		no_argument,		NULL, EXEC_LIVE_UPDATE },
	{ "load-preserve-context",	no_argument,		NULL, LOAD_OTHER },
	{ "load-jump-back-helper",	no_argument,		NULL, JUMP_BACK },
	{ "load-live-update",		no_argument,		NULL, LOAD_OTHER },
	{ "entry",			required_argument,	NULL, OTHER },
	{ "type",			required_argument,	NULL, 't' },
	{ "load-panic",			no_argument,		NULL, 'p' },
	{ "mem-min",			required_argument,	NULL, OTHER },
	{ "mem-max",			required_argument,	NULL, OTHER },
	{ "reuseinitrd",		no_argument,		NULL, OTHER },
	{ "kexec-file-syscall",		no_argument,		NULL, 's' },
	{ "kexec-syscall",		no_argument,		NULL, 'c' },
	{ "kexec-syscall-auto",		no_argument,		NULL, 'a' },
	{ "debug",			no_argument,		NULL, 'd' },
	{ "status",			no_argument,		NULL, 'S' },
	{ "print-ckr-size",		no_argument,		NULL, PRINT_SIZE },
	{ "serial",			required_argument,	NULL, OTHER },
	{ "command-line",		required_argument,	NULL, APPEND },
	{ "append",			required_argument,	NULL, APPEND },
	{ "reuse-cmdline",		no_argument,		NULL, REUSE_CMDLINE },
	{ "initrd",			required_argument,	NULL, INITRD },
	{ "ramdisk",			required_argument,	NULL, INITRD },
#ifdef __aarch64__
	{ "dtb",			required_argument,	NULL, OTHER },
#else
	{ "reset-vga",			no_argument,		NULL, OTHER },
	{ "serial-baud",		required_argument,	NULL, OTHER },
	{ "console-vga",		no_argument,		NULL, OTHER },
	{ "console-serial",		no_argument,		NULL, OTHER },
	{ "elf32-core-headers",		no_argument,		NULL, OTHER },
	{ "elf64-core-headers",		no_argument,		NULL, OTHER },
	{ "pass-memmap-cmdline",	no_argument,		NULL, PASS_MEMMAP },
	{ "noefi",			no_argument,		NULL, OTHER },
	{ "reuse-video-type",		no_argument,		NULL, OTHER },
	{ "args-elf",			no_argument,		NULL, OTHER },
	{ "args-linux",			no_argument,		NULL, OTHER },
	{ "args-none",			no_argument,		NULL, OTHER },
	{ "module",			required_argument,	NULL, OTHER },
	{ "real-mode",			no_argument,		NULL, OTHER },
	{ "entry-32bit",		no_argument,		NULL, OTHER },
#endif
	{ 0 },
};
/* clang-format on */

/* Return whether the image is not a Linux kernel (for example, a hypervisor). */
static bool is_foreign_type(const char *type)
{
	return strncmp(type, "multiboot", 9) == 0 || strncmp(type, "nbi", 3) == 0;
}

/*
 * Mark the argument that contains @inside. If @inside is a whole argument, mark the option before
 * it as well.
 */
static void mark_value(int argc, char **argv, const char *inside, bool *marks)
{
	int i;

	for (i = 1; i < argc; i++) {
		if (inside < argv[i] || inside > argv[i] + strlen(argv[i]))
			continue;
		marks[i] = true;
		if (inside == argv[i])
			marks[i - 1] = true;
	}
}

static void mark_same(int argc, char **argv, const char *argument, bool *marks)
{
	int i;

	for (i = 1; i < argc; i++) {
		if (argv[i] == argument)
			marks[i] = true;
	}
}

/*
 * The actions of kexec after it has parsed all options, in this order: unload, load, start a
 * kernel.
 */
struct outcome {
	bool unloads;
	bool loads;
	bool starts;
	bool gives_up; /* help, version, status, a rejected option: none of these actions */
};

/* Apply one option as kexec's main() does. Options without effect on loading are ignored. */
static void follow(int option, struct outcome *outcome, struct kexec_request *request)
{
	switch (option) {
	case '?':
	case 'h':
	case 'v':
	case 'S':
	case PRINT_SIZE:
		outcome->gives_up = true;
		break;
	case 'p':
		request->is_capture = true;
		outcome->loads = true;
		outcome->starts = false;
		break;
	case 'l':
	case LOAD_OTHER:
		outcome->loads = true;
		outcome->starts = false;
		break;
	case 'f':
		outcome->loads = true;
		outcome->starts = true;
		break;
	case 'u':
		outcome->unloads = true;
		outcome->loads = false;
		break;
	case 'e':
	case EXEC_LIVE_UPDATE:
		outcome->loads = false;
		outcome->starts = true;
		break;
	case JUMP_BACK:
		outcome->loads = false;
		outcome->starts = false;
		break;
	case 't':
		if (is_foreign_type(optarg))
			outcome->gives_up = true;
		break;
	case 's':
	case 'c':
	case 'a':
		request->system_call = (char)option;
		break;
	case PASS_MEMMAP:
		request->passes_memmap = true;
		break;
	case APPEND:
		request->append = optarg;
		break;
	case INITRD:
		request->initrd = optarg;
		break;
	case REUSE_CMDLINE:
		request->reuses_cmdline = true;
		break;
	default:
		break;
	}
}

int kexec_request_read(int argc, char **argv, struct kexec_request *ret)
{
	LINEAGE_AUTO_FREE char **permuted = calloc((size_t)argc + 1, sizeof(*permuted));
	LINEAGE_AUTO_FREE bool *marks = calloc((size_t)argc + 1, sizeof(*marks));
	struct kexec_request request = { 0 };
	struct outcome outcome = { .loads = true };
	int option;

	if (!permuted || !marks)
		return -ENOMEM;
	/* getopt_long() reorders its arguments; kexec must get them in the original order. */
	memcpy(permuted, argv, (size_t)argc * sizeof(*permuted));
	opterr = 0;
	optind = 0;
	while ((option = getopt_long(argc, permuted, letters, long_options, NULL)) != -1) {
		follow(option, &outcome, &request);
		if (option == APPEND)
			mark_value(argc, argv, optarg, marks);
		else if (option == REUSE_CMDLINE)
			mark_same(argc, argv, permuted[optind - 1], marks);
	}
	opterr = 1;
	request.image = optind < argc ? permuted[optind] : NULL;
	request.loads = outcome.loads && !outcome.gives_up && request.image;
	request.unloads = outcome.unloads && !outcome.gives_up;
	request.starts = outcome.starts && !outcome.gives_up && request.loads == outcome.loads;
	request.cmdline_arguments = LINEAGE_TAKE(marks);
	*ret = request;
	return 0;
}

void kexec_request_deinit(struct kexec_request *request)
{
	free(request->cmdline_arguments);
}

/*
 * Remove a parameter exactly as kexec's remove_parameter() does: find the first occurrence of
 * @name; if a parameter starts there, remove the text up to and including the next blank. Quotes
 * and longer names that start with @name are ignored.
 */
static void remove_parameter(char *line, const char *name)
{
	char *start = strstr(line, name);
	char *end;

	if (!start || (start != line && !isspace((unsigned char)start[-1])))
		return;
	end = strchr(start, ' ');
	if (end)
		memmove(start, end + 1, strlen(end + 1) + 1);
	else
		*start = '\0';
}

char *kexec_request_cmdline(const struct kexec_request *request, const char *running)
{
	LINEAGE_AUTO_FREE char *reused = strdup(request->reuses_cmdline ? running : "");
	char *line = NULL;

	if (!reused)
		return NULL;
	reused[strcspn(reused, "\r\n")] = '\0';
	remove_parameter(reused, "BOOT_IMAGE");
	if (request->is_capture)
		remove_parameter(reused, "crashkernel");
	if (!request->append)
		return LINEAGE_TAKE(reused);
	if (!request->reuses_cmdline)
		line = strdup(request->append);
	else if (asprintf(&line, "%s %s", reused, request->append) < 0)
		line = NULL;
	return line;
}
