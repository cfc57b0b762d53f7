// SPDX-License-Identifier: GPL-2.0-or-later
#include "next_policy.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/common/cleanup.h"
#include "cli/common/machine_history.h"
#include "cli/common/output.h"
#include "host/policy_newest.h"
#include "host/policy_signature.h"
#include "lib/root.h"

#define NOT_USED "the policy %s is not used: "
#define WARNINGS_MAX 3
#define WARNING_BYTES 400
#define MAKE_ANOTHER "make another with 'kexec-lineage triage --policy=FILE'"

static bool is_current(const struct lineage_policy *policy, const char *name)
{
	int64_t age = (int64_t)time(NULL) - policy->made;

	if (age > LINEAGE_HOST_POLICY_OLD_S)
		complain(NOT_USED "it is %" PRId64 " days old (" MAKE_ANOTHER ")", name,
			 age / (24 * 3600));
	else if (age < -LINEAGE_HOST_POLICY_FUTURE_S)
		complain(NOT_USED "it was made %" PRId64 " days after the time of this machine's "
				  "clock",
			 name, -age / (24 * 3600));
	else
		return true;
	return false;
}

enum policy_state policy_parse(const char *text, const char *name, struct lineage_policy *ret)
{
	LINEAGE_AUTO_POLICY policy = { 0 };
	unsigned int line = 0;
	int error = lineage_host_policy_parse(text, &policy, &line);

	if (error == -EPROTONOSUPPORT)
		complain(NOT_USED "its first line is not '" LINEAGE_HOST_POLICY_HEADER "'", name);
	else if (error == -EILSEQ)
		complain(NOT_USED "line %u is invalid, or the file was cut (" MAKE_ANOTHER ")",
			 name, line);
	else if (error)
		complain(NOT_USED "%s", name, strerror(-error));
	if (error || !is_current(&policy, name))
		return POLICY_REFUSED;
	*ret = policy;
	policy = (struct lineage_policy){ 0 };
	return POLICY_READ;
}

/** struct file - a policy that is read */
struct file {
	const struct lineage_root *root;
	const char *path; /* relative to @root */
	const char *name; /* in messages */
	char *text;
	size_t size;
};

/* Verify the signature. Return false after an error message. */
static bool is_signed(const struct file *file, const struct policy_settings *settings)
{
	const char *program = "", *path = file->name;
	LINEAGE_AUTO_FREE char *key = NULL;
	int error = lineage_host_signature_file(&settings->root, settings->key + settings->prefix,
						&key);

	if (error) {
		complain(NOT_USED "cannot read the key %s: %s", path, settings->key,
			 strerror(-error));
		return false;
	}
	error = lineage_host_policy_verify(file->root, file->path, file->text, file->size, key,
					   &program);
	if (error == -ENOENT)
		complain(NOT_USED
			 "PolicyKey is set, and there is no signature %s.minisig or %s.sig",
			 path, path, path);
	else if (error == -ENOPKG)
		complain(NOT_USED "%s is not installed, which verifies its signature", path,
			 program);
	else if (error == -EKEYREJECTED)
		complain(NOT_USED "%s found no valid signature by the key %s", path, program,
			 settings->key);
	else if (error)
		complain(NOT_USED "its signature cannot be verified: %s", path, strerror(-error));
	return error == 0;
}

/* Read and parse a file. */
static enum policy_state read_file(struct file *file, const struct policy_settings *settings,
				   struct lineage_policy *ret)
{
	int error = lineage_root_read(file->root, file->path, LINEAGE_HOST_POLICY_BYTES_MAX + 1,
				      &file->text, &file->size);

	if (error == -ENOENT)
		return POLICY_ABSENT;
	if (!error && file->size > LINEAGE_HOST_POLICY_BYTES_MAX)
		error = -EFBIG;
	if (!error && strlen(file->text) != file->size)
		error = -EILSEQ;
	if (!error && settings->key && !is_signed(file, settings))
		return POLICY_REFUSED;
	if (!error)
		return policy_parse(file->text, file->name, ret);
	complain(NOT_USED "%s", file->name,
		 error == -EILSEQ ? "it contains a NUL" : strerror(-error));
	return POLICY_REFUSED;
}

/* Return whether this machine has used a newer policy; print an error message if so. */
static bool is_replayed(const struct policy_settings *settings, const struct lineage_policy *policy)
{
	if (policy->made >= lineage_host_policy_newest_read(&settings->root))
		return false;
	complain(NOT_USED "this machine has used a newer one (to use this one nevertheless, remove "
			  "/" LINEAGE_HOST_POLICY_NEWEST_PATH ")",
		 settings->path);
	return true;
}

enum policy_state policy_read(const struct policy_settings *settings, const char *given,
			      struct lineage_policy *ret)
{
	const struct lineage_root here = { .fd = AT_FDCWD, .is_system = true };
	struct file file = { .root = given ? &here : &settings->root,
			     .path = given ? given : settings->path + settings->prefix,
			     .name = given ? given : settings->path };
	enum policy_state state = read_file(&file, settings, ret);

