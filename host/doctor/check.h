/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The checks of the doctor, and what they share. Only host/doctor includes this file. */
#ifndef LINEAGE_HOST_DOCTOR_CHECK_H
#define LINEAGE_HOST_DOCTOR_CHECK_H

#include <dirent.h>
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

typedef void lineage_doctor_check(const struct doctor *doctor, struct lineage_doctor_result *ret);

lineage_doctor_check lineage_doctor_machine;
lineage_doctor_check lineage_doctor_lineage;
lineage_doctor_check lineage_doctor_module;
lineage_doctor_check lineage_doctor_module_at_boot;
lineage_doctor_check lineage_doctor_autostamp;
lineage_doctor_check lineage_doctor_kexec;
lineage_doctor_check lineage_doctor_loaded;
lineage_doctor_check lineage_doctor_cmdline;
lineage_doctor_check lineage_doctor_kho;
lineage_doctor_check lineage_doctor_record_unit;
lineage_doctor_check lineage_doctor_history;
lineage_doctor_check lineage_doctor_crash_logs;
lineage_doctor_check lineage_doctor_lockdown;

/* Set the status and the text of a result. */
__attribute__((format(printf, 3, 4))) void lineage_doctor_say(struct lineage_doctor_result *result,
							      enum lineage_doctor_status status,
							      const char *format, ...);

/* Set the remedy of a result. */
__attribute__((format(printf, 2, 3))) void
lineage_doctor_advise(struct lineage_doctor_result *result, const char *format, ...);

/* Set the result of a check that was denied access to @path. */
void lineage_doctor_deny(struct lineage_doctor_result *result, const char *path);

/* Return LINEAGE_DOCTOR_WARN if another way passes the lineage on, otherwise a failure. */
enum lineage_doctor_status lineage_doctor_severity(bool is_passed_on);

/* Return whether the first line of a file is @value. */
bool lineage_doctor_has_value(const struct doctor *doctor, const char *path, const char *value);

/* Return whether a file or folder exists. */
bool lineage_doctor_exists(const struct doctor *doctor, const char *path);

/* Return whether a file system of a type is mounted at @point. */
bool lineage_doctor_has_mount(const struct doctor *doctor, const char *point, const char *type);

/* Return whether /sys is mounted. If not, the result of the check is unknown, with a remedy. */
bool lineage_doctor_sees_kernel(const struct doctor *doctor, struct lineage_doctor_result *ret);

/* Open a folder of the machine. Return NULL if it cannot be read. */
DIR *lineage_doctor_open_folder(const struct doctor *doctor, const char *path);

void lineage_doctor_close_folder(DIR **folder);
#define DOCTOR_AUTO_FOLDER __attribute__((cleanup(lineage_doctor_close_folder))) DIR

/* Return whether a text ends with @end and has more than that. */
bool lineage_doctor_ends_with(const char *text, const char *end);

/* Return the release of the running kernel, or "" if it is unknown. */
const char *lineage_doctor_release(const struct doctor *doctor);

/* Return whether the module is loaded or built in. */
bool lineage_doctor_module_is_there(const struct doctor *doctor);

/* Return whether the module stamps each kexec_file_load(), as its parameter and the log show. */
bool lineage_doctor_module_stamps(const struct doctor *doctor);

/* Return whether the wrapper of kexec is in place, and the real kexec that it runs, too. */
bool lineage_doctor_wrapper_stamps(const struct doctor *doctor);

/**
 * lineage_doctor_config() - read an option of the kernel's configuration
 * @name: "CONFIG_KEXEC_HANDOVER"
 *
 * Return: 'y', 'm', or 'n' if it is not set; '?' if the configuration cannot be read.
 */
char lineage_doctor_config(const struct doctor *doctor, const char *name);

#endif /* LINEAGE_HOST_DOCTOR_CHECK_H */
