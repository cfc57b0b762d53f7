// SPDX-License-Identifier: GPL-2.0-or-later
/* Checks of kexec itself: the wrapper, the loaded kernel, the command line and KHO. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <zlib.h>

#include "check.h"
#include "host/kexec_wrapper.h"
#include "host/loaded.h"
#include "lib/cleanup.h"

#define CONFIG_LIMIT (1 << 20)

#define LOADED_PATH "sys/kernel/kexec_loaded"
#define KHO_PATH "sys/kernel/debug/kho"

/* In the order of root's PATH. */
static const char *const kexec_paths[] = { "usr/local/sbin/kexec", "usr/local/bin/kexec",
					   "usr/sbin/kexec",	   "usr/bin/kexec",
					   "sbin/kexec",	   "bin/kexec" };

/* The names that the wrapper looks for (host/kexec). */
static const char *const real_paths[] = { "usr/sbin/kexec.distrib",
					  "usr/sbin/kexec.distrib.usr-is-merged",
					  "sbin/kexec.distrib",
					  "sbin/kexec.distrib.usr-is-merged" };

#define LENGTH(table) (sizeof(table) / sizeof(table[0]))

static const char *find_first(const struct doctor *doctor, const char *const *paths, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (lineage_doctor_exists(doctor, paths[i]))
			return paths[i];
	return NULL;
}

bool lineage_doctor_wrapper_stamps(const struct doctor *doctor)
{
	const char *path = find_first(doctor, kexec_paths, LENGTH(kexec_paths));

	return path && lineage_host_is_kexec_wrapper(doctor->root, path) &&
	       find_first(doctor, real_paths, LENGTH(real_paths));
}

void lineage_doctor_kexec(const struct doctor *doctor, struct lineage_doctor_result *ret)
{
	const char *path = find_first(doctor, kexec_paths, LENGTH(kexec_paths));
	const char *real = find_first(doctor, real_paths, LENGTH(real_paths));

	if (lineage_doctor_has_value(doctor, "proc/sys/kernel/kexec_load_disabled", "1")) {
		lineage_doctor_say(ret, LINEAGE_DOCTOR_WARN,
				   "kernel.kexec_load_disabled is 1: no kernel can be loaded");
		lineage_doctor_advise(ret, "do not set this sysctl before the load, and reboot: it "
					   "cannot be reset");
	} else if (!path) {
		lineage_doctor_say(ret, LINEAGE_DOCTOR_WARN, "kexec is not installed");
		lineage_doctor_advise(ret, "install the package kexec-tools");
	} else if (lineage_host_is_kexec_wrapper(doctor->root, path) && !real) {
		lineage_doctor_say(
			ret, LINEAGE_DOCTOR_FAIL,
			"/%s is the wrapper, but the real kexec is missing: no kexec works", path);
		lineage_doctor_advise(ret, "apt-get install --reinstall kexec-tools");
	} else if (lineage_host_is_kexec_wrapper(doctor->root, path)) {
		lineage_doctor_say(ret, LINEAGE_DOCTOR_OK,
				   "the wrapper stamps what it loads and runs /%s", real);
	} else if (doctor->module_stamps) {
		lineage_doctor_say(ret, LINEAGE_DOCTOR_OK,
				   "no wrapper: the module stamps 'kexec -s', but not 'kexec -c'");
	} else if (lineage_doctor_sees_kernel(doctor, ret)) {
		lineage_doctor_say(ret, LINEAGE_DOCTOR_FAIL,
				   "neither a wrapper nor the module stamps what "
				   "/%s loads: the next kernel gets no lineage",
				   path);
		lineage_doctor_advise(ret,
				      "load kernels with 'kexec-lineage load' instead of 'kexec'");
	}
}

