// SPDX-License-Identifier: GPL-2.0-or-later
/* Descriptions of the faults that a decoder can report. */
#include "record.h"

static const char *const fault_texts[INTAKE_FAULTS] = {
	[INTAKE_FAULT_LONG_LINE] = "a line is too long and was cut",
	[INTAKE_FAULT_ESCAPE] = "\\x without two hexadecimal digits",
	[INTAKE_FAULT_HEADER] = "a line that is none of this encoding was left out",
	[INTAKE_FAULT_JSON] = "a line that is no JSON object, or nested too deep, was left out",
	[INTAKE_FAULT_FIELD] = "a field is not what it should be and counts as absent",
	[INTAKE_FAULT_FRAGMENT] = "a piece of a message whose other pieces are missing or overlap",
	[INTAKE_FAULT_LOST] = "sequence numbers are missing: messages were lost, or not sent",
	[INTAKE_FAULT_BACKWARDS] = "a sequence number went back without a boot",
	[INTAKE_FAULT_CUT] = "a compressed stream ends too early",
	[INTAKE_FAULT_COMPRESSION] = "a compressed stream is damaged and was read up to there",
	[INTAKE_FAULT_WINDOW] =
		"a compressed stream needs too much memory: decompress it first (xz -dc, zstd -dc)",
	[INTAKE_FAULT_EXPANSION] = "a compressed stream expands too far and was read up to there",
	[INTAKE_FAULT_CHANGED] = "a file became shorter while it was read",
	[INTAKE_FAULT_VMCORE] = "no log, or not all of it, could be found in a vmcore",
	[INTAKE_FAULT_TOO_MANY_CRASHES] = "too many crashes are open: the oldest was closed",
	[INTAKE_FAULT_TOO_MANY_HOSTS] = "too many hosts: the oldest was forgotten",
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
