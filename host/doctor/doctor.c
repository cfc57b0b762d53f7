// SPDX-License-Identifier: GPL-2.0-or-later
#include "doctor.h"

#include <assert.h>

#include "check.h"

static const struct {
	const char *name;
	lineage_doctor_check *run;
} checks[] = {
	{ "machine", lineage_doctor_machine },
	{ "lineage", lineage_doctor_lineage },
	{ "module", lineage_doctor_module },
	{ "module at boot", lineage_doctor_module_at_boot },
	{ "autostamp", lineage_doctor_autostamp },
	{ "kexec", lineage_doctor_kexec },
	{ "loaded kernel", lineage_doctor_loaded },
	{ "command line", lineage_doctor_cmdline },
	{ "KHO", lineage_doctor_kho },
	{ "record unit", lineage_doctor_record_unit },
	{ "history", lineage_doctor_history },
	{ "crash logs", lineage_doctor_crash_logs },
	{ "lockdown", lineage_doctor_lockdown },
};

static_assert(sizeof(checks) / sizeof(checks[0]) == LINEAGE_DOCTOR_CHECKS, "count the checks");

const char *lineage_doctor_status_name(enum lineage_doctor_status status)
{
	static const char *const names[] = { "skipped", "ok", "unknown", "warn", "fail" };

	return names[status];
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
	doctor.module_stamps = lineage_doctor_module_stamps(&doctor);
	doctor.wrapper_stamps = lineage_doctor_wrapper_stamps(&doctor);
	for (size_t i = 0; i < LINEAGE_DOCTOR_CHECKS; i++) {
		ret[i] = (struct lineage_doctor_result){ .check = checks[i].name };
		/* In a container, the other checks would be about its host. */
		if (i == 0 || ret[0].status == LINEAGE_DOCTOR_SKIPPED)
			checks[i].run(&doctor, &ret[i]);
	}
	return 0;
}
