// SPDX-License-Identifier: GPL-2.0-or-later
/* Checks of the module: installed, loaded, loaded at boot, and able to stamp. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "check.h"
#include "lib/cleanup.h"
#include "lib/kmsg.h"

#define MODULE_PATH "sys/module/kexec_lineage"
#define AUTOSTAMP_PATH MODULE_PATH "/parameters/autostamp"
#define LOG_PREFIX "kexec_lineage: autostamp is off: "
#define REASON_SIZE 128
#define KPROBES_PATH "sys/kernel/debug/kprobes/enabled"
#define MODULES_LIMIT (16 << 20)
#define CONFIG_LIMIT (1 << 20)

/*
 * Folders with lists of modules that systemd loads at boot, modules-load.d(5). A file replaces the
 * files of the same name in the folders that follow.
 */
static const char *const load_folders[] = { "etc/modules-load.d", "run/modules-load.d",
					    "usr/local/lib/modules-load.d",
					    "usr/lib/modules-load.d", "lib/modules-load.d" };

bool lineage_doctor_module_is_there(const struct doctor *doctor)
{
	return lineage_doctor_exists(doctor, MODULE_PATH);
}

/* Keep what the module said about its probe: the rest of the last line with LOG_PREFIX. */
static void find_reason(const char *text, size_t length, void *data)
{
	char *reason = data;
	const char *end = text + length;

	for (const char *at = text;
	     (at = memmem(at, (size_t)(end - at), LOG_PREFIX, strlen(LOG_PREFIX)));) {
		const char *newline;
		size_t rest;

		at += strlen(LOG_PREFIX);
		newline = memchr(at, '\n', (size_t)(end - at));
		rest = (size_t)((newline ? newline : end) - at);
		snprintf(reason, REASON_SIZE, "%.*s",
			 rest < REASON_SIZE ? (int)rest : REASON_SIZE - 1, at);
	}
}

bool lineage_doctor_module_stamps(const struct doctor *doctor)
{
	char reason[REASON_SIZE] = "";

	lineage_kmsg_read(doctor->root, find_reason, reason);
	return !*reason && lineage_doctor_has_value(doctor, AUTOSTAMP_PATH, "Y") &&
	       !lineage_doctor_has_value(doctor, KPROBES_PATH, "0");
}

/*
 * Return whether a list of the modules of the running kernel names the module. The name follows a
 * folder or begins a line; the file may be compressed (kexec_lineage.ko.xz).
 */
static bool is_listed(const struct doctor *doctor, const char *list)
{
	static const char name[] = "kexec_lineage.ko";
	static const char *const prefixes[] = { "", "usr/" }; /* /lib may be a link to /usr/lib */
	LINEAGE_AUTO_FREE char *text = NULL;
	char path[160];
	size_t size;

	for (size_t i = 0; !text && i < sizeof(prefixes) / sizeof(prefixes[0]); i++) {
		snprintf(path, sizeof(path), "%slib/modules/%s/%s", prefixes[i],
			 lineage_doctor_release(doctor), list);
		if (lineage_root_read(doctor->root, path, MODULES_LIMIT, &text, &size))
			text = NULL;
	}
	for (const char *at = text; at && (at = strstr(at, name)); at += strlen(name))
		if (at == text || at[-1] == '/' || at[-1] == '\n')
			return true;
	return false;
}

static bool has_dkms_sources(const struct doctor *doctor)
{
	DOCTOR_AUTO_FOLDER *folder = lineage_doctor_open_folder(doctor, "usr/src");

	for (struct dirent *entry; folder && (entry = readdir(folder));)
		if (strncmp(entry->d_name, "kexec-lineage-", 14) == 0)
			return true;
	return false;
}

void lineage_doctor_module(const struct doctor *doctor, struct lineage_doctor_result *ret)
{
	const char *release = lineage_doctor_release(doctor);
	bool is_built_in = is_listed(doctor, "modules.builtin");

	if (lineage_doctor_module_is_there(doctor)) {
		lineage_doctor_say(ret, LINEAGE_DOCTOR_OK,
				   is_built_in ? "built into the kernel" : "loaded");
		return;
	}
	if (!lineage_doctor_sees_kernel(doctor, ret))
		return;
	if (is_listed(doctor, "modules.dep")) {
		lineage_doctor_say(ret, lineage_doctor_severity(doctor->wrapper_stamps),
				   "installed for %s, but not loaded", release);
		lineage_doctor_advise(ret, "modprobe kexec_lineage");
		return;
	}
	lineage_doctor_say(ret, lineage_doctor_severity(doctor->wrapper_stamps),
			   "not installed for %s", *release ? release : "the running kernel");
	if (has_dkms_sources(doctor))
		lineage_doctor_advise(ret,
				      "install the headers of this kernel (Debian: "
				      "linux-headers-%s, Fedora: kernel-devel-%s), then run 'dkms "
				      "autoinstall -k %s && modprobe kexec_lineage'",
				      release, release, release);
	else
		lineage_doctor_advise(
			ret, "install the package kexec-lineage-dkms and the headers of the "
			     "running kernel, then run 'modprobe kexec_lineage'");
}

/* Return whether a line of the list is the name of the module; "-" and "_" are the same. */
static bool list_has_module(char *text)
{
	char *rest = text;

	for (char *line; (line = strsep(&rest, "\n"));) {
		char *name = line + strspn(line, " \t");

		name[strcspn(name, " \t\r")] = '\0';
		if (strcmp(name, "kexec_lineage") == 0 || strcmp(name, "kexec-lineage") == 0)
			return true;
	}
	return false;
}

