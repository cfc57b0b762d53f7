// SPDX-License-Identifier: GPL-2.0-or-later
#include "policy.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/release.h"
#include "lib/cleanup.h"
#include "lib/releases.h"

static const char *const factor_names[] = { "previous_release", "ancestor", "kexec_count",
					    "kexec" };
static const char *const verdict_names[] = { "unknown", "nothing", "suspect", "associated" };

const char *lineage_policy_factor_name(enum lineage_policy_factor factor)
{
	return factor_names[factor];
}

const char *lineage_policy_verdict_name(enum lineage_policy_verdict verdict)
{
	return verdict_names[verdict];
}

bool lineage_policy_release_is_valid(const char *text)
{
	return lineage_release_is_valid(text, strlen(text));
}

static int hex_digit(char digit)
{
	if (digit >= '0' && digit <= '9')
		return digit - '0';
	return digit >= 'A' && digit <= 'F' ? digit - 'A' + 10 : -1;
}

/* Decode %XX in place. Return false for an incomplete or empty text, and for a NUL. */
static bool decode(char *text)
{
	char *to = text;

	if (!*text)
		return false;
	for (const char *at = text; *at; at++) {
		int high, low;

		if (*at != '%') {
			*to++ = *at;
			continue;
		}
		high = hex_digit(at[1]);
		low = high < 0 ? -1 : hex_digit(at[2]);
		if (low < 0 || high * 16 + low == 0)
			return false;
		*to++ = (char)(high * 16 + low);
		at += 2;
	}
	*to = '\0';
	return true;
}

/* Parse a whole decimal number without a sign. */
static bool parse_number(const char *text, const char *end, uint64_t *ret)
{
	char *stop;

	if (!isdigit((unsigned char)*text))
		return false;
	errno = 0;
	*ret = strtoull(text, &stop, 10);
	return errno == 0 && stop == end;
}

static bool parse_release(char *text, const char **ret)
{
	*ret = text;
	return decode(text) && lineage_policy_release_is_valid(text);
}

static bool parse_text(char *text, const char **ret)
{
	*ret = text;
	return decode(text);
}

/* Parse "CRASHED/BOOTS". */
static bool parse_share(const char *text, uint64_t *ret_crashed, uint64_t *ret_boots)
{
	const char *slash = strchr(text, '/');

	return slash && parse_number(text, slash, ret_crashed) &&
	       parse_number(slash + 1, text + strlen(text), ret_boots) &&
	       *ret_crashed <= *ret_boots;
}

static bool parse_factor(const char *text, enum lineage_policy_factor *ret)
{
	for (size_t i = 0; i < sizeof(factor_names) / sizeof(factor_names[0]); i++) {
		if (strcmp(text, factor_names[i]) != 0)
			continue;
		*ret = (enum lineage_policy_factor)i;
		return true;
	}
	return false;
}

/* The fields of a rule or of a transition. To add one, also add its name and a case. */
enum field {
	FIELD_FACTOR,
	FIELD_TO,
	FIELD_FROM,
	FIELD_VALUE,
	FIELD_COUNT,
	FIELD_CRASHED,
	FIELD_OTHERS,
	FIELD_BOOTS,
	FIELD_LABEL,
	FIELD_TITLE,
	FIELD_SIGNATURE,
	FIELD_KNOWN,
	FIELD_FIXED_IN,
	FIELDS,
};

static const char *const field_names[FIELDS] = {
	"factor", "to",	   "from",  "value",	 "count", "crashed",  "others",
	"boots",  "label", "title", "signature", "known", "fixed_in",
};

/**
 * struct line - a line while it is parsed: a rule or a transition
 * @given: bits of its fields
 */
struct line {
	struct lineage_policy_rule rule;
	struct lineage_policy_seen seen;
	unsigned int given;
};

static bool parse_count(const char *value, uint32_t *ret)
{
	uint64_t number;

	if (!parse_number(value, value + strlen(value), &number) || number == 0 ||
	    number > UINT32_MAX)
		return false;
	*ret = (uint32_t)number;
	return true;
}

