// SPDX-License-Identifier: GPL-2.0-or-later
#include "doctor.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "check.h"
#include "lib/cleanup.h"

static const struct {
	const char *name;
	doctor_check *run;
} checks[] = {
	{ "machine", doctor_machine },
	{ "lineage", doctor_lineage },
	{ "module", doctor_module },
	{ "module at boot", doctor_module_at_boot },
	{ "autostamp", doctor_autostamp },
	{ "kexec", doctor_kexec },
	{ "loaded kernel", doctor_loaded },
	{ "command line", doctor_cmdline },
	{ "KHO", doctor_kho },
	{ "record unit", doctor_record_unit },
	{ "history", doctor_history },
	{ "crash logs", doctor_crash_logs },
	{ "lockdown", doctor_lockdown },
};

static_assert(sizeof(checks) / sizeof(checks[0]) == LINEAGE_DOCTOR_CHECKS, "count the checks");

const char *lineage_doctor_status_name(enum lineage_doctor_status status)
{
	static const char *const names[] = { "skipped", "ok", "unknown", "warn", "fail" };

	return names[status];
}

void doctor_say(struct lineage_doctor_result *result, enum lineage_doctor_status status,
		const char *format, ...)
{
	va_list arguments;

	result->status = status;
	va_start(arguments, format);
	vsnprintf(result->text, sizeof(result->text), format, arguments);
	va_end(arguments);
}

void doctor_advise(struct lineage_doctor_result *result, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(result->remedy, sizeof(result->remedy), format, arguments);
	va_end(arguments);
}

void doctor_deny(struct lineage_doctor_result *result, const char *path)
{
	doctor_say(result, LINEAGE_DOCTOR_UNKNOWN, "no permission to read /%s", path);
	doctor_advise(result, "run 'kexec-lineage doctor' as root");
}

enum lineage_doctor_status doctor_severity(bool is_passed_on)
{
	return is_passed_on ? LINEAGE_DOCTOR_WARN : LINEAGE_DOCTOR_FAIL;
}

bool doctor_has_value(const struct doctor *doctor, const char *path, const char *value)
{
	LINEAGE_AUTO_FREE char *line = NULL;

	return lineage_root_read_line(doctor->root, path, &line) == 0 && strcmp(line, value) == 0;
}

bool doctor_exists(const struct doctor *doctor, const char *path)
{
	struct stat status;

	return fstatat(doctor->root->fd, path, &status, 0) == 0;
}

const char *doctor_release(const struct doctor *doctor)
{
	return doctor->report->release ? doctor->report->release : "";
}

int lineage_doctor_run(const char *root, const struct lineage_report *report, const char *history,
		       struct lineage_doctor_result *ret)
{
	LINEAGE_AUTO_ROOT struct lineage_root folder = LINEAGE_ROOT_INIT;
	struct doctor doctor = {
		.root = &folder, .path = root, .report = report, .history = history
	};
	int error = lineage_root_init(&folder, root);

	if (error)
		return error;
	doctor.module_stamps = doctor_module_stamps(&doctor);
	doctor.wrapper_stamps = doctor_wrapper_stamps(&doctor);
	for (size_t i = 0; i < LINEAGE_DOCTOR_CHECKS; i++) {
		ret[i] = (struct lineage_doctor_result){ .check = checks[i].name };
		/* In a container, the other checks would be about its host. */
		if (i == 0 || ret[0].status == LINEAGE_DOCTOR_SKIPPED)
			checks[i].run(&doctor, &ret[i]);
	}
	return 0;
}
