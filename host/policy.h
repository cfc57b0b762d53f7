/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The policy: a small text with the known dependences of crashes on the previous kernel, for
 * machines that have no store.
 *
 * `kexec-lineage triage --policy=FILE` writes it. Its lines are:
 *
 *	kexec-lineage-policy 1
 *	made=2026-11-30T02:30:00Z
 *	associated factor=previous_release value=7.2.9 to=7.3.4 crashed=41/1203 others=3/9120
 *		signature=0123456789abcdef title=kernel%20BUG%20in%20f
 *	seen from=7.2.9 to=7.3.4 boots=1203
 *	end
 *
 * (a rule is one line). Each rule begins with `associated` or `suspect`. A line `seen` says that
 * the store has boots of this transition. Text is encoded as a release in a stamp. Unknown fields
 * are ignored, so that later versions can add some; unknown lines are not. A field that is there
 * twice, and a share above 1, make the file invalid.
 */
#ifndef LINEAGE_HOST_POLICY_H
#define LINEAGE_HOST_POLICY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kexec-lineage.h"

#define LINEAGE_HOST_POLICY_PATH "var/lib/kexec-lineage/policy"
#define LINEAGE_HOST_POLICY_BYTES_MAX ((size_t)4 << 20)
#define LINEAGE_HOST_POLICY_HEADER "kexec-lineage-policy 1"

/* A policy that is older, or made so long after now, is not used. */
#define LINEAGE_HOST_POLICY_OLD_S (90 * 24 * 3600)
#define LINEAGE_HOST_POLICY_FUTURE_S (24 * 3600)

/** enum lineage_policy_factor - what a rule depends on; the words of `triage --json` */
enum lineage_policy_factor {
	LINEAGE_POLICY_PREVIOUS, /* the previous release is @value */
	LINEAGE_POLICY_ANCESTOR, /* a kernel further back in the chain is @value */
	LINEAGE_POLICY_COUNT,	 /* the kexec count is at least @count */
	LINEAGE_POLICY_KEXEC,	 /* any kexec */
};

/** enum lineage_policy_verdict - what is known of a kexec; a larger value is worse */
enum lineage_policy_verdict {
	LINEAGE_POLICY_UNKNOWN, /* the store has no boot of this transition */
	LINEAGE_POLICY_NOTHING, /* it has some, and no rule matches */
	LINEAGE_POLICY_SUSPECT,
	LINEAGE_POLICY_ASSOCIATED,
};

/**
 * struct lineage_policy_rule - one dependence
 * @to: the release that crashes; NULL for all
 * @value: the release of the factor; NULL if it has none
 * @count: the first count of LINEAGE_POLICY_COUNT
 * @label: the only machines that it was found on: hardware, or a text of `ingest --label`; NULL for
 *	all. A machine does not know its label.
 * @title, @signature: the crash; NULL if the file does not name it
 * @known: a sentence about the known bug; NULL if the bug is unknown
 * @fixed_in: list of releases with its fix; NULL if unknown, or if another bug may be the cause
 * @crashed, @boots, @other_crashed, @other_boots: boots that match the factor, and all others
 */
struct lineage_policy_rule {
	enum lineage_policy_verdict verdict;
	enum lineage_policy_factor factor;
	const char *to;
	const char *value;
	uint32_t count;
	const char *label;
	const char *title;
	const char *signature;
	const char *known;
	const char *fixed_in;
	uint64_t crashed, boots, other_crashed, other_boots;
};

/** struct lineage_policy_seen - a transition of which the store has boots */
struct lineage_policy_seen {
	const char *from;
	const char *to;
	uint64_t boots;
};

/**
 * struct lineage_policy - a policy; release it with lineage_host_policy_deinit()
 * @made: when it was made, seconds since 1970 UTC
 * @text: the texts that the other members point to
 */
struct lineage_policy {
	int64_t made;
	struct lineage_policy_rule *rules;
	size_t rule_count;
	struct lineage_policy_seen *seen;
	size_t seen_count;
	char *text;
};

/**
 * lineage_host_policy_parse() - parse a policy
 * @text: its content, NUL-terminated; copied
 * @ret: untouched on failure
 * @ret_line: number of the first invalid line
 *
 * Return: 0; -ENOMEM; -EPROTONOSUPPORT if it is of another version; -EILSEQ and @ret_line if a line
 * is invalid, or if the last line is not "end": the file was cut.
 */
int lineage_host_policy_parse(const char *text, struct lineage_policy *ret, unsigned int *ret_line);

/** lineage_host_policy_deinit() - free a policy */
void lineage_host_policy_deinit(struct lineage_policy *policy);

#define LINEAGE_AUTO_POLICY \
	__attribute__((cleanup(lineage_host_policy_deinit))) struct lineage_policy

#define LINEAGE_POLICY_RELEASE_SIZE 65 /* bytes of a release and its NUL */

/** lineage_policy_release_is_valid() - whether a text is a valid release */
bool lineage_policy_release_is_valid(const char *text);

/** lineage_policy_factor_name(), lineage_policy_verdict_name() - the words of the file; static */
const char *lineage_policy_factor_name(enum lineage_policy_factor factor);
const char *lineage_policy_verdict_name(enum lineage_policy_verdict verdict);

/**
 * lineage_policy_matches() - whether a rule is about a kexec
 * @report: the running kernel, which starts the next one
 * @to: release of the next kernel
 *
 * The count of the next kernel is one more than that of the running one. If the count or the chain
 * of the running kernel is unknown, rules about them do not match.
 */
bool lineage_policy_matches(const struct lineage_policy_rule *rule,
			    const struct lineage_report *report, const char *to);

/**
 * lineage_policy_has_fix() - whether a release has the fix of a rule's known bug
 *
 * An item of the list with three numbers, such as 6.12.67, is about its series; one with two, such
 * as 6.19 and 7.0-rc2, about all later releases; any other one about this release only. A release
 * candidate is older than its release.
 */
bool lineage_policy_has_fix(const struct lineage_policy_rule *rule, const char *to);

/**
 * lineage_policy_counts() - whether a rule that matches counts against a kexec
 *
 * A rule about all releases does not count if the next kernel has the fix. A rule about one release
 * counts, since its kernel crashed nevertheless.
 */
bool lineage_policy_counts(const struct lineage_policy_rule *rule, const char *to);

/**
 * lineage_policy_judge() - find what is known of a kexec
 * @ret_boots: boots of this transition in the store
 *
 * Return: the worst verdict of the rules that match and count.
 */
enum lineage_policy_verdict lineage_policy_judge(const struct lineage_policy *policy,
						 const struct lineage_report *report,
						 const char *to, uint64_t *ret_boots);

#endif /* LINEAGE_HOST_POLICY_H */
