// SPDX-License-Identifier: GPL-2.0-or-later
#include "kho_finalize.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "kexec-lineage.h"
#include "cli/common/output.h"
#include "lib/cleanup.h"
#include "lib/root.h"

#define ONLY_CMDLINE "the lineage is passed in the command line only"
#define CRASH_SIZE_PATH "sys/kernel/kexec_crash_size"

static const char *reason(int error)
{
	switch (error) {
	case -EPERM: /* a locked-down kernel denies access to debugfs even to root */
		return "the kernel is locked down";
	case -EILSEQ:
		return "its file finalize contains neither 0 nor 1";
	default:
		return strerror(-error);
	}
}

/* Return whether userspace must finalize KHO. After an error message, return false. */
static bool is_wanted(const struct context *context)
{
	bool is_finalized;
	int error = lineage_kho_is_finalized(context->root, &is_finalized);

	/* A missing root folder was reported by make_report(). */
	if (error == -ENODATA || error == -ENOENT || error == -ENOTDIR)
		return false;
	if (error)
		complain("load: cannot finalize KHO (%s): " ONLY_CMDLINE, reason(error));
	return !error && !is_finalized;
}

/*
 * Return whether a capture kernel is loaded or may be loaded: tools such as kdump-tools load it
 * again when memory or CPUs are added.
 */
static bool may_load_capture(const struct context *context)
{
	LINEAGE_AUTO_ROOT struct lineage_root root = LINEAGE_ROOT_INIT;
	LINEAGE_AUTO_FREE char *line = NULL;
	int error = lineage_root_init(&root, context->root);

	if (!error)
		error = lineage_root_read_line(&root, CRASH_SIZE_PATH, &line);
	return error ? error != -ENOENT : strcmp(line, "0") != 0;
}

/* A pipe can be read only once, so that a second load would get nothing from it. */
static bool is_file(const char *path)
{
	struct stat status;

	return !path || (stat(path, &status) == 0 && S_ISREG(status.st_mode));
}

/* Return why KHO must not be finalized; NULL if it can be. */
static const char *obstacle(const struct context *context, const struct kexec_request *request)
{
	if (request->starts)
		return "-f starts the kernel at once";
	if (!is_file(request->image) || !is_file(request->initrd))
		return "the kernel must be loaded twice, and a pipe can be read only once";
	if (may_load_capture(context))
		return "memory is reserved for a capture kernel, which on Linux 6.18 hangs if it "
		       "is loaded after that";
	return NULL;
}

/*
 * KHO works with kexec_file_load(2) only. Without -s, -c or -a, the version and the build of kexec
 * determine the system call, so the message names the option -s.
 */
static bool finalize(const struct context *context, const struct kexec_request *request)
{
	bool has_lineage;
	int error = lineage_kho_finalize(context->root, &has_lineage);

	if (error)
		complain("load: cannot finalize KHO (%s): " ONLY_CMDLINE, reason(error));
	else if (!has_lineage)
		complain("load: KHO is finalized, but this kernel passes no lineage through KHO "
			 "(is the module kexec_lineage loaded?): " ONLY_CMDLINE);
	else if (request->system_call)
		complain("load: KHO is finalized: the lineage is also passed through KHO");
	else
		complain("load: KHO is finalized: with 'kexec -s' the lineage is also passed "
			 "through KHO");
	return !error;
}

bool kho_finalize(const struct context *context, const struct kexec_request *request)
{
	const char *why_not;

	if (request->is_capture || request->system_call == 'c' || !is_wanted(context))
		return false;
	why_not = obstacle(context, request);
	if (why_not)
		complain("load: KHO is not finalized, because %s: " ONLY_CMDLINE, why_not);
	return !why_not && finalize(context, request);
}

/*
 * Observed on Linux 6.18.15 in QEMU: a capture kernel that was loaded with kexec_file_load(2) after
 * KHO was finalized looks for its memory in the memory of KHO, and hangs.
 */
void kho_warn_of_capture(const struct context *context, const struct kexec_request *request)
{
	bool is_finalized;

	if (!request->is_capture || request->system_call == 'c')
		return;
	if (lineage_kho_is_finalized(context->root, &is_finalized) == 0 && is_finalized)
		complain("load: KHO is finalized: on Linux 6.18, a capture kernel that is loaded "
			 "now with 'kexec -s' hangs after a crash (load it with -c, or before KHO "
			 "is finalized)");
}
