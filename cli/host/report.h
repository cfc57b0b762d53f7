/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The report of the running system, and the options that describe the next kernel. */
#ifndef LINEAGE_CLI_HOST_REPORT_H
#define LINEAGE_CLI_HOST_REPORT_H

#include "cli/common/command.h"
#include "kexec-lineage.h"

/**
 * struct next_kernel - values of --kind, --for and --image
 * @kind: how the next kernel will be started
 * @release: its release; empty if unknown
 * @cmdline_limit: maximum length of its command line in bytes
 */
struct next_kernel {
	enum lineage_kind kind;
	char release[65];
	size_t cmdline_limit;
};

/* Create the report of the running system. Return NULL after an error message. */
struct lineage_report *make_report(const struct context *context);

/* Describe an error of lineage_image_read(). */
const char *image_error(int error);

/* Options of both `stamp` and `cmdline`, in the order that read_next_kernel() expects. */
#define NEXT_KERNEL_OPTIONS                                                           \
	{ "kind", "KIND", "k for a kexec (default), p for a capture kernel" },        \
		{ "for", "RELEASE", "release of the next kernel" },                   \
	{                                                                             \
		"image", "FILE", "read the release from the image of the next kernel" \
	}

/**
 * read_next_kernel() - parse the values of NEXT_KERNEL_OPTIONS
 *
 * Return: STATUS_DONE, or another status after an error message.
 */
int read_next_kernel(const char *const *values, struct next_kernel *ret);

/* Report that the value of --for is not a valid release. */
void complain_no_release(const struct next_kernel *next);

/* Format an entry of a chain, "<- RELEASE (2 runs)", into @buf of CHAIN_TEXT_SIZE bytes. */
#define CHAIN_TEXT_SIZE 96
void format_chain_entry(const struct lineage_entry *entry, char *buf);

/* Return the text to print after the last entry of a chain. */
const char *chain_end(bool is_complete);

/* Print a warning to stderr if the stamp for the next kernel counts too few kexecs. */
void remark_on_stamp(const struct lineage_report *report);

#endif /* LINEAGE_CLI_HOST_REPORT_H */
