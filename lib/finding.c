// SPDX-License-Identifier: GPL-2.0-or-later
#include "finding.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/blob.h"

void lineage_finding_set(struct lineage_finding *finding, enum lineage_status status,
			 const char *format, ...)
{
	va_list arguments;

	finding->status = status;
	va_start(arguments, format);
	vsnprintf(finding->detail, sizeof(finding->detail), format, arguments);
	va_end(arguments);
}

enum lineage_status lineage_status_of(int error)
{
	switch (error) {
	case 0:
		return LINEAGE_STATUS_OK;
	case -ENOENT:
	case -ENOTDIR:
	case -ENODATA:
	case -ENXIO:
	case -ENODEV:
		return LINEAGE_STATUS_ABSENT;
	case -EACCES:
	case -EPERM:
		return LINEAGE_STATUS_FORBIDDEN;
	case -EPROTONOSUPPORT:
		return LINEAGE_STATUS_UNSUPPORTED;
	default:
		return LINEAGE_STATUS_MALFORMED;
	}
}

void lineage_finding_set_unreadable(struct lineage_finding *finding, int error, const char *path)
{
	enum lineage_status status = lineage_status_of(error);

	switch (status) {
	case LINEAGE_STATUS_ABSENT:
		lineage_finding_set(finding, status, "there is no /%s", path);
		break;
	case LINEAGE_STATUS_FORBIDDEN:
		lineage_finding_set(finding, status, "reading /%s needs root", path);
		break;
	default:
		lineage_finding_set(finding, status, "/%s cannot be read: %s", path,
				    strerror(-error));
	}
}

void lineage_finding_set_fault(struct lineage_finding *finding, int error, const char *what,
			       const struct lineage_fault *fault)
{
	enum lineage_status status = lineage_status_of(error);

	if (!fault->has_values)
		lineage_finding_set(finding, status, "%s: %s (at byte %zu)", what, fault->what,
				    fault->offset);
	else if (error == -EBADMSG)
		lineage_finding_set(finding, status, "%s: %s: found %08x, expected %08x", what,
				    fault->what, fault->found, fault->expected);
	else
		lineage_finding_set(finding, status, "%s: %s: found %u, expected %u", what,
				    fault->what, fault->found, fault->expected);
}

void lineage_finding_set_metadata(struct lineage_finding *finding,
				  const struct lineage_metadata *metadata)
{
	finding->status = LINEAGE_STATUS_OK;
	finding->detail[0] = '\0';
	finding->is_metadata = true;
	memcpy(finding->previous_release, metadata->previous_release,
	       sizeof(finding->previous_release));
	finding->metadata_count = metadata->kexec_count;
	/* After a kexec the count is at least 1, but KHO's count wraps from 4294967295 to 0. */
	finding->has_count = metadata->kexec_count > 0;
	finding->lineage.count = metadata->kexec_count;
	if (!finding->has_count)
		lineage_finding_set(
			finding, LINEAGE_STATUS_OK,
			"has count 0, which is not valid after a kexec: count not used");
}

void lineage_finding_set_metadata_blob(struct lineage_finding *finding, const void *blob,
				       size_t size, const char *what)
{
	struct lineage_metadata metadata;
	struct lineage_fault fault;
	int error = lineage_metadata_blob_decode(blob, size, &metadata, &fault);

	if (error)
		lineage_finding_set_fault(finding, error, what, &fault);
	else
		lineage_finding_set_metadata(finding, &metadata);
}

static void take_stamp(struct lineage_finding *finding, const struct lineage_stamp *stamp)
{
	struct lineage_run newest;
	size_t position = 0;

	finding->status = LINEAGE_STATUS_OK;
	finding->kind = stamp->kind;
	memcpy(finding->made_for, stamp->made_for, sizeof(finding->made_for));
	finding->has_count = true;
	finding->lineage = stamp->lineage;
	if (lineage_chain_next(&stamp->lineage, &position, &newest) == 0)
		memcpy(finding->previous_release, newest.release, sizeof(newest.release));
}

void lineage_finding_set_kho_blob(struct lineage_finding *finding, const void *blob, size_t size,
				  const char *what)
{
	struct lineage_stamp stamp;
	struct lineage_fault fault;
	int error = lineage_kho_blob_decode(blob, size, &stamp, &fault);

	if (error)
		lineage_finding_set_fault(finding, error, what, &fault);
	else
		take_stamp(finding, &stamp);
}

void lineage_finding_set_stamp(struct lineage_finding *finding, const char *value, size_t length,
			       const char *what)
{
	struct lineage_stamp stamp;
	struct lineage_fault fault;
	int error = lineage_stamp_parse(value, length, &stamp, &fault);

	if (error)
		lineage_finding_set_fault(finding, error, what, &fault);
	else
		take_stamp(finding, &stamp);
}

bool lineage_finding_add_chain(struct lineage_finding *finding, const char *text, size_t length)
{
	char chain[LINEAGE_CHAIN_MAX + 1]; /* a chain that fills the array is too long */
	size_t written = finding->lineage.chain_length;
	uint64_t kernels;
	size_t at;

	memcpy(chain, finding->lineage.chain, written);
	if (written > 0)
		chain[written++] = ',';
	for (at = 0; at < length; at++) {
		if (text[at] == ' ' && at > 0 && text[at - 1] == ',')
			continue;
		if (written == sizeof(chain))
			return false;
		chain[written++] = text[at];
	}
	if (lineage_chain_check(chain, written, &kernels, NULL))
		return false;
	memcpy(finding->lineage.chain, chain, written);
	finding->lineage.chain_length = (uint32_t)written;
	return true;
}