static bool parse_value(enum field field, char *value, struct line *line)
{
	struct lineage_policy_rule *rule = &line->rule;

	switch (field) {
	case FIELD_FACTOR:
		return parse_factor(value, &rule->factor);
	case FIELD_TO:
		return parse_release(value, &rule->to);
	case FIELD_FROM:
		return parse_release(value, &line->seen.from);
	case FIELD_VALUE:
		return parse_release(value, &rule->value);
	case FIELD_COUNT:
		return parse_count(value, &rule->count);
	case FIELD_CRASHED:
		return parse_share(value, &rule->crashed, &rule->boots);
	case FIELD_OTHERS:
		return parse_share(value, &rule->other_crashed, &rule->other_boots);
	case FIELD_BOOTS:
		return parse_number(value, value + strlen(value), &line->seen.boots);
	case FIELD_LABEL:
		return parse_text(value, &rule->label);
	case FIELD_TITLE:
		return parse_text(value, &rule->title);
	case FIELD_SIGNATURE:
		return parse_text(value, &rule->signature);
	case FIELD_KNOWN:
		return parse_text(value, &rule->known);
	case FIELD_FIXED_IN:
		return parse_text(value, &rule->fixed_in);
	default: /* a field of a later version */
		return true;
	}
}

/* Parse a field. An unknown field is ignored; a field that is there twice is an error. */
static bool parse_field(const char *name, char *value, struct line *line)
{
	enum field field = 0;

	while (field < FIELDS && strcmp(name, field_names[field]) != 0)
		field++;
	if (field < FIELDS && line->given & 1U << field)
		return false;
	line->given |= 1U << field;
	return parse_value(field, value, line);
}

/* Parse "NAME=VALUE ..." after the first word. */
static bool parse_fields(char *rest, struct line *line)
{
	for (char *word; (word = strsep(&rest, " "));) {
		char *equals = strchr(word, '=');

		if (!equals)
			return false;
		*equals = '\0';
		if (!parse_field(word, equals + 1, line))
			return false;
	}
	return true;
}

static bool is_given(const struct line *line, enum field field)
{
	return line->given & 1U << field;
}

static bool is_whole_rule(const struct line *line)
{
	if (!is_given(line, FIELD_FACTOR) || !is_given(line, FIELD_CRASHED))
		return false;
	if (line->rule.factor == LINEAGE_POLICY_COUNT)
		return is_given(line, FIELD_COUNT);
	return line->rule.factor == LINEAGE_POLICY_KEXEC || is_given(line, FIELD_VALUE);
}

static int add_rule(struct lineage_policy *policy, const struct lineage_policy_rule *rule)
{
	void *more = reallocarray(policy->rules, policy->rule_count + 1, sizeof(*policy->rules));

	if (!more)
		return -ENOMEM;
	policy->rules = more;
	policy->rules[policy->rule_count++] = *rule;
	return 0;
}

static int add_seen(struct lineage_policy *policy, const struct lineage_policy_seen *seen)
{
	void *more = reallocarray(policy->seen, policy->seen_count + 1, sizeof(*policy->seen));

	if (!more)
		return -ENOMEM;
	policy->seen = more;
	policy->seen[policy->seen_count++] = *seen;
	return 0;
}

static int parse_line(struct lineage_policy *policy, char *text)
{
	char *rest = text, *word = strsep(&rest, " ");
	struct line line = { 0 };

	if (!rest || !parse_fields(rest, &line))
		return -EILSEQ;
	line.seen.to = line.rule.to;
	if (strcmp(word, "seen") == 0)
		return line.seen.to && line.seen.from && is_given(&line, FIELD_BOOTS)
			       ? add_seen(policy, &line.seen)
			       : -EILSEQ;
	line.rule.verdict = LINEAGE_POLICY_ASSOCIATED;
	if (strcmp(word, "suspect") == 0)
		line.rule.verdict = LINEAGE_POLICY_SUSPECT;
	else if (strcmp(word, "associated") != 0)
		return -EILSEQ;
	return is_whole_rule(&line) ? add_rule(policy, &line.rule) : -EILSEQ;
}

static bool parse_made(const char *text, int64_t *ret)
{
	struct tm time = { 0 };
	const char *end;

	if (strncmp(text, "made=", 5) != 0)
		return false;
	end = strptime(text + 5, "%Y-%m-%dT%H:%M:%SZ", &time);
	if (!end || *end)
		return false;
	*ret = timegm(&time);
	return true;
}

