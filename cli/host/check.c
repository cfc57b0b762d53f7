// SPDX-License-Identifier: GPL-2.0-or-later
/* The command check: report what is known of the next kexec, and what will cross it. */
#include <errno.h>
#include <inttypes.h>
#include <json-c/json.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/common/cleanup.h"
#include "cli/common/command.h"
#include "cli/common/fleet.h"
#include "cli/common/machine_history.h"
#include "check_kho.h"
#include "cli/common/output.h"
#include "host/doctor/doctor.h"
#include "lib/root.h"
#include "next_policy.h"
#include "report.h"

enum { OPTION_TO, OPTION_IMAGE, OPTION_POLICY, OPTION_STORE };

/* Largest policy of a store. It stays in memory, so that it can be larger than a file. */
#define STORE_POLICY_BYTES_MAX (64 << 20)

/* Limits for a server if the URL sets none: for the first responses, and for the whole answer. */
#define SERVER_WAIT_S "5"
#define SERVER_TOTAL_S 20

/* The checks of the doctor that say whether the lineage crosses the kexec. */
static const char *const carriers[] = { "autostamp", "kexec", "command line", "KHO" };

/**
 * struct next - the kexec that is checked
 * @to: release of the next kernel; empty if its image does not show it
 * @report: the running kernel
 * @policy: what is known; empty if there is no policy and no store
 * @verdict, @boots: the result of lineage_policy_judge()
 * @checks: the results of the doctor
 * @kho: what crosses through KHO, if @has_kho
 */
struct next {
	char to[LINEAGE_POLICY_RELEASE_SIZE];
	const struct lineage_report *report;
	struct lineage_policy policy;
	enum lineage_policy_verdict verdict;
	uint64_t boots;
	struct lineage_doctor_result checks[LINEAGE_DOCTOR_CHECKS];
	struct lineage_kho_cross kho;
	bool has_kho;
};

static void next_deinit(struct next *next)
{
	lineage_host_policy_deinit(&next->policy);
}

static bool is_server(const char *url)
{
	return strncmp(url, "clickhouse://", 13) == 0 || strncmp(url, "clickhouses://", 14) == 0;
}

/* Whether a URL has an option, such as "wait=". */
static bool has_option(const char *url, const char *name)
{
	for (const char *at = strchr(url, '?'); at; at = strchr(at, '&'))
		if (strncmp(++at, name, strlen(name)) == 0)
			return true;
	return false;
}

/*
 * Make the option --store of triage. Somebody waits for the answer before a kexec, so a server that
 * does not respond is an error soon. The URL can set another limit.
 */
static char *make_store_option(const char *url)
{
	bool is_limited =
		!is_server(url) || has_option(url, "timeout=") || has_option(url, "wait=");
	char *option;

	if (asprintf(&option, "--store=%s%s", url,
		     is_limited		? ""
		     : strchr(url, '?') ? "&wait=" SERVER_WAIT_S
					: "?wait=" SERVER_WAIT_S) < 0)
		return NULL;
	return option;
}

/* End this process, and the program that replaces it, after some time. */
static void limit_time(unsigned int seconds)
{
	sigset_t alarms;

	sigemptyset(&alarms);
	sigaddset(&alarms, SIGALRM);
	signal(SIGALRM, SIG_DFL);
	sigprocmask(SIG_UNBLOCK, &alarms, NULL);
	alarm(seconds);
}

/* Let kexec-lineage-fleet write the policy of a store to @out, and return its exit status. */
static int run_triage(const char *url, int out)
{
	LINEAGE_AUTO_FREE char *store = make_store_option(url);
	char name[] = "kexec-lineage", command[] = "triage", format[] = "--policy=-";

	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (is_server(url) && !has_option(url, "timeout="))
		limit_time(SERVER_TOTAL_S);
	if (!store || dup2(out, STDOUT_FILENO) < 0)
		return STATUS_FAILED;
	return fleet_run("check", (char *[]){ name, command, format, store, NULL });
}