static bool file_has_module(const struct doctor *doctor, const char *path)
{
	LINEAGE_AUTO_FREE char *text = NULL;
	size_t size;

	return lineage_root_read(doctor->root, path, CONFIG_LIMIT, &text, &size) == 0 &&
	       list_has_module(text);
}

/* Return whether one of the first @count folders has a file of this name, or a broken link. */
static bool is_replaced(const struct doctor *doctor, size_t count, const char *name)
{
	struct stat status;

	for (size_t i = 0; i < count; i++) {
		DOCTOR_AUTO_FOLDER *folder = lineage_doctor_open_folder(doctor, load_folders[i]);

		if (folder && fstatat(dirfd(folder), name, &status, AT_SYMLINK_NOFOLLOW) == 0)
			return true;
	}
	return false;
}

/* Return whether a file in a folder of load_folders names the module, and is not replaced. */
static bool folder_has_module(const struct doctor *doctor, size_t number)
{
	DOCTOR_AUTO_FOLDER *folder = lineage_doctor_open_folder(doctor, load_folders[number]);
	char path[320];

	for (struct dirent *entry; folder && (entry = readdir(folder));) {
		snprintf(path, sizeof(path), "%s/%s", load_folders[number], entry->d_name);
		if (lineage_doctor_ends_with(entry->d_name, ".conf") &&
		    file_has_module(doctor, path) && !is_replaced(doctor, number, entry->d_name))
			return true;
	}
	return false;
}

void lineage_doctor_module_at_boot(const struct doctor *doctor, struct lineage_doctor_result *ret)
{
	size_t folders = sizeof(load_folders) / sizeof(load_folders[0]);

	if (is_listed(doctor, "modules.builtin") ||
	    (!lineage_doctor_module_is_there(doctor) && !is_listed(doctor, "modules.dep")))
		return;
	for (size_t i = 0; i < folders; i++) {
		if (!folder_has_module(doctor, i))
			continue;
		lineage_doctor_say(ret, LINEAGE_DOCTOR_OK, "loaded at boot (/%s)", load_folders[i]);
		return;
	}
	if (file_has_module(doctor, "etc/modules")) {
		lineage_doctor_say(ret, LINEAGE_DOCTOR_OK, "loaded at boot (/etc/modules)");
		return;
	}
	lineage_doctor_say(ret, LINEAGE_DOCTOR_WARN, "nothing loads the module at boot");
	lineage_doctor_advise(ret, "echo kexec_lineage > /etc/modules-load.d/kexec-lineage.conf");
}

/* Check what can prevent the probe of the module although the parameter is on. */
static void check_probe(const struct doctor *doctor, struct lineage_doctor_result *ret)
{
	enum lineage_doctor_status severity = lineage_doctor_severity(doctor->wrapper_stamps);
	LINEAGE_AUTO_FREE char *enabled = NULL;
	char reason[REASON_SIZE] = "";
	int error;

	lineage_kmsg_read(doctor->root, find_reason, reason);
	if (*reason) {
		lineage_doctor_say(ret, severity, "the module cannot stamp: %s", reason);
		lineage_doctor_advise(ret,
				      "load kernels with 'kexec-lineage load' instead of 'kexec'");
		return;
	}
	error = lineage_root_read_line(doctor->root, KPROBES_PATH, &enabled);
	if (!error && strcmp(enabled, "0") == 0) {
		lineage_doctor_say(ret, severity, "probes of the kernel are switched off");
		lineage_doctor_advise(ret, "echo 1 > /" KPROBES_PATH);
	} else if (error == -EACCES || error == -EPERM) {
		lineage_doctor_deny(ret, KPROBES_PATH);
	} else if (error) {
		lineage_doctor_say(ret, LINEAGE_DOCTOR_OK,
				   "on (debugfs is not mounted, so a global "
				   "switch-off of probes cannot be seen)");
	} else {
		lineage_doctor_say(ret, LINEAGE_DOCTOR_OK,
				   "on: every kexec_file_load() is stamped");
	}
}

void lineage_doctor_autostamp(const struct doctor *doctor, struct lineage_doctor_result *ret)
{
	struct stat status;

	if (!lineage_doctor_module_is_there(doctor))
		return;
	if (lineage_doctor_has_value(doctor, AUTOSTAMP_PATH, "Y")) {
		check_probe(doctor, ret);
		return;
	}
	if (fstatat(doctor->root->fd, AUTOSTAMP_PATH, &status, 0) || !(status.st_mode & S_IWUSR)) {
		if (doctor->wrapper_stamps) {
			lineage_doctor_say(ret, LINEAGE_DOCTOR_OK,
					   "not possible: the kernel has no kexec_file_load() or "
					   "no return probes; the wrapper stamps");
			return;
		}
		lineage_doctor_say(ret, LINEAGE_DOCTOR_FAIL,
				   "off: the kernel has no kexec_file_load() or no return probes");
		lineage_doctor_advise(ret,
				      "load kernels with 'kexec-lineage load' instead of 'kexec'");
		return;
	}
	lineage_doctor_say(ret, lineage_doctor_severity(doctor->wrapper_stamps),
			   "off: the module does not stamp");
	lineage_doctor_advise(ret, "echo 1 > /" AUTOSTAMP_PATH);
}
