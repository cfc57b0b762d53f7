// SPDX-License-Identifier: GPL-2.0-or-later
#include "kho_finalize.h"

#include <errno.h>
#include <string.h>

#include "kexec-lineage.h"
#include "cli/common/output.h"

static const char *reason(int error)
{
	switch (error) {
	case -EPERM: /* debugfs refuses whoever asks */
		return "the kernel is locked down";
	case -EILSEQ:
		return "its file holds neither 0 nor 1";
	default:
		return strerror(-error);
	}
}

/*
 * KHO crosses kexec_file_load(2) only. Which system call kexec uses unasked depends on its version
 * and how it was built: then the word is only what holds for sure.
 */
static void finalize(const struct context *context, const struct kexec_request *request)
{
	bool is_finalized;
	bool has_lineage;
	int error;

	error = lineage_kho_is_finalized(context->root, &is_finalized);
	/* Where there is no root folder the report says so. */
	if (error == -ENODATA || error == -ENOENT || error == -ENOTDIR || (!error && is_finalized))
		return;
	if (!error)
		error = lineage_kho_finalize(context->root, &has_lineage);
	if (error)
		complain("KHO cannot be finalized (%s): the lineage goes on the command line alone",
			 reason(error));
	else if (!has_lineage)
		complain("KHO finalized, but this kernel hands no lineage over (is the module "
			 "kexec_lineage loaded?): it goes on the command line alone");
	else if (request->system_call)
		complain("KHO finalized: the next kernel gets the lineage through memory, too");
	else
		complain("KHO finalized: with 'kexec -s' the next kernel gets the lineage through "
			 "memory, too");
}

/* Seen on Linux 6.18.15 in QEMU: such a kernel looks for its memory where KHO's is, and hangs. */
static void warn_of_capture(const struct context *context)
{
	bool is_finalized;

	if (lineage_kho_is_finalized(context->root, &is_finalized) == 0 && is_finalized)
		complain("KHO is finalized: on Linux 6.18 a capture kernel that is loaded now with "
			 "'kexec -s' hangs silently when it is needed; load it before KHO is "
			 "finalized, or with -c");
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
