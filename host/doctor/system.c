// SPDX-License-Identifier: GPL-2.0-or-later
/* Checks of the machine: what it is, its lineage, its crash logs, and its restrictions. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "lib/cleanup.h"

#define LOCKDOWN_PATH "sys/kernel/security/lockdown"

#define SECURITY_PATH "sys/kernel/security"
#define ENVIRONMENT_PATH "proc/1/environ"
#define ENVIRONMENT_LIMIT (256 << 10)

/* Files that container managers create. */
static const char *const container_paths[] = { "run/systemd/container", "run/.containerenv",
					       ".dockerenv" };
/* Variables that container managers without such a file set for the first process. */
static const char *const container_variables[] = { "container=", "KUBERNETES_SERVICE_HOST=" };

#define LENGTH(table) (sizeof(table) / sizeof(table[0]))

/* Return whether the first process of the machine is that of a container. */
static bool has_container_variable(const struct doctor *doctor)
{
	LINEAGE_AUTO_FREE char *text = NULL;
	size_t size = 0;

	if (lineage_root_read(doctor->root, ENVIRONMENT_PATH, ENVIRONMENT_LIMIT, &text, &size))
		return false;
	/* Each variable ends with a NUL, and lineage_root_read() adds one. */
	for (const char *at = text; at < text + size; at += strlen(at) + 1)
		for (size_t i = 0; i < LENGTH(container_variables); i++)
			if (strncmp(at, container_variables[i], strlen(container_variables[i])) ==
			    0)
				return true;
	return false;
}

/* Return the file that shows that this is a container; NULL if none does. */
static const char *find_container(const struct doctor *doctor)
{
	for (size_t i = 0; i < LENGTH(container_paths); i++)
		if (lineage_doctor_exists(doctor, container_paths[i]))
			return container_paths[i];
	return has_container_variable(doctor) ? ENVIRONMENT_PATH : NULL;
}

void lineage_doctor_machine(const struct doctor *doctor, struct lineage_doctor_result *ret)
{
	const char *path = find_container(doctor);

	if (!path)
		return;
	lineage_doctor_say(ret, LINEAGE_DOCTOR_WARN,
			   "this is a container (/%s): the kernel and its lineage are those of its "
			   "host",
			   path);
	lineage_doctor_advise(ret, "run 'kexec-lineage doctor' on the host");
}

/* Without a boot-loader type, as on arm64, only the lineage may show how the kernel was started. */
static void judge_unknown_boot(const struct lineage_report *report,
			       struct lineage_doctor_result *ret)
{
	if (report->previous_release && report->has_count)
		lineage_doctor_say(ret, LINEAGE_DOCTOR_OK,
				   "from %s, count %u; nothing else shows how this kernel was "
				   "started",
				   report->previous_release, report->kexec_count);
	else
		lineage_doctor_say(ret, LINEAGE_DOCTOR_UNKNOWN,
				   "it is unknown how this kernel was started: %s",
				   report->boot_evidence);
}

void lineage_doctor_lineage(const struct doctor *doctor, struct lineage_doctor_result *ret)
{
	const struct lineage_report *report = doctor->report;

	if (report->boot == LINEAGE_BOOT_UNKNOWN && report->conflict_count == 0) {
		judge_unknown_boot(report, ret);
	} else if (report->boot == LINEAGE_BOOT_UNKNOWN) {
		lineage_doctor_say(ret, LINEAGE_DOCTOR_WARN,
				   "it is unknown how this kernel was started: "
				   "%s",
				   report->boot_evidence);
	} else if (report->boot != LINEAGE_BOOT_COLD && !report->previous_release) {
		lineage_doctor_say(ret, LINEAGE_DOCTOR_WARN,
				   "started by another kernel, which passed no lineage on");
		lineage_doctor_advise(ret,
				      "the next kexec from this kernel passes it on if the checks "
				      "below are ok");
	} else if (report->conflict_count > 0) {
		lineage_doctor_say(ret, LINEAGE_DOCTOR_WARN, "%s", report->conflicts[0]);
	} else if (report->boot == LINEAGE_BOOT_COLD) {
		lineage_doctor_say(ret, LINEAGE_DOCTOR_OK, "cold boot");
	} else if (!report->has_count) {
		lineage_doctor_say(ret, LINEAGE_DOCTOR_WARN, "%s from %s; the count is unknown",
				   lineage_boot_name(report->boot), report->previous_release);
	} else {
		lineage_doctor_say(ret, LINEAGE_DOCTOR_OK, "%s from %s, count %u",
				   lineage_boot_name(report->boot), report->previous_release,
				   report->kexec_count);
	}
}

