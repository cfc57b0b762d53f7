// SPDX-License-Identifier: GPL-2.0-or-later
#include "check.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host/mounts.h"
#include "lib/cleanup.h"

void lineage_doctor_say(struct lineage_doctor_result *result, enum lineage_doctor_status status,
			const char *format, ...)
{
	va_list arguments;

	result->status = status;
	va_start(arguments, format);
	vsnprintf(result->text, sizeof(result->text), format, arguments);
	va_end(arguments);
}

void lineage_doctor_advise(struct lineage_doctor_result *result, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(result->remedy, sizeof(result->remedy), format, arguments);
	va_end(arguments);
}

void lineage_doctor_deny(struct lineage_doctor_result *result, const char *path)
{
	lineage_doctor_say(result, LINEAGE_DOCTOR_UNKNOWN, "no permission to read /%s", path);
	lineage_doctor_advise(result, "run 'kexec-lineage doctor' as root");
}

enum lineage_doctor_status lineage_doctor_severity(bool is_passed_on)
{
	return is_passed_on ? LINEAGE_DOCTOR_WARN : LINEAGE_DOCTOR_FAIL;
}

bool lineage_doctor_has_value(const struct doctor *doctor, const char *path, const char *value)
{
	LINEAGE_AUTO_FREE char *line = NULL;

	return lineage_root_read_line(doctor->root, path, &line) == 0 && strcmp(line, value) == 0;
}

bool lineage_doctor_exists(const struct doctor *doctor, const char *path)
{
	return lineage_root_has(doctor->root, path);
}

bool lineage_doctor_has_mount(const struct doctor *doctor, const char *point, const char *type)
{
	LINEAGE_AUTO_FREE char *mounts = NULL;
	size_t size;

	return lineage_root_read(doctor->root, LINEAGE_HOST_MOUNTS_PATH, LINEAGE_HOST_MOUNTS_LIMIT,
				 &mounts, &size) == 0 &&
	       lineage_host_mounts_have(mounts, point, type);
}

bool lineage_doctor_sees_kernel(const struct doctor *doctor, struct lineage_doctor_result *ret)
{
	if (lineage_doctor_exists(doctor, "sys/kernel"))
		return true;
	lineage_doctor_say(ret, LINEAGE_DOCTOR_UNKNOWN, "/sys is not mounted");
	lineage_doctor_advise(ret, "mount -t sysfs sysfs /sys");
	return false;
}

DIR *lineage_doctor_open_folder(const struct doctor *doctor, const char *path)
{
	int fd = lineage_root_open(doctor->root, path);
	DIR *folder = fd < 0 ? NULL : fdopendir(fd);

	if (fd >= 0 && !folder)
		close(fd);
	return folder;
}

void lineage_doctor_close_folder(DIR **folder)
{
	if (*folder)
		closedir(*folder);
}

bool lineage_doctor_ends_with(const char *text, const char *end)
{
	size_t length = strlen(text), end_length = strlen(end);

	return length > end_length && strcmp(text + length - end_length, end) == 0;
}

const char *lineage_doctor_release(const struct doctor *doctor)
{
	return doctor->report->release ? doctor->report->release : "";
}
