// SPDX-License-Identifier: GPL-2.0-or-later
/* Read the lineage that the kernel module kexec_lineage shows in sysfs. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "core/decimal.h"
#include "finding.h"

#define MODULE_FOLDER "sys/kernel/kexec_lineage"

/* Read one of the module's files; an absent file reads as an empty string. */
static int read_value(const struct lineage_root *root, const char *path, char **ret)
{
	int error = lineage_root_read_line(root, path, ret);

	if (error == -ENOENT) {
		*ret = strdup("");
		error = *ret ? 0 : -ENOMEM;
	}
	return error;
}

static bool take_values(struct lineage_finding *finding, const char *previous, const char *count,
			const char *chain)
{
	size_t length = strlen(previous);

	if (length > 0 && !lineage_release_is_valid(previous, length))
		return false;
	memcpy(finding->previous_release, previous, length + 1);
	if (count[0] != '\0') {
		if (lineage_decimal_parse(count, strlen(count), &finding->lineage.count))
			return false;
		finding->has_count = true;
	}
	return lineage_finding_add_chain(finding, chain, strlen(chain));
}

/* Parse a boot kind as lineage_boot_text() writes it. */
static enum lineage_boot boot_of(const char *text)
{
	enum lineage_boot boot = LINEAGE_BOOT_UNKNOWN;

	while (boot <= LINEAGE_BOOT_CAPTURE && strcmp(text, lineage_boot_text(boot)) != 0)
		boot++;
	return boot <= LINEAGE_BOOT_CAPTURE ? boot : LINEAGE_BOOT_UNKNOWN;
}

/* Parse "kexec_lineage.stamp=..." for a next kernel; empty if the module cannot make a stamp. */
static bool take_next(struct lineage_finding *finding, const char *text)
{
	struct lineage_stamp stamp;

	if (text[0] == '\0')
		return true;
	if (strncmp(text, LINEAGE_STAMP_PREFIX, LINEAGE_STAMP_PREFIX_LENGTH) != 0)
		return false;
	text += LINEAGE_STAMP_PREFIX_LENGTH;
	if (lineage_stamp_parse(text, strlen(text), &stamp, NULL))
		return false;
	finding->has_next = true;
	finding->next = stamp.lineage;
	return true;
}

void lineage_source_read_module(const struct lineage_root *root, struct lineage_finding *finding)
{
	LINEAGE_AUTO_FREE char *boot = NULL;
	LINEAGE_AUTO_FREE char *previous = NULL;
	LINEAGE_AUTO_FREE char *count = NULL;
	LINEAGE_AUTO_FREE char *chain = NULL;
	LINEAGE_AUTO_FREE char *next = NULL;
	int error;

	if (!lineage_root_has(root, MODULE_FOLDER)) {
		lineage_finding_set(finding, LINEAGE_STATUS_ABSENT,
				    "the module kexec_lineage is not loaded");
		return;
	}
	error = read_value(root, MODULE_FOLDER "/boot", &boot);
	if (!error)
		error = read_value(root, MODULE_FOLDER "/previous_release", &previous);
	if (!error)
		error = read_value(root, MODULE_FOLDER "/kexec_count", &count);
	if (!error)
		error = read_value(root, MODULE_FOLDER "/chain", &chain);
	if (!error)
		error = read_value(root, MODULE_FOLDER "/next_stamp", &next);
	if (error) {
		lineage_finding_set_unreadable(finding, error, MODULE_FOLDER);
		return;
	}
	finding->boot = boot_of(boot);
	if (!take_values(finding, previous, count, chain) || !take_next(finding, next))
		lineage_finding_set(finding, LINEAGE_STATUS_MALFORMED,
				    "a file in /" MODULE_FOLDER
				    " does not contain a valid release, count, chain or stamp");
	else if (finding->previous_release[0] == '\0')
		lineage_finding_set(finding, LINEAGE_STATUS_ABSENT,
				    "the module kexec_lineage knows no previous kernel");
}