static bool has_pstore(const struct doctor *doctor)
{
	LINEAGE_AUTO_FREE char *backend = NULL;

	return lineage_root_read_line(doctor->root, "sys/module/pstore/parameters/backend",
				      &backend) == 0 &&
	       *backend && strcmp(backend, "(null)") != 0 &&
	       lineage_doctor_has_mount(doctor, "/sys/fs/pstore", "pstore");
}

/* Return whether a target of netconsole is enabled, or named on the command line. */
static bool has_netconsole_target(const struct doctor *doctor)
{
	static const char targets[] = "sys/kernel/config/netconsole";
	DOCTOR_AUTO_FOLDER *folder = lineage_doctor_open_folder(doctor, targets);
	const char *cmdline = doctor->report->cmdline;
	char path[512];

	for (struct dirent *entry; folder && (entry = readdir(folder));) {
		snprintf(path, sizeof(path), "%s/%s/enabled", targets, entry->d_name);
		if (lineage_doctor_has_value(doctor, path, "1"))
			return true;
	}
	return cmdline && strstr(cmdline, "netconsole=") &&
	       lineage_doctor_exists(doctor, "sys/module/netconsole");
}

void lineage_doctor_crash_logs(const struct doctor *doctor, struct lineage_doctor_result *ret)
{
	if (lineage_doctor_has_value(doctor, "sys/kernel/kexec_crash_loaded", "1")) {
		lineage_doctor_say(ret, LINEAGE_DOCTOR_OK, "kdump: a capture kernel is loaded");
	} else if (has_pstore(doctor)) {
		lineage_doctor_say(ret, LINEAGE_DOCTOR_OK, "pstore keeps the log of a crash");
	} else if (has_netconsole_target(doctor)) {
		lineage_doctor_say(ret, LINEAGE_DOCTOR_OK, "netconsole sends the log of a crash");
	} else if (lineage_doctor_exists(doctor, "sys/module/netconsole")) {
		lineage_doctor_say(ret, LINEAGE_DOCTOR_UNKNOWN,
				   "netconsole is there, but none of its targets is visible");
	} else if (lineage_doctor_sees_kernel(doctor, ret)) {
		lineage_doctor_say(ret, LINEAGE_DOCTOR_WARN,
				   "neither kdump, pstore nor netconsole keeps the "
				   "log of a crash");
		lineage_doctor_advise(
			ret, "install kdump-tools (Debian) or kdump-utils (Fedora), or boot with a "
			     "backend of pstore (efi_pstore, ramoops)");
	}
}

/* Return whether the kernel has securityfs, and nothing of it is visible. */
static bool is_security_hidden(const struct doctor *doctor)
{
	/* A kernel without CONFIG_SECURITY has no lsm. */
	return lineage_doctor_exists(doctor, SECURITY_PATH) &&
	       !lineage_doctor_exists(doctor, SECURITY_PATH "/lsm") &&
	       !lineage_doctor_has_mount(doctor, "/" SECURITY_PATH, "securityfs");
}

void lineage_doctor_lockdown(const struct doctor *doctor, struct lineage_doctor_result *ret)
{
	LINEAGE_AUTO_FREE char *state = NULL;
	int error = lineage_root_read_line(doctor->root, LOCKDOWN_PATH, &state);
	bool is_locked = !error && !strstr(state, "[none]");
	bool is_signed =
		is_locked ||
		lineage_doctor_has_value(doctor, "sys/module/module/parameters/sig_enforce", "Y");

	if (error == -EACCES) {
		lineage_doctor_deny(ret, LOCKDOWN_PATH);
	} else if (is_signed && !lineage_doctor_module_is_there(doctor)) {
		lineage_doctor_say(ret, LINEAGE_DOCTOR_WARN,
				   "the kernel loads only signed modules");
		lineage_doctor_advise(
			ret, "sign the module with a key that is enrolled: mokutil --import "
			     "/var/lib/dkms/mok.pub, then reboot");
	} else if (is_locked) {
		lineage_doctor_say(ret, LINEAGE_DOCTOR_OK, "on; the module is loaded");
	} else if (error && is_security_hidden(doctor)) {
		lineage_doctor_say(ret, LINEAGE_DOCTOR_UNKNOWN, "securityfs is not mounted");
		lineage_doctor_advise(ret, "mount -t securityfs securityfs /" SECURITY_PATH);
	} else if (!error || lineage_doctor_sees_kernel(doctor, ret)) {
		lineage_doctor_say(ret, LINEAGE_DOCTOR_OK, "off");
	}
}