void lineage_doctor_loaded(const struct doctor *doctor, struct lineage_doctor_result *ret)
{
	struct lineage_host_loaded note = { 0 };
	LINEAGE_AUTO_FREE char *text = NULL;
	char release[LINEAGE_RELEASE_SIZE];
	const char *name;
	size_t size;

	if (!lineage_doctor_sees_kernel(doctor, ret))
		return;
	if (!lineage_doctor_exists(doctor, LOADED_PATH)) {
		lineage_doctor_say(ret, LINEAGE_DOCTOR_UNKNOWN,
				   "there is no /" LOADED_PATH ": this kernel has no kexec");
		return;
	}
	if (!lineage_host_loaded_is_there(doctor->root)) {
		lineage_doctor_say(ret, LINEAGE_DOCTOR_OK, "no kernel is loaded for a kexec");
		return;
	}
	lineage_host_loaded_release(doctor->root, release);
	name = *release ? release : "a kernel of unknown release";
	if (lineage_root_read(doctor->root, LINEAGE_HOST_LOADED_PATH, 8192, &text, &size) == 0)
		lineage_host_loaded_parse(text, &note);
	if (*note.stamp && strcmp(note.release, release) == 0) {
		lineage_doctor_say(ret, LINEAGE_DOCTOR_OK, "%s, with a stamp", name);
	} else if (doctor->module_stamps) {
		lineage_doctor_say(ret, LINEAGE_DOCTOR_UNKNOWN,
				   "%s: it has a stamp if 'kexec -s' loaded it after the module",
				   name);
		lineage_doctor_advise(ret, "load it again with 'kexec-lineage load'");
	} else {
		lineage_doctor_say(ret, LINEAGE_DOCTOR_FAIL,
				   "%s: neither 'kexec-lineage load' nor the module has stamped it",
				   name);
		lineage_doctor_advise(ret, "load it again with 'kexec-lineage load'");
	}
}

void lineage_doctor_cmdline(const struct doctor *doctor, struct lineage_doctor_result *ret)
{
	size_t limit = lineage_cmdline_default_limit();
	LINEAGE_AUTO_FREE char *stamped = NULL;
	bool is_stamped;

	if (!doctor->report->cmdline || !doctor->report->release)
		return;
	if (lineage_cmdline_create(doctor->report, LINEAGE_KIND_KEXEC, NULL,
				   doctor->report->cmdline, limit, &is_stamped, &stamped))
		return;
	if (is_stamped) {
		lineage_doctor_say(ret, LINEAGE_DOCTOR_OK, "%zu of %zu bytes are used with a stamp",
				   strlen(stamped), limit);
		return;
	}
	if (lineage_cmdline_stays_empty(doctor->report, doctor->report->cmdline)) {
		lineage_doctor_say(ret, LINEAGE_DOCTOR_FAIL, "it is empty: it gets no stamp");
		lineage_doctor_advise(ret, "add a parameter to the kernel command line");
		return;
	}
	lineage_doctor_say(ret, LINEAGE_DOCTOR_FAIL,
			   "%zu of %zu bytes are used: a stamp does not fit", strlen(stamped),
			   limit);
	lineage_doctor_advise(ret,
			      "shorten the kernel command line, for example in /etc/default/grub");
}

/*
 * Find "NAME=" at the start of a line of the configuration, and return the following letter; '?' if
 * the text is not a configuration.
 */
static char find_option(const char *text, const char *name)
{
	size_t length = strlen(name);

	for (const char *at = text; (at = strstr(at, name)); at += length)
		if ((at == text || at[-1] == '\n') && at[length] == '=')
			return at[length + 1];
	return strstr(text, "CONFIG_") ? 'n' : '?';
}

/* Read /proc/config.gz. Return NULL if it cannot be read. */
static char *read_compressed(const struct doctor *doctor)
{
	int fd = lineage_root_open(doctor->root, "proc/config.gz");
	gzFile file = fd < 0 ? NULL : gzdopen(fd, "rb");
	char *text = file ? malloc(CONFIG_LIMIT + 1) : NULL;
	int length = text ? gzread(file, text, CONFIG_LIMIT) : -1;

	if (file)
		gzclose(file);
	if (length < 0) {
		free(text);
		return NULL;
	}
	text[length] = '\0';
	return text;
}

char lineage_doctor_config(const struct doctor *doctor, const char *name)
{
	static const struct {
		const char *folder, *file;
	} places[] = { { "boot/config-", "" },
		       { "usr/lib/modules/", "/config" },
		       { "lib/modules/", "/config" } };
	LINEAGE_AUTO_FREE char *text = read_compressed(doctor);
	char path[128];
	size_t size;

	for (size_t i = 0; !text && i < LENGTH(places); i++) {
		snprintf(path, sizeof(path), "%s%s%s", places[i].folder,
			 lineage_doctor_release(doctor), places[i].file);
		if (lineage_root_read(doctor->root, path, CONFIG_LIMIT, &text, &size))
			text = NULL;
	}
	return text ? find_option(text, name) : '?';
}

