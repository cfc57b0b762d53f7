// SPDX-License-Identifier: GPL-2.0-or-later
/* Descriptions of the faults that a decoder can report. */
#include "record.h"

static const char *const fault_texts[INTAKE_FAULTS] = {
	[INTAKE_FAULT_LONG_LINE] = "a line is too long and was truncated",
	[INTAKE_FAULT_ESCAPE] = "invalid escape: \\x without two hexadecimal digits",
	[INTAKE_FAULT_HEADER] = "a line is invalid in this encoding and was skipped",
	[INTAKE_FAULT_JSON] = "a line is not a JSON object, or is nested too deep, and was skipped",
	[INTAKE_FAULT_NO_MESSAGE] = ("a JSON object has no known message field and was skipped; "
				     "name the field with --field-message=NAME"),
	[INTAKE_FAULT_FIELD] = "a field is invalid and was ignored",
	[INTAKE_FAULT_FRAGMENT] = "other fragments of a message are missing or overlap",
	[INTAKE_FAULT_LOST] = "sequence numbers are missing: messages were lost or not sent",
	[INTAKE_FAULT_BACKWARDS] = "a sequence number decreased without a reboot",
	[INTAKE_FAULT_CUT] = "a compressed stream is truncated",
	[INTAKE_FAULT_COMPRESSION] = "a compressed stream is corrupt and its rest was not read",
	[INTAKE_FAULT_WINDOW] =
		"a compressed stream needs too much memory: decompress it first (xz -dc, zstd -dc)",
	[INTAKE_FAULT_EXPANSION] = "a compressed stream expands too much and its rest was not read",
	[INTAKE_FAULT_CHANGED] = "a file became shorter while it was read",
	[INTAKE_FAULT_VMCORE] = "the log in a vmcore is missing or incomplete",
	[INTAKE_FAULT_TOO_MANY_CRASHES] = "too many crashes are open: the oldest was closed",
	[INTAKE_FAULT_TOO_MANY_HOSTS] = "too many hosts: the oldest was dropped",
};

const char *intake_fault_text(enum intake_fault fault)
{
	if (fault >= INTAKE_FAULTS || !fault_texts[fault])
		return "unknown fault";
	return fault_texts[fault];
}

uint64_t intake_record_clock_us(const struct intake_record *record)
{
	if (record->has_uptime)
		return record->uptime_us;
	if (record->has_time)
		return record->time > 0 ? (uint64_t)record->time * 1000000 : 0;
	return record->wall_us;
}
