// SPDX-License-Identifier: GPL-2.0-or-later
/* Make the stamp and the stamped command line for the next kernel. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "chain.h"
#include "cleanup.h"
#include "core/banner.h"
#include "core/s390_image.h"
#include "core/cmdline.h"
#include "report.h"
#include "core/boot_kind.h"

/*
 * Make the lineage of the next kernel. Prefer the lineage that the module made, so that every
 * loader writes the same stamp. Ignore the module's lineage if it is stale, has a smaller count,
 * or does not begin with the running release.
 */
static int make_next(const struct lineage_merge *merged, struct lineage *ret)
{
	const struct lineage_finding *module = &merged->findings[LINEAGE_SOURCE_MODULE];
	int error;

	*ret = merged->lineage;
	if (merged->is_lower_bound || (merged->boot.boot == LINEAGE_BOOT_UNKNOWN &&
				       merged->boot.loader == LINEAGE_LOADER_OTHER))
		error = lineage_advance_in_doubt(ret, merged->has_count, merged->release);
	else
		error = lineage_advance(ret, merged->has_count, merged->boot.boot, merged->release);
	if (!error && module->has_next && !module->is_stale && module->next.count >= ret->count &&
	    lineage_chain_begins_with(&module->next, merged->release))
		*ret = module->next;
	return error;
}

static int make_stamp(const struct lineage_report *report, enum lineage_kind kind,
		      const char *made_for, struct lineage_stamp *ret)
{
	size_t length = made_for ? strlen(made_for) : 0;

	memset(ret, 0, sizeof(*ret));
	if (kind != LINEAGE_KIND_KEXEC && kind != LINEAGE_KIND_CAPTURE)
		return -EINVAL;
	ret->kind = kind;
	if (length > 0 && !lineage_release_is_valid(made_for, length))
		return -EILSEQ;
	if (length > 0)
		memcpy(ret->made_for, made_for, length);
	if (!report->release)
		return -ENODATA;
	return make_next(lineage_report_merged(report), &ret->lineage);
}

int lineage_stamp_create(const struct lineage_report *report, enum lineage_kind kind,
			 const char *made_for, char **ret)
{
	char text[LINEAGE_STAMP_MAX + 1];
	struct lineage_stamp stamp;
	size_t length;
	char *copy;
	int error;

	error = make_stamp(report, kind, made_for, &stamp);
	if (!error)
		error = lineage_stamp_format(&stamp, text, sizeof(text), &length);
	if (error)
		return error;
	copy = strdup(text);
	if (!copy)
		return -ENOMEM;
	*ret = copy;
	return 0;
}

size_t lineage_cmdline_default_limit(void)
{
#ifdef __riscv
	return LINEAGE_RISCV_CMDLINE_MAX;
#elif defined(__s390x__)
	return LINEAGE_S390_CMDLINE_MAX;
#else
	return LINEAGE_CMDLINE_MAX;
#endif
}

/* Only x86 has a boot-loader type, which shows a cold boot. */
bool lineage_cmdline_stays_empty(const struct lineage_report *report, const char *cmdline)
{
	return !lineage_report_merged(report)->boot.shows_cold &&
	       lineage_cmdline_is_empty(cmdline, strlen(cmdline));
}

int lineage_cmdline_create(const struct lineage_report *report, enum lineage_kind kind,
			   const char *made_for, const char *cmdline, size_t limit,
			   bool *ret_stamped, char **ret)
{
	size_t length = strlen(cmdline);
	size_t size = length + 1 + LINEAGE_STAMP_MAX + 1;
	LINEAGE_AUTO_FREE char *line = malloc(size);
	struct lineage_stamp stamp;
	size_t written;
	int error;

	if (!line)
		return -ENOMEM;
	error = make_stamp(report, kind, made_for, &stamp);
	if (error == -EINVAL || error == -EILSEQ)
		return error;
	if (!error && lineage_cmdline_stays_empty(report, cmdline))
		error = -ENODATA;
	if (!error)
		error = lineage_cmdline_stamp(cmdline, length, &stamp, limit, line, size, &written);
	*ret_stamped = !error;
	if (error)
		error = lineage_cmdline_strip(cmdline, length, line, size, &written);
	if (error)
		return error;
	*ret = line;
	line = NULL;
	return 0;
}
