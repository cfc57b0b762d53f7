/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The policy of this machine: what is known of the next kexec. */
#ifndef LINEAGE_CLI_HOST_NEXT_POLICY_H
#define LINEAGE_CLI_HOST_NEXT_POLICY_H

#include "cli/common/command.h"
#include "host/policy.h"

/** enum policy_state - result of policy_read() */
enum policy_state {
	POLICY_READ,
	POLICY_ABSENT,
	POLICY_REFUSED, /* after an error message */
};

/**
 * policy_read() - read the policy of a file
 * @path: path of the file
 * @ret: the policy; the caller deinitialises it
 *
 * A policy that is damaged, of another version, old, or from the future is refused.
 */
enum policy_state policy_read(const char *path, struct lineage_policy *ret);

/* As policy_read(), for the text of a policy. @name: its name in messages */
enum policy_state policy_parse(const char *text, const char *name, struct lineage_policy *ret);

/**
 * policy_path() - get the path of the policy of this machine
 * @ret_refuses: whether "OnPolicy=refuse" is configured; may be NULL
 *
 * Return: an allocated path, which the caller frees; NULL after an error message.
 */
char *policy_path(const struct context *context, bool *ret_refuses);

/**
 * policy_allows() - consult the policy of this machine before a load
 * @report: the running kernel
 * @to: release of the next kernel; empty if unknown
 *
 * Print a warning if a crash is associated with this kexec; if many are, of the first ones. No
 * error prevents the load.
 *
 * Return: false if the load is to be refused ("OnPolicy=refuse"), and a crash is associated on all
 * hardware.
 */
bool policy_allows(const struct context *context, const struct lineage_report *report,
		   const char *to);

/**
 * policy_describe() - describe a rule in one sentence
 *
 * Return: an allocated text, which the caller frees; NULL if memory runs out.
 */
char *policy_describe(const struct lineage_policy_rule *rule, const char *to);

#endif /* LINEAGE_CLI_HOST_NEXT_POLICY_H */