	free(file.text);
	if (state == POLICY_READ && !given && settings->key && is_replayed(settings, ret)) {
		lineage_host_policy_deinit(ret);
		return POLICY_REFUSED;
	}
	return state;
}

/* Make the path of a file below the root, as it is printed. Return NULL if memory runs out. */
static char *below_root(const struct context *context, const char *path)
{
	char *full;

	return asprintf(&full, "%s/%s", context->root ? context->root : "",
			path + strspn(path, "/")) < 0
		       ? NULL
		       : full;
}

bool policy_settings(const struct context *context, struct policy_settings *ret)
{
	LINEAGE_AUTO_CONFIG config = { 0 };
	int error;

	if (!history_config(context, &config))
		return false;
	ret->refuses = config.refuses;
	ret->prefix = (context->root ? strlen(context->root) : 0) + 1;
	ret->path = below_root(context, config.policy ? config.policy : LINEAGE_HOST_POLICY_PATH);
	ret->key = config.policy_key ? below_root(context, config.policy_key) : NULL;
	error = ret->path && (ret->key || !config.policy_key)
			? lineage_root_init(&ret->root, context->root)
			: -ENOMEM;
	if (error)
		complain("cannot read %s: %s", context->root ? context->root : "/",
			 strerror(-error));
	return error == 0;
}

void policy_settings_deinit(struct policy_settings *settings)
{
	lineage_root_deinit(&settings->root);
	free(settings->path);
	free(settings->key);
}

static char *describe_group(const struct lineage_policy_rule *rule)
{
	char *text;
	int length;

	switch (rule->factor) {
	case LINEAGE_POLICY_PREVIOUS:
		length = asprintf(&text, "after %s", rule->value);
		break;
	case LINEAGE_POLICY_ANCESTOR:
		length = asprintf(&text, "with %s further back in the chain", rule->value);
		break;
	case LINEAGE_POLICY_COUNT:
		length =
			asprintf(&text, "from kexec %" PRIu32 " after a cold boot on", rule->count);
		break;
	default:
		length = asprintf(&text, "after a kexec");
	}
	return length < 0 ? NULL : text;
}

char *policy_describe(const struct lineage_policy_rule *rule, const char *to)
{
	LINEAGE_AUTO_FREE char *group = describe_group(rule);
	bool has_fix = lineage_policy_has_fix(rule, to);
	char *text;

	if (!group ||
	    asprintf(&text,
		     "%s %s: \"%s\" in %" PRIu64 " of %" PRIu64 " boots, and in %" PRIu64
		     " of %" PRIu64 " other boots%s%s (%s%s%s)%s%s%s%s",
		     rule->to ? to : "any kernel", group, rule->title ? rule->title : "any crash",
		     rule->crashed, rule->boots, rule->other_crashed, rule->other_boots,
		     rule->label ? ", only on " : "", rule->label ? rule->label : "",
		     lineage_policy_verdict_name(rule->verdict),
		     rule->signature ? ", signature " : "", rule->signature ? rule->signature : "",
		     rule->known ? ". " : "", rule->known ? rule->known : "",
		     has_fix ? rule->to ? " Nevertheless, it crashed with the fix: "
					: " The fix is in "
			     : "",
		     has_fix ? to : "") < 0)
		return NULL;
	return text;
}

/* Warn of a rule. A title has any length, and the console may be slow. */
static void warn(const struct lineage_policy_rule *rule, const char *to, bool is_refused)
{
	LINEAGE_AUTO_FREE char *text = policy_describe(rule, to);

	complain("load: %s%.*s", is_refused ? "not loaded: " : "warning: ", WARNING_BYTES,
		 text ? text : "");
}

bool policy_allows(const struct context *context, const struct lineage_report *report,
		   const char *to)
{
	LINEAGE_AUTO_POLICY policy = { 0 };
	AUTO_POLICY_SETTINGS settings = POLICY_SETTINGS_INIT;
	bool is_refused = false;
	size_t known = 0;

	if (!policy_settings(context, &settings) ||
	    policy_read(&settings, NULL, &policy) != POLICY_READ)
		return true;
	/* A date that cannot be written prevents no load. */
	if (settings.key)
		(void)lineage_host_policy_newest_write(&settings.root, policy.made);
	for (size_t i = 0; i < policy.rule_count; i++) {
		const struct lineage_policy_rule *rule = &policy.rules[i];
		/* This machine may have other hardware. */
		bool is_certain = !rule->label;

		if (rule->verdict != LINEAGE_POLICY_ASSOCIATED ||
		    !lineage_policy_matches(rule, report, to) || !lineage_policy_counts(rule, to))
			continue;
		is_refused |= settings.refuses && is_certain;
		if (known++ < WARNINGS_MAX)
			warn(rule, to, settings.refuses && is_certain);
	}
	if (known > WARNINGS_MAX)
		complain("load: %zu more rules of %s match ('kexec-lineage check' lists them)",
			 known - WARNINGS_MAX, settings.path);
	if (is_refused)
		complain("load: not loaded: a cold boot avoids this; to load the kernel "
			 "nevertheless, use OnPolicy=warn in /etc/kexec-lineage.conf");
	return !is_refused;
}