/* Print an error message about a child that was ended by a signal. */
static void complain_of_signal(const char *url, int signal)
{
	if (signal == SIGALRM)
		complain("check: triage of %s took longer than %d s (set another limit for each "
			 "request with ?timeout=SECONDS)",
			 url, SERVER_TOTAL_S);
	else
		complain("check: triage of %s was ended by signal %d", url, signal);
}

/* Read what triage writes to a pipe. Return false after an error message. */
static bool read_triage(const char *url, char **ret, size_t *ret_size, int *ret_status)
{
	int pipes[2], status = -1, error;
	pid_t child;

	if (pipe(pipes)) {
		complain("check: cannot run triage: %s", strerror(errno));
		return false;
	}
	fflush(NULL);
	child = fork();
	if (child == 0) {
		close(pipes[0]);
		_exit(run_triage(url, pipes[1]));
	}
	error = child < 0 ? -errno : 0;
	close(pipes[1]);
	if (!error)
		error = lineage_read_all(pipes[0], STORE_POLICY_BYTES_MAX, ret, ret_size);
	close(pipes[0]);
	while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	if (error)
		complain("check: cannot run triage: %s", strerror(-error));
	else if (!WIFEXITED(status))
		complain_of_signal(url, WTERMSIG(status));
	*ret_status = WEXITSTATUS(status);
	return !error && WIFEXITED(status);
}

/*
 * Make the policy of a store, as `triage --policy` does. All releases are compared, since a rule
 * can be about all of them, and nothing need be known of the next one.
 */
static enum policy_state read_store(const char *url, struct lineage_policy *ret)
{
	LINEAGE_AUTO_FREE char *text = NULL;
	int status = STATUS_FAILED;
	size_t size = 0;

	if (!read_triage(url, &text, &size, &status) || status == STATUS_FAILED)
		return POLICY_REFUSED;
	if (size == 0)
		return status == STATUS_NOTHING ? POLICY_ABSENT : POLICY_REFUSED;
	return policy_parse(text, url, ret);
}

/* Read the store, the given policy, or the policy of this machine. */
static enum policy_state read_policy(const struct context *context,
				     const struct arguments *arguments, struct next *next)
{
	const char *given = arguments->values[OPTION_POLICY];
	AUTO_POLICY_SETTINGS settings = POLICY_SETTINGS_INIT;
	enum policy_state state;

	if (arguments->values[OPTION_STORE])
		return read_store(arguments->values[OPTION_STORE], &next->policy);
	if (!policy_settings(context, &settings))
		return POLICY_REFUSED;
	state = policy_read(&settings, given, &next->policy);
	if (state == POLICY_ABSENT && given) {
		complain("check: cannot read %s: %s", given, strerror(ENOENT));
		return POLICY_REFUSED;
	}
	if (state == POLICY_ABSENT)
		complain("check: there is no policy (%s) and no --store, so nothing is known; "
			 "'kexec-lineage triage --policy=FILE' makes one",
			 settings.path);
	return state;
}

/* Set the release of the next kernel. Return a status after an error message. */
static int read_release(const struct arguments *arguments, char ret[LINEAGE_POLICY_RELEASE_SIZE])
{
	const char *to = arguments->values[OPTION_TO], *path = arguments->values[OPTION_IMAGE];
	struct lineage_image image = { .size = sizeof(image) };
	int error;

	if (!to == !path) {
		complain("check: give either --to=RELEASE or --image=FILE");
		return STATUS_USAGE;
	}
	if (to && !lineage_policy_release_is_valid(to)) {
		complain("check: invalid release '%s' (expected 1 to 64 printable ASCII characters "
			 "without blanks)",
			 to);
		return STATUS_USAGE;
	}
	if (to) {
		snprintf(ret, LINEAGE_POLICY_RELEASE_SIZE, "%s", to);
		return STATUS_DONE;
	}
	error = lineage_image_read(path, &image);
	if (error) {
		complain("check: cannot read %s: %s", path, image_error(error));
		return STATUS_FAILED;
	}
	memcpy(ret, image.release, LINEAGE_POLICY_RELEASE_SIZE);
	if (!*ret)
		complain("check: the image %s does not show its release", path);
	return STATUS_DONE;
}

