// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts.h"

#include <inttypes.h>
#include <sha2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/cleanup.h"
#include "lib/sysctl.h"
#include "core/cmdline.h"

#define MACHINE_ID_PATH "etc/machine-id"
#define HOSTNAMECTL_PATH "sos_commands/host/hostnamectl_status"
#define HOSTNAMECTL_LIMIT 65536
#define STAT_PATH "proc/stat"
#define STAT_LIMIT (4 << 20) /* enough for a line per CPU and a line with a number per interrupt */
#define NOTES_PATH "sys/kernel/notes"
#define NOTES_LIMIT (64 << 10)

static const char hash_purpose[] = "kexec-lineage"; /* including the NUL */

static bool is_machine_id(const char *text)
{
	return strlen(text) == 32 && strspn(text, "0123456789abcdef") == 32;
}

/*
 * Make the name that histories of schema 1 to 3 use for the machine: the first half of the SHA-256
 * of the program name and the machine id.
 */
static void hash_machine_id(const char *machine_id, char *ret)
{
	uint8_t digest[SHA256_DIGEST_LENGTH];
	SHA2_CTX hash;
	size_t i;

	SHA256Init(&hash);
	SHA256Update(&hash, (const uint8_t *)hash_purpose, sizeof(hash_purpose));
	SHA256Update(&hash, (const uint8_t *)machine_id, strlen(machine_id));
	SHA256Final(digest, &hash);
	for (i = 0; i < (LINEAGE_HOST_ID_SIZE - 1) / 2; i++)
		sprintf(ret + 2 * i, "%02x", digest[i]);
}

/* In a sosreport, fall back to the output of hostnamectl: sos may not have copied the file. */
static int read_machine_id(const struct lineage_root *root, char **ret)
{
	static const char label[] = "Machine ID: ";
	LINEAGE_AUTO_FREE char *text = NULL;
	const char *id;
	size_t size;

	if (lineage_root_read_line(root, MACHINE_ID_PATH, ret) == 0)
		return 0;
	if (root->is_system ||
	    lineage_root_read(root, HOSTNAMECTL_PATH, HOSTNAMECTL_LIMIT, &text, &size))
		return -ENOENT;
	id = strstr(text, label);
	if (!id)
		return -ENOENT;
	id += sizeof(label) - 1;
	*ret = strndup(id, strcspn(id, "\n"));
	return *ret ? 0 : -ENOMEM;
}

static void find_host(const struct lineage_root *root, struct lineage_host_facts *ret)
{
	LINEAGE_AUTO_FREE char *line = NULL;

	if (read_machine_id(root, &line) || !is_machine_id(line)) {
		strcpy(ret->host, "local");
		return;
	}
	memcpy(ret->machine_id, line, LINEAGE_HOST_ID_SIZE);
	memcpy(ret->host, line, LINEAGE_HOST_ID_SIZE);
	hash_machine_id(line, ret->hashed_host);
}

/* Return whether a host name is a default of the kernel, systemd or a distribution. */
static bool is_shared_name(const char *name)
{
	static const char *const names[] = { "(none)", "localhost", "localhost.localdomain" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return false;
}

static bool is_host_name(const char *name)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789.-_";
	size_t length = strlen(name);

	return length > 0 && length < LINEAGE_HOST_NAME_SIZE && strspn(name, letters) == length &&
	       !is_shared_name(name);
}

static bool take_name(const char *line, char *ret)
{
	if (is_host_name(line))
		strcpy(ret, line);
	return ret[0] != '\0';
}

/*
 * Prefer the kernel's host name, because logs contain it. If the root folder of --root has no such
 * file, read /etc/hostname or, in a sosreport, the output of hostname.
 */
static void find_name(const struct lineage_root *root, char *ret)
{
	static const char *const paths[] = { "etc/hostname", "sos_commands/host/hostname" };
	LINEAGE_AUTO_FREE char *kernels = NULL;

	if (lineage_sysctl_read(root, "kernel.hostname", &kernels) == 0 && take_name(kernels, ret))
		return;
	for (size_t i = 0; i < sizeof(paths) / sizeof(*paths); i++) {
		LINEAGE_AUTO_FREE char *line = NULL;

		if (lineage_root_read_line(root, paths[i], &line) == 0 && take_name(line, ret))
			return;
	}
}

/* Read a value of /proc/sys. Ignore a value that does not fit. */
static void find_value(const struct lineage_root *root, const char *name, size_t size, char *ret)
{
	LINEAGE_AUTO_FREE char *line = NULL;

	if (lineage_sysctl_read(root, name, &line) == 0 && strlen(line) < size)
		memcpy(ret, line, strlen(line) + 1);
}

static void find_time(const struct lineage_root *root, struct lineage_host_facts *ret)
{
	LINEAGE_AUTO_FREE char *text = NULL;
	const char *line;
	size_t size;

	if (lineage_root_read(root, STAT_PATH, STAT_LIMIT, &text, &size))
		return;
	line = strstr(text, "\nbtime ");
	ret->has_time = line && sscanf(line, "\nbtime %" SCNd64, &ret->time) == 1;
}

static void find_stamp(const struct lineage_root *root, char *ret)
{
	LINEAGE_AUTO_FREE char *cmdline = NULL;
	struct lineage_parameter parameter;
	size_t size;

	if (lineage_root_read_cmdline(root, &cmdline, &size) == 0 &&
	    lineage_cmdline_find(cmdline, size, LINEAGE_STAMP_NAME, &parameter) > 0 &&
	    parameter.value && parameter.value_length <= LINEAGE_STAMP_MAX)
		memcpy(ret, parameter.value, parameter.value_length);
}

static void find_build_id(const struct lineage_root *root, char *ret)
{
	LINEAGE_AUTO_FREE char *notes = NULL;
	size_t size;

	if (lineage_root_read(root, NOTES_PATH, NOTES_LIMIT, &notes, &size) == 0)
		lineage_host_notes_find_build_id(notes, size, ret);
}

void lineage_host_facts_read(const struct lineage_root *root, struct lineage_host_facts *ret)
{
	memset(ret, 0, sizeof(*ret));
	find_host(root, ret);
	find_name(root, ret->name);
	find_value(root, "kernel.random.boot_id", sizeof(ret->boot_id), ret->boot_id);
	find_value(root, "kernel.version", sizeof(ret->build), ret->build);
	find_stamp(root, ret->stamp);
	find_time(root, ret);
	find_build_id(root, ret->build_id);
}
