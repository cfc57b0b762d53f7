// SPDX-License-Identifier: GPL-2.0-or-later
/* The command doctor: check whether this machine knows, records and passes on its lineage. */
#include "host/doctor/doctor.h"

#include <errno.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/common/cleanup.h"
#include "cli/common/command.h"
#include "cli/common/machine_history.h"
#include "cli/common/output.h"
#include "lib/replace.h"
#include "report.h"

enum { OPTION_TEXTFILE, OPTION_STORE };

#define RED "\033[31m"
#define YELLOW "\033[33m"
#define GREEN "\033[32m"
#define PLAIN "\033[0m"

static const char *colour_of(enum lineage_doctor_status status)
{
	switch (status) {
	case LINEAGE_DOCTOR_OK:
		return GREEN;
	case LINEAGE_DOCTOR_FAIL:
		return RED;
	default:
		return YELLOW;
	}
}

static void print_result(const struct lineage_doctor_result *result)
{
	LINEAGE_AUTO_FREE char *text = printable(result->text);
	LINEAGE_AUTO_FREE char *remedy = printable(result->remedy);
	bool is_coloured = wants_colours();

	printf("%s%-7s%s  %-14s  %s\n", is_coloured ? colour_of(result->status) : "",
	       lineage_doctor_status_name(result->status), is_coloured ? PLAIN : "", result->check,
	       text);
	if (*remedy)
		printf("%-25sfix: %s\n", "", remedy);
}

static size_t count(const struct lineage_doctor_result *results, enum lineage_doctor_status status)
{
	size_t found = 0;

	for (size_t i = 0; i < LINEAGE_DOCTOR_CHECKS; i++)
		found += results[i].status == status;
	return found;
}

static void print_text(const struct lineage_doctor_result *results)
{
	size_t warnings, failures;

	for (size_t i = 0; i < LINEAGE_DOCTOR_CHECKS; i++)
		if (results[i].status != LINEAGE_DOCTOR_SKIPPED)
			print_result(&results[i]);
	warnings = count(results, LINEAGE_DOCTOR_WARN);
	failures = count(results, LINEAGE_DOCTOR_FAIL);
	printf("\n%zu ok, %zu unknown, %zu warning%s, %zu failure%s\n",
	       count(results, LINEAGE_DOCTOR_OK), count(results, LINEAGE_DOCTOR_UNKNOWN), warnings,
	       warnings == 1 ? "" : "s", failures, failures == 1 ? "" : "s");
}

static struct json_object *result_to_json(const struct lineage_doctor_result *result)
{
	struct json_object *object = json_object_new_object();

	json_add(object, "check", json_text(result->check));
	json_add(object, "status", json_text(lineage_doctor_status_name(result->status)));
	json_add(object, "text", json_text(result->text));
	json_add(object, "remedy", json_text(*result->remedy ? result->remedy : NULL));
	return object;
}

static void print_json(const struct lineage_doctor_result *results)
{
	struct json_object *object = json_object_new_object(), *list = json_object_new_array();

	for (size_t i = 0; i < LINEAGE_DOCTOR_CHECKS; i++)
		if (results[i].status != LINEAGE_DOCTOR_SKIPPED)
			json_object_array_add(list, result_to_json(&results[i]));
	json_add(object, "checks", list);
	json_print(object);
}

/* Write the status of each check for the textfile collector of the Prometheus node exporter. */
static int write_metrics(const struct lineage_doctor_result *results, const char *path)
{
	LINEAGE_AUTO_FREE char *text = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&text, &size);
	int error = -ENOMEM;

	if (stream) {
		fputs("# TYPE kexec_lineage_check_info gauge\n"
		      "# HELP kexec_lineage_check_info Status of each check of the doctor; always "
		      "1.\n",
		      stream);
		for (size_t i = 0; i < LINEAGE_DOCTOR_CHECKS; i++)
			if (results[i].status != LINEAGE_DOCTOR_SKIPPED)
				fprintf(stream,
					"kexec_lineage_check_info{check=\"%s\",status=\"%s\"} 1\n",
					results[i].check,
					lineage_doctor_status_name(results[i].status));
		fputs("# EOF\n", stream);
		error = fclose(stream) ? -ENOMEM : lineage_file_replace(path, text, size);
	}
	if (!error)
		return STATUS_DONE;
	complain("doctor: cannot write %s: %s", path, strerror(-error));
	return STATUS_FAILED;
}

static int run(const struct context *context, const struct arguments *arguments)
{
	struct lineage_doctor_result results[LINEAGE_DOCTOR_CHECKS];
	LINEAGE_AUTO_FREE char *url = history_url(context, arguments->values[OPTION_STORE]);
	AUTO_REPORT struct lineage_report *report = url ? make_report(context) : NULL;
	int error = report ? lineage_doctor_run(context->root, report, url, results) : 0;

	if (error)
		complain("doctor: cannot read %s: %s", context->root ? context->root : "/",
			 strerror(-error));
	if (!report || error)
		return STATUS_FAILED;
	if (arguments->values[OPTION_TEXTFILE])
		return write_metrics(results, arguments->values[OPTION_TEXTFILE]);
	if (context->json)
		print_json(results);
	else
		print_text(results);
	return count(results, LINEAGE_DOCTOR_FAIL) > 0 ? STATUS_FAILED : STATUS_DONE;
}

const struct command command_doctor = {
	.name = "doctor",
	.operands = "[--textfile=FILE] [--store=URL]",
	.summary = "check that the lineage is known, recorded and passed on",
	.help = "Check this machine: the module, the wrapper of kexec, the loaded kernel, Kexec\n"
		"HandOver (KHO), the history and the logs of crashes. Print one line for each\n"
		"check, and a command or an advice that fixes what is missing. Nothing is\n"
		"changed.\n"
		"\n"
		"  ok       nothing is to be done\n"
		"  unknown  it cannot be seen, usually without root\n"
		"  warn     something is missing, but the next kernel gets the lineage\n"
		"  fail     the lineage is lost or not recorded, or kexec does not work\n"
		"\n"
		"Examples:\n"
		"  kexec-lineage doctor\n"
		"  kexec-lineage --json doctor    for programs\n"
		"  kexec-lineage doctor --textfile=/var/lib/prometheus/node-exporter/doctor.prom",
	.exit_status = "0 no check failed, 1 a check or writing FILE failed, 2 wrong usage",
	.options = { { "textfile", "FILE", "write the checks as metrics to FILE, atomically" },
		     HISTORY_FILE_OPTION },
	.run = run,
};
