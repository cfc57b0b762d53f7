// SPDX-License-Identifier: GPL-2.0-or-later
#include "kho_finalize.h"

#include <errno.h>
#include <string.h>

#include "kexec-lineage.h"
#include "cli/common/output.h"

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

/*
 * KHO works with kexec_file_load(2) only. Without -s, -c or -a, the version and the build of kexec
 * determine the system call, so the message names the option -s.
 */
static void finalize(const struct context *context, const struct kexec_request *request)
{
	bool is_finalized;
	bool has_lineage;
	int error;

	error = lineage_kho_is_finalized(context->root, &is_finalized);
	/* A missing root folder is reported by make_report(). */
	if (error == -ENODATA || error == -ENOENT || error == -ENOTDIR || (!error && is_finalized))
		return;
	if (!error)
		error = lineage_kho_finalize(context->root, &has_lineage);
	if (error)
		complain("load: cannot finalize KHO (%s): the lineage is passed in the command "
			 "line only",
			 reason(error));
	else if (!has_lineage)
		complain("load: KHO is finalized, but this kernel passes no lineage through KHO "
			 "(is the module kexec_lineage loaded?): the lineage is passed in the "
			 "command line only");
	else if (request->system_call)
		complain("load: KHO is finalized: the lineage is also passed through KHO");
	else
		complain("load: KHO is finalized: with 'kexec -s' the lineage is also passed "
			 "through KHO");
}

/*
 * Observed on Linux 6.18.15 in QEMU: a capture kernel that was loaded with kexec_file_load(2) after
 * KHO was finalized looks for its memory in the memory of KHO, and hangs.
 */
static void warn_of_capture(const struct context *context)
{
	bool is_finalized;

	if (lineage_kho_is_finalized(context->root, &is_finalized) == 0 && is_finalized)
		complain("load: KHO is finalized: on Linux 6.18, a capture kernel that is loaded "
			 "now with 'kexec -s' hangs after a crash (load it with -c, or before KHO "
			 "is finalized)");
}

void prepare_kho(const struct context *context, const struct kexec_request *request)
{
	if (request->system_call == 'c')
		return;
	if (request->is_capture)
		warn_of_capture(context);
	else
		finalize(context, request);
}
