/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The policy of this machine: what is known of the next kexec. */
#ifndef LINEAGE_CLI_HOST_NEXT_POLICY_H
#define LINEAGE_CLI_HOST_NEXT_POLICY_H

#include "cli/common/command.h"
#include "host/policy.h"
#include "lib/root.h"

/** enum policy_state - result of policy_read() */
enum policy_state {
	POLICY_READ,
	POLICY_ABSENT,
	POLICY_REFUSED, /* after an error message */
};

/**
 * struct policy_settings - the configuration of this machine
 * @root: the root folder
 * @path: path of the policy, as it is printed; owned
 * @key: path of the public key, as it is printed; NULL if the policy need not be signed; owned
 * @prefix: bytes of @path and @key before the part that is relative to @root
 * @refuses: whether "OnPolicy=refuse" is configured
 */
struct policy_settings {
	struct lineage_root root;
	char *path;
	char *key;
	size_t prefix;
	bool refuses;
};

#define POLICY_SETTINGS_INIT               \
	{                                  \
		.root = LINEAGE_ROOT_INIT, \
	}

/**
 * policy_read() - read a policy
 * @given: path of the policy, not below the root folder; NULL for that of the settings
 * @ret: the policy; the caller deinitialises it
 *
 * A policy that is damaged, of another version, old, from the future, or not signed by the key of
 * the settings (host/policy_signature.h) is refused. So is a signed policy of the settings that is
 * older than one that this machine has used (host/policy_newest.h).
 */
enum policy_state policy_read(const struct policy_settings *settings, const char *given,
			      struct lineage_policy *ret);

/* As policy_read(), for the text of a policy. @name: its name in messages */
enum policy_state policy_parse(const char *text, const char *name, struct lineage_policy *ret);

/* Read the configuration. Return false after an error message. */
bool policy_settings(const struct context *context, struct policy_settings *ret);

void policy_settings_deinit(struct policy_settings *settings);
#define AUTO_POLICY_SETTINGS __attribute__((cleanup(policy_settings_deinit))) struct policy_settings

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