/* As kstrtobool() of the kernel: y, t, 1 and on, in small letters or capitals. */
static bool is_true(const char *value)
{
	return (*value && strchr("yYtT1", *value)) || strncasecmp(value, "on", 2) == 0;
}

/* Return whether KHO is on: the last kho= of the command line counts. */
static bool is_kho_on(const struct doctor *doctor)
{
	bool is_on = lineage_doctor_config(doctor, "CONFIG_KEXEC_HANDOVER_ENABLE_DEFAULT") == 'y';
	const char *cmdline = doctor->report->cmdline;
	LINEAGE_AUTO_FREE char *copy = strdup(cmdline ? cmdline : "");
	char *rest = copy;

	for (char *word; rest && (word = strsep(&rest, " "));) {
		if (strcmp(word, "--") == 0)
			break;
		if (strncmp(word, "kho=", 4) == 0)
			is_on = is_true(word + 4);
	}
	return is_on;
}

static void check_finalized(const struct doctor *doctor, struct lineage_doctor_result *ret)
{
	bool is_finalized = false;
	int error = lineage_kho_is_finalized(doctor->path, &is_finalized);

	if (error == -EACCES) {
		lineage_doctor_deny(ret, KHO_PATH);
	} else if (error == -EPERM) {
		lineage_doctor_say(
			ret, LINEAGE_DOCTOR_WARN,
			"on, but the lockdown of the kernel prevents finalizing: the stamp "
			"passes the lineage on");
	} else if (error == 0 && !is_finalized && lineage_host_loaded_is_there(doctor->root)) {
		lineage_doctor_say(ret, LINEAGE_DOCTOR_WARN,
				   "on, but not finalized although a kernel is loaded");
		lineage_doctor_advise(ret, "load the kernel again with 'kexec-lineage load'");
	} else if (error == 0 && !is_finalized) {
		lineage_doctor_say(ret, LINEAGE_DOCTOR_OK, "on; 'kexec-lineage load' finalizes it");
	} else {
		lineage_doctor_say(ret, LINEAGE_DOCTOR_OK, "on");
	}
}

void lineage_doctor_kho(const struct doctor *doctor, struct lineage_doctor_result *ret)
{
	char built = lineage_doctor_config(doctor, "CONFIG_KEXEC_HANDOVER");
	LINEAGE_AUTO_CLOSE int folder = lineage_root_open(doctor->root, KHO_PATH);
	int error = folder < 0 ? folder : 0;

	if (!error) {
		check_finalized(doctor, ret);
	} else if (built == '?') {
		lineage_doctor_say(
			ret, LINEAGE_DOCTOR_UNKNOWN,
			"the configuration of the kernel is not in /proc/config.gz or /boot");
	} else if (built == 'n') {
		lineage_doctor_say(ret, LINEAGE_DOCTOR_OK,
				   "not in this kernel: the stamp passes the lineage on");
	} else if (!is_kho_on(doctor)) {
		lineage_doctor_say(ret, LINEAGE_DOCTOR_WARN, "built into the kernel, but off");
		lineage_doctor_advise(ret, "add kho=on to the kernel command line and reboot");
	} else if (!lineage_doctor_has_mount(doctor, "/sys/kernel/debug", "debugfs")) {
		lineage_doctor_say(ret, LINEAGE_DOCTOR_WARN,
				   "on, but its files are not visible: debugfs "
				   "is not mounted");
		lineage_doctor_advise(ret, "mount -t debugfs debugfs /sys/kernel/debug");
	} else if (error == -EACCES) {
		lineage_doctor_deny(ret, KHO_PATH);
	} else {
		lineage_doctor_say(ret, LINEAGE_DOCTOR_UNKNOWN,
				   "on, but there is no /" KHO_PATH
				   ": KHO did not start, or CONFIG_KEXEC_HANDOVER_DEBUGFS is off");
		lineage_doctor_advise(ret, "journalctl -k --grep=KHO");
	}
}
