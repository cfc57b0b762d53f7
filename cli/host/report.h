/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How do commands get at the system's lineage, and at what the next kernel is? */
#ifndef LINEAGE_CLI_HOST_REPORT_H
#define LINEAGE_CLI_HOST_REPORT_H

#include "cli/common/command.h"
#include "kexec-lineage.h"

/**
 * struct next_kernel - what --kind, --for and --image say of the next kernel
 */
struct next_kernel {
	enum lineage_kind kind;
	char release[65];
	size_t cmdline_limit;
};

/* The report, or NULL after a message. */
struct lineage_report *make_report(const struct context *context);

/* The options that `stamp` and `cmdline` share, in the order that read_next_kernel() takes. */
#define NEXT_KERNEL_OPTIONS                                                          \
	{ "kind", "KIND", "k: for a kexec (default), p: for a capture kernel" },     \
		{ "for", "RELEASE", "release of the next kernel" },                  \
	{                                                                            \
		"image", "FILE", "image of the next kernel, which tells its release" \
	}

/**
 * read_next_kernel() - look at the values of NEXT_KERNEL_OPTIONS
 *
 * Return: STATUS_DONE, or another status after a message.
 */
int read_next_kernel(const char *const *values, struct next_kernel *ret);

/* Say that what --for gave is no release. */
void complain_no_release(const struct next_kernel *next);

/* A chain's entry for people, "<- RELEASE (2 runs)", into @buf of CHAIN_TEXT_SIZE bytes. */
#define CHAIN_TEXT_SIZE 96
void format_chain_entry(const struct lineage_entry *entry, char *buf);

/* What stands below a chain's last entry. */
const char *chain_end(bool is_complete);

/* Say on stderr where a stamp for the next kernel will not tell the whole truth. */
void remark_on_stamp(const struct lineage_report *report);

#endif /* LINEAGE_CLI_HOST_REPORT_H */