/* Parse the lines of @policy->text. @ret_line is the number of the line with the error. */
static int parse_lines(struct lineage_policy *policy, unsigned int *ret_line)
{
	char *rest = policy->text;
	int error = 0;

	for (*ret_line = 1; !error; ++*ret_line) {
		char *line = strsep(&rest, "\n");

		if (*ret_line == 1)
			error = strcmp(line, LINEAGE_HOST_POLICY_HEADER) ? -EPROTONOSUPPORT : 0;
		else if (!rest) /* the last line has no newline, or "end" is missing */
			error = -EILSEQ;
		else if (*ret_line == 2)
			error = parse_made(line, &policy->made) ? 0 : -EILSEQ;
		else if (strcmp(line, "end") == 0)
			return *rest ? -EILSEQ : 0;
		else
			error = parse_line(policy, line);
		if (error)
			break;
	}
	return error;
}

int lineage_host_policy_parse(const char *text, struct lineage_policy *ret, unsigned int *ret_line)
{
	LINEAGE_AUTO_POLICY policy = { .text = strdup(text) };
	unsigned int line;
	int error = policy.text ? parse_lines(&policy, &line) : -ENOMEM;

	if (error == -EILSEQ)
		*ret_line = line;
	if (error)
		return error;
	*ret = policy;
	policy = (struct lineage_policy){ 0 };
	return 0;
}

void lineage_host_policy_deinit(struct lineage_policy *policy)
{
	free(policy->rules);
	free(policy->seen);
	free(policy->text);
	*policy = (struct lineage_policy){ 0 };
}

static bool is_in_chain(const struct lineage_report *report, const char *release)
{
	for (size_t i = 0; i < report->chain_length; i++)
		if (strcmp(report->chain[i].release, release) == 0)
			return true;
	return false;
}

bool lineage_policy_matches(const struct lineage_policy_rule *rule,
			    const struct lineage_report *report, const char *to)
{
	if (rule->to && strcmp(rule->to, to) != 0)
		return false;
	switch (rule->factor) {
	case LINEAGE_POLICY_PREVIOUS:
		return report->release && strcmp(rule->value, report->release) == 0;
	case LINEAGE_POLICY_ANCESTOR:
		return is_in_chain(report, rule->value);
	case LINEAGE_POLICY_COUNT:
		return report->has_count && report->kexec_count >= rule->count - 1;
	default:
		return true;
	}
}

bool lineage_policy_has_fix(const struct lineage_policy_rule *rule, const char *to)
{
	LINEAGE_AUTO_FREE char *copy = rule->fixed_in ? strdup(rule->fixed_in) : NULL;
	char *rest = NULL;

	for (char *item = copy ? strtok_r(copy, ", ", &rest) : NULL; item;
	     item = strtok_r(NULL, ", ", &rest))
		if (lineage_release_has_fix(to, item))
			return true;
	return false;
}

bool lineage_policy_counts(const struct lineage_policy_rule *rule, const char *to)
{
	return rule->to || !lineage_policy_has_fix(rule, to);
}

static uint64_t add(uint64_t one, uint64_t other)
{
	return one > UINT64_MAX - other ? UINT64_MAX : one + other;
}

enum lineage_policy_verdict lineage_policy_judge(const struct lineage_policy *policy,
						 const struct lineage_report *report,
						 const char *to, uint64_t *ret_boots)
{
	enum lineage_policy_verdict verdict = LINEAGE_POLICY_UNKNOWN;

	*ret_boots = 0;
	for (size_t i = 0; report->release && i < policy->seen_count; i++)
		if (strcmp(policy->seen[i].from, report->release) == 0 &&
		    strcmp(policy->seen[i].to, to) == 0)
			*ret_boots = add(*ret_boots, policy->seen[i].boots);
	if (*ret_boots > 0)
		verdict = LINEAGE_POLICY_NOTHING;
	for (size_t i = 0; i < policy->rule_count; i++)
		if (policy->rules[i].verdict > verdict &&
		    lineage_policy_matches(&policy->rules[i], report, to) &&
		    lineage_policy_counts(&policy->rules[i], to))
			verdict = policy->rules[i].verdict;
	return verdict;
}
