/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The checks of the doctor, and what they share. Only host/doctor includes this file. */
#ifndef LINEAGE_HOST_DOCTOR_CHECK_H
#define LINEAGE_HOST_DOCTOR_CHECK_H

#include <stdbool.h>

#include "doctor.h"
#include "lib/root.h"

/**
 * struct doctor - a machine that is checked
 * @root: the root folder
 * @path: its path; NULL for the running system
 * @report, @history: as for lineage_doctor_run()
 * @module_stamps: the module is loaded, and stamps what `kexec -s` loads
 * @wrapper_stamps: the wrapper of kexec is in place and finds the real kexec
 */
struct doctor {
	const struct lineage_root *root;
	const char *path;
	const struct lineage_report *report;
	const char *history;
	bool module_stamps;
	bool wrapper_stamps;
};

typedef void doctor_check(const struct doctor *doctor, struct lineage_doctor_result *ret);

doctor_check doctor_machine;
doctor_check doctor_lineage;
doctor_check doctor_module;
doctor_check doctor_module_at_boot;
doctor_check doctor_autostamp;
doctor_check doctor_kexec;
doctor_check doctor_loaded;
doctor_check doctor_cmdline;
doctor_check doctor_kho;
doctor_check doctor_record_unit;
doctor_check doctor_history;
doctor_check doctor_crash_logs;
doctor_check doctor_lockdown;

/* Set the status and the text of a result. */
__attribute__((format(printf, 3, 4))) void doctor_say(struct lineage_doctor_result *result,
						      enum lineage_doctor_status status,
						      const char *format, ...);

/* Set the remedy of a result. */
__attribute__((format(printf, 2, 3))) void doctor_advise(struct lineage_doctor_result *result,
							 const char *format, ...);

/* Set the result of a check that was denied access to @path. */
void doctor_deny(struct lineage_doctor_result *result, const char *path);

/* Return LINEAGE_DOCTOR_WARN if another way passes the lineage on, otherwise a failure. */
enum lineage_doctor_status doctor_severity(bool is_passed_on);

/* Return whether the first line of a file is @value. */
bool doctor_has_value(const struct doctor *doctor, const char *path, const char *value);

/* Return whether the name of a directory, of the module's parameters for example, exists. */
bool doctor_exists(const struct doctor *doctor, const char *path);

/* Return the release of the running kernel, or "" if it is unknown. */
const char *doctor_release(const struct doctor *doctor);

/* Return whether the module is loaded or built in. */
bool doctor_module_is_there(const struct doctor *doctor);

/* Return whether the module stamps each kexec_file_load(), as far as its parameter shows. */
bool doctor_module_stamps(const struct doctor *doctor);

/* Return whether the wrapper of kexec is in place, and the real kexec that it runs, too. */
bool doctor_wrapper_stamps(const struct doctor *doctor);

/**
 * doctor_config() - read an option of the kernel's configuration
 * @name: "CONFIG_KEXEC_HANDOVER"
 *
 * Return: 'y', 'm', or 'n' if it is not set; '?' if the configuration cannot be read.
 */
char doctor_config(const struct doctor *doctor, const char *name);

#endif /* LINEAGE_HOST_DOCTOR_CHECK_H */
