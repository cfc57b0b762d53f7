// SPDX-License-Identifier: GPL-2.0-or-later
#include "report.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cli/common/output.h"

struct lineage_report *make_report(const struct context *context)
{
	struct lineage_report *report = NULL;
	int error = lineage_report_create(context->root, &report);

	if (error == -ENOTDIR)
		complain("%s: not a folder (unpack a sosreport first: tar -xf FILE)",
			 context->root);
	else if (error)
		complain("cannot read %s: %s", context->root ? context->root : "/",
			 strerror(-error));
	return report;
}

const char *image_error(int error)
{
	if (error == -EILSEQ)
		return "the kernel image is truncated or damaged (install it again)";
	return error == -ENOTBLK ? "neither a regular file nor a block device" : strerror(-error);
}

static int read_image(const char *path, struct next_kernel *next)
{
	struct lineage_image image = { .size = sizeof(image) };
	int error = lineage_image_read(path, &image);

	if (error) {
		complain("%s: %s", path, image_error(error));
		return STATUS_FAILED;
	}
	if (!image.release[0])
		complain(
			"%s: the image contains no release, so the stamp does not say which kernel "
			"it is for, and a later copy of it cannot be detected (give the release "
			"with --for)",
			path);
	memcpy(next->release, image.release, sizeof(next->release));
	next->cmdline_limit = image.cmdline_limit;
	return STATUS_DONE;
}

int read_next_kernel(const char *const *values, struct next_kernel *ret)
{
	const char *kind = values[0];
	const char *release = values[1];
	const char *image = values[2];

	*ret = (struct next_kernel){
		.kind = LINEAGE_KIND_KEXEC,
		.cmdline_limit = lineage_cmdline_default_limit(),
	};
	if (kind && strcmp(kind, "k") != 0 && strcmp(kind, "p") != 0) {
		complain("invalid --kind value '%s' (expected k for a kexec or p for a capture "
			 "kernel)",
			 kind);
		return STATUS_USAGE;
	}
	if (kind && kind[0] == 'p')
		ret->kind = LINEAGE_KIND_CAPTURE;
	if (release && image) {
		complain("--for and --image exclude each other (give one of them)");
		return STATUS_USAGE;
	}
	if (release && (strlen(release) == 0 || strlen(release) >= sizeof(ret->release))) {
		complain("invalid --for value '%s' (expected 1 to 64 bytes, as 'uname -r' prints)",
			 release);
		return STATUS_USAGE;
	}
	if (release)
		memcpy(ret->release, release, strlen(release) + 1);
	return image ? read_image(image, ret) : STATUS_DONE;
}

void complain_no_release(const struct next_kernel *next)
{
	complain("invalid --for value '%s' (expected printable ASCII without blanks)",
		 next->release);
}

void format_chain_entry(const struct lineage_entry *entry, char *buf)
{
	if (entry->runs > 1)
		snprintf(buf, CHAIN_TEXT_SIZE, "<- %s (%u runs)", entry->release, entry->runs);
	else
		snprintf(buf, CHAIN_TEXT_SIZE, "<- %s", entry->release);
}

const char *chain_end(bool is_complete)
{
	return is_complete ? "<- cold boot" : "<- ... (older kernels are unknown)";
}

void remark_on_stamp(const struct lineage_report *report)
{
	if (report->boot != LINEAGE_BOOT_COLD && !report->has_count)
		complain("the count of kexecs since cold boot is unknown (see 'kexec-lineage "
			 "show'): the stamp counts only the known kexecs");
}
