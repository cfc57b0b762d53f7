// SPDX-License-Identifier: GPL-2.0-or-later
/* Choice of the host for a log that does not name its host (option --host-from). */
#include "ingest_host.h"

#include <ctype.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/common/output.h"
#include "intake/decode/sender.h"
#include "intake/read/rotation.h"

#define REPORT_PREFIX "sosreport-"
#define PROBLEM_PREFIX "oops-"

bool ingest_hosts_parse(struct ingest_hosts *hosts, const char *value)
{
	char why[128];
	int error;

	hosts->is_given = true;
	if (strcmp(value, "file") == 0 || strcmp(value, "dir") == 0) {
		hosts->from = value[0] == 'f' ? INGEST_HOST_FROM_FILE : INGEST_HOST_FROM_FOLDER;
		return true;
	}
	error = regcomp(&hosts->regex, value, REG_EXTENDED);
	if (error) {
		regerror(error, &hosts->regex, why, sizeof(why));
		complain("ingest: invalid --host-from value '%s': %s (expected file, dir or a "
			 "regular expression)",
			 value, why);
		return false;
	}
	hosts->from = INGEST_HOST_FROM_REGEX;
	if (hosts->regex.re_nsub == 1)
		return true;
	complain("ingest: invalid --host-from value '%s' (expected file, dir or a regular "
		 "expression with one group for the host, such as '/([^/]+)/console')",
		 value);
	return false;
}

void ingest_hosts_deinit(struct ingest_hosts *hosts)
{
	if (hosts->from == INGEST_HOST_FROM_REGEX)
		regfree(&hosts->regex);
}

/*
 * Copy a name, with "_" for each byte that is invalid in a host name. Ignore a name that is too
 * long.
 */
static void take_name(const char *name, size_t length, char ret[INTAKE_HOST_SIZE])
{
	if (length >= INTAKE_HOST_SIZE)
		return;
	memcpy(ret, name, length);
	ret[length] = '\0';
	for (size_t i = 0; i < length; i++)
		if (!intake_host_is_valid((struct intake_text){ .at = ret + i, .length = 1 }))
			ret[i] = '_';
}

static void find_by_regex(const struct ingest_hosts *hosts, const char *path,
			  char ret[INTAKE_HOST_SIZE])
{
	regmatch_t match[2];

	if (regexec(&hosts->regex, path, 2, match, 0) == 0 && match[1].rm_so >= 0)
		take_name(path + match[1].rm_so, (size_t)(match[1].rm_eo - match[1].rm_so), ret);
}