static bool is_carrier(const struct lineage_doctor_result *check)
{
	for (size_t i = 0; i < sizeof(carriers) / sizeof(carriers[0]); i++)
		if (strcmp(check->check, carriers[i]) == 0)
			return check->status != LINEAGE_DOCTOR_SKIPPED;
	return false;
}

static void print_rules(const struct next *next)
{
	for (size_t i = 0; i < next->policy.rule_count; i++) {
		const struct lineage_policy_rule *rule = &next->policy.rules[i];
		LINEAGE_AUTO_FREE char *text = NULL;
		LINEAGE_AUTO_FREE char *clean = NULL;

		if (!lineage_policy_matches(rule, next->report, next->to))
			continue;
		text = policy_describe(rule, next->to);
		clean = printable(text ? text : "");
		printf("known     %s\n", clean);
	}
}

static void print_carriers(const struct next *next)
{
	for (size_t i = 0; i < LINEAGE_DOCTOR_CHECKS; i++) {
		const struct lineage_doctor_result *check = &next->checks[i];
		LINEAGE_AUTO_FREE char *text = printable(check->text);

		if (is_carrier(check))
			printf("crosses   %s: %s (%s)\n", check->check, text,
			       lineage_doctor_status_name(check->status));
	}
}

static void print_text(const struct next *next)
{
	const struct lineage_report *report = next->report;
	LINEAGE_AUTO_FREE char *from = printable(report->release ? report->release : "unknown");
	LINEAGE_AUTO_FREE char *to = printable(*next->to ? next->to : "unknown");

	printf("kexec     from %s to %s", from, to);
	if (report->has_count)
		printf(", count %" PRIu64, (uint64_t)report->kexec_count + 1);
	putchar('\n');
	print_rules(next);
	if (next->verdict == LINEAGE_POLICY_NOTHING)
		printf("known     nothing against it: %" PRIu64 " boot%s of this transition\n",
		       next->boots, next->boots == 1 ? "" : "s");
	else if (next->verdict == LINEAGE_POLICY_UNKNOWN)
		puts("known     nothing: no boot of this transition is in the data");
	print_carriers(next);
	if (next->has_kho)
		check_kho_print(&next->kho);
}

static struct json_object *whole(uint64_t number)
{
	return json_object_new_int64(number > INT64_MAX ? INT64_MAX : (int64_t)number);
}

static struct json_object *rule_to_json(const struct lineage_policy_rule *rule, const char *to)
{
	struct json_object *object = json_object_new_object();

	json_add(object, "verdict", json_text(lineage_policy_verdict_name(rule->verdict)));
	json_add(object, "factor", json_text(lineage_policy_factor_name(rule->factor)));
	json_add(object, "value", json_text(rule->value));
	json_add(object, "count", rule->count ? whole(rule->count) : NULL);
	json_add(object, "label", json_text(rule->label));
	json_add(object, "title", json_text(rule->title));
	json_add(object, "signature", json_text(rule->signature));
	json_add(object, "known", json_text(rule->known));
	json_add(object, "fixed_in", json_text(rule->fixed_in));
	json_add(object, "has_fix", json_object_new_boolean(lineage_policy_has_fix(rule, to)));
	json_add(object, "crashed", whole(rule->crashed));
	json_add(object, "boots", whole(rule->boots));
	json_add(object, "other_crashed", whole(rule->other_crashed));
	json_add(object, "other_boots", whole(rule->other_boots));
	return object;
}

static struct json_object *carriers_to_json(const struct next *next)
{
	struct json_object *list = json_object_new_array();

	for (size_t i = 0; i < LINEAGE_DOCTOR_CHECKS; i++) {
		const struct lineage_doctor_result *check = &next->checks[i];
		struct json_object *object;

		if (!is_carrier(check))
			continue;
		object = json_object_new_object();
		json_add(object, "check", json_text(check->check));
		json_add(object, "status", json_text(lineage_doctor_status_name(check->status)));
		json_add(object, "text", json_text(check->text));
		json_object_array_add(list, object);
	}
	return list;
}

static void print_json(const struct next *next)
{
	const struct lineage_report *report = next->report;
	struct json_object *object = json_object_new_object(), *rules = json_object_new_array();

	json_add(object, "from", json_text(report->release));
	json_add(object, "to", json_text(*next->to ? next->to : NULL));
	json_add(object, "kexec_count",
		 report->has_count ? whole((uint64_t)report->kexec_count + 1) : NULL);
	json_add(object, "verdict", json_text(lineage_policy_verdict_name(next->verdict)));
	json_add(object, "boots", whole(next->boots));
	for (size_t i = 0; i < next->policy.rule_count; i++)
		if (lineage_policy_matches(&next->policy.rules[i], report, next->to))
			json_object_array_add(rules,
					      rule_to_json(&next->policy.rules[i], next->to));
	json_add(object, "rules", rules);
	json_add(object, "carriers", carriers_to_json(next));
	json_add(object, "kho", next->has_kho ? check_kho_to_json(&next->kho) : NULL);
	json_print(object);
}

static int status_of(enum lineage_policy_verdict verdict)
{
	switch (verdict) {
	case LINEAGE_POLICY_ASSOCIATED:
		return STATUS_ASSOCIATED;
	case LINEAGE_POLICY_SUSPECT:
		return STATUS_SUSPECT;
	case LINEAGE_POLICY_UNKNOWN:
		return STATUS_UNKNOWN;
	default:
		return STATUS_DONE;
	}
}

static int run(const struct context *context, const struct arguments *arguments)
{
	__attribute__((cleanup(next_deinit))) struct next next = { 0 };
	AUTO_REPORT struct lineage_report *report = NULL;
	LINEAGE_AUTO_FREE char *url = NULL;
	int status = read_release(arguments, next.to);

	if (status != STATUS_DONE)
		return status;
	if (arguments->values[OPTION_POLICY] && arguments->values[OPTION_STORE]) {
		complain("check: --policy and --store exclude each other; use one of them");
		return STATUS_USAGE;
	}
	url = history_url(context, NULL);
	report = url ? make_report(context) : NULL;
	if (!report || lineage_doctor_run(context->root, report, url, next.checks) ||
	    read_policy(context, arguments, &next) == POLICY_REFUSED)
		return STATUS_FAILED;
	next.report = report;
	next.has_kho = arguments->values[OPTION_IMAGE] &&
		       lineage_host_kho_cross(context->root, arguments->values[OPTION_IMAGE],
					      &next.kho) == 0;
	next.verdict = lineage_policy_judge(&next.policy, report, next.to, &next.boots);
	if (context->json)
		print_json(&next);
	else
		print_text(&next);
	return status_of(next.verdict);
}

const struct command command_check = {
	.name = "check",
	.operands = "(--to=RELEASE | --image=FILE) [--policy=FILE | --store=URL]",
	.summary = "say what is known of the next kexec, and what will cross it",
	.help = "Say whether crashes are known to depend on a kexec from the running kernel to\n"
		"another one: on the running kernel, on an earlier one, or on the count of\n"
		"kexecs. Then print how the lineage will be passed on.\n"
		"\n"
		"What is known is read from a policy, a small file that 'kexec-lineage triage\n"
		"--policy=FILE' writes (default: /var/lib/kexec-lineage/policy, or Policy= in\n"
		"/etc/kexec-lineage.conf), or from a store, which needs kexec-lineage-fleet. A\n"
		"policy that is older than 90 days, cut or damaged is not used.\n"
		"\n"
		"Examples:\n"
		"  kexec-lineage check --to=7.3.4\n"
		"  kexec-lineage check --image=/boot/vmlinuz --store=fleet.db",
	.exit_status = "0 nothing is known against it, 1 failed, 2 wrong usage, 10 a crash is "
		       "associated with it, 11 a crash is suspect, 12 the data has no such boot",
	.options = { { "to", "RELEASE", "release of the next kernel" },
		     { "image", "FILE", "read the release from the image of the next kernel" },
		     { "policy", "FILE", "use this policy" },
		     { "store", "URL", "use the boots and crashes of a store" } },
	.run = run,
};