/* Return whether a folder has a generic name such as "logs", which is not the name of a host. */
static bool is_plain_folder(const char *name)
{
	static const char *const names[] = {
		".",	 "..",	     "abrt",	"consoles", "crash",   "crashes",   "data",
		"dump",	 "dumps",    "fleet",	"fs",	    "hosts",   "install",   "lib",
		"logs",	 "machines", "pstore",	"remote",   "rsyslog", "run",	    "sos_commands",
		"spool", "sys",	     "systemd", "tmp",	    "var",     "127.0.0.1", "localhost",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return !name[0] || name[strspn(name, "0123456789")] == '\0' || intake_rotation_is_log(name);
}

/*
 * Remove a date and the affixes of a sosreport: "web1-202611260441",
 * "127.0.0.1-2026-11-26-04:41:00", "sosreport-web1-2026-11-26-abcdefg". A problem directory of
 * ABRT, such as "oops-2026-11-26-04:41:00-812-0", names no host.
 */
static void cut_folder(char *name)
{
	if (strncmp(name, REPORT_PREFIX, strlen(REPORT_PREFIX)) == 0) {
		char *random = strrchr(name, '-');

		memmove(name, name + strlen(REPORT_PREFIX),
			strlen(name + strlen(REPORT_PREFIX)) + 1);
		random -= strlen(REPORT_PREFIX);
		if (random > name)
			*random = '\0';
	}
	intake_rotation_cut_date(name);
	if (strncmp(name, PROBLEM_PREFIX, strlen(PROBLEM_PREFIX)) == 0 &&
	    isdigit((unsigned char)name[strlen(PROBLEM_PREFIX)]))
		name[0] = '\0';
}

/*
 * Copy the last folder name in the first @length bytes of @path, and set @length to its start.
 * Ignore the first @least bytes.
 */
static bool take_folder(const char *path, size_t *length, size_t least, char ret[INTAKE_NAME_SIZE])
{
	size_t end = *length, start;

	while (end > least && path[end - 1] == '/')
		end--;
	for (start = end; start > least && path[start - 1] != '/'; start--)
		continue;
	if (end == start || end - start >= INTAKE_NAME_SIZE)
		return false;
	memcpy(ret, path + start, end - start);
	ret[end - start] = '\0';
	*length = start;
	return true;
}

/* Use the nearest folder that names a host. Do not look at the first @least bytes of the path. */
static void find_by_folder(const char *path, size_t least, char ret[INTAKE_HOST_SIZE])
{
	const char *slash = strrchr(path, '/');
	size_t length = slash ? (size_t)(slash - path) : 0;
	char name[INTAKE_NAME_SIZE];

	while (take_folder(path, &length, least, name)) {
		cut_folder(name);
		if (!is_plain_folder(name)) {
			take_name(name, strlen(name), ret);
			return;
		}
	}
}

/* Use the folder that contains the file if the whole name of the folder is a date, as for kdump. */
static void find_by_date(const char *path, size_t least, char ret[INTAKE_HOST_SIZE])
{
	const char *slash = strrchr(path, '/');
	size_t length = slash ? (size_t)(slash - path) : 0;
	char name[INTAKE_NAME_SIZE], rest[INTAKE_NAME_SIZE];

	if (!take_folder(path, &length, least, name))
		return;
	memcpy(rest, name, sizeof(rest));
	if (intake_rotation_cut_date(rest) && !rest[0])
		take_name(name, strlen(name), ret);
}

static bool cut_extension(char *name)
{
	static const char *const extensions[] = { ".log",     ".txt",  ".out",	".cap",
						  ".console", ".json", ".jsonl" };
	size_t length = strlen(name);

	for (size_t i = 0; i < sizeof(extensions) / sizeof(*extensions); i++) {
		size_t own = strlen(extensions[i]);

		if (length > own && strcmp(name + length - own, extensions[i]) == 0) {
			name[length - own] = '\0';
			return true;
		}
	}
	return false;
}

/* Return whether a file has a generic name such as "console-ramoops-0" or "kexec-dmesg.log". */
static bool is_plain_file(const char *name)
{
	static const char *const starts[] = { "console-ramoops", "pmsg-ramoops", "ftrace-ramoops",
					      "kexec-dmesg",	 "kexec_cmd",	 "vmcore" };

	for (size_t i = 0; i < sizeof(starts) / sizeof(*starts); i++)
		if (strncmp(name, starts[i], strlen(starts[i])) == 0)
			return true;
	return !name[0] || strcmp(name, ".log") == 0 || strcmp(name, "backtrace") == 0 ||
	       intake_rotation_is_log(name);
}

/* Use the file name as the host. Return false for the name of a log or a crash. */
static bool find_by_file(const struct intake_input *input, char ret[INTAKE_HOST_SIZE])
{
	const char *path = input->paths[input->count - 1], *slash = strrchr(path, '/');
	char name[INTAKE_NAME_SIZE];

	snprintf(name, sizeof(name), "%s", input->stem ? input->stem : slash ? slash + 1 : path);
	if (!input->stem)
		intake_rotation_cut_compression(name);
	if (input->is_crash || is_plain_file(name))
		return false;
	while (cut_extension(name))
		continue;
	take_name(name, strlen(name), ret);
	return true;
}

/* Return the offset of an operand's last path component. The folders before it name no host. */
static size_t least_of(const struct intake_input *input)
{
	const char *path = input->paths[0];
	size_t length = input->top;

	while (length > 0 && path[length - 1] == '/')
		length--;
	while (length > 0 && path[length - 1] != '/')
		length--;
	return length;
}

/* Resolve the path of a file's folder, without "." and symbolic links. "" means failure. */
static void resolve_folder(const char *path, char ret[PATH_MAX])
{
	char folder[PATH_MAX];
	const char *slash = strrchr(path, '/');
	int length = slash ? (int)(slash - path) : 0;

	ret[0] = '\0';
	if (snprintf(folder, sizeof(folder), "%.*s/", length, slash ? path : ".") >=
	    (int)sizeof(folder))
		return;
	if (!realpath(slash ? folder : ".", ret))
		ret[0] = '\0';
}

/* Return whether the log is in a folder in which this machine keeps its own logs and crashes. */
static bool is_local(const char *path)
{
	static const char *const folders[] = { "/var/log", "/var/crash", "/var/lib/systemd/pstore",
					       "/sys/fs/pstore" };
	char folder[PATH_MAX];

	resolve_folder(path, folder);
	for (size_t i = 0; i < sizeof(folders) / sizeof(*folders); i++) {
		size_t length = strlen(folders[i]);

		if (strncmp(folder, folders[i], length) == 0 &&
		    (folder[length] == '\0' || folder[length] == '/'))
			return true;
	}
	return false;
}

void ingest_hosts_find(const struct ingest_hosts *hosts, const struct intake_input *input,
		       char ret[INTAKE_HOST_SIZE])
{
	const char *path = input->paths[input->count - 1];

	ret[0] = '\0';
	if (hosts->host) {
		snprintf(ret, INTAKE_HOST_SIZE, "%s", hosts->host);
		return;
	}
	if (strcmp(path, "-") == 0)
		return;
	if (hosts->from == INGEST_HOST_FROM_REGEX) {
		find_by_regex(hosts, path, ret);
		return;
	}
	if (!hosts->is_given && input->top == 0 && hosts->is_alone)
		return;
	if (hosts->from == INGEST_HOST_FROM_FILE && find_by_file(input, ret))
		return;
	find_by_folder(path, least_of(input), ret);
	if (!ret[0] && is_local(path))
		snprintf(ret, INTAKE_HOST_SIZE, "%s", hosts->local);
	if (!ret[0] && input->is_crash)
		find_by_date(path, least_of(input), ret);
}
