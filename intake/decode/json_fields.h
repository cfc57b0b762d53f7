/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Field names that log shippers, container engines and cloud providers use in JSON for the parts of
 * a log line.
 */
#ifndef LINEAGE_INTAKE_DECODE_JSON_FIELDS_H
#define LINEAGE_INTAKE_DECODE_JSON_FIELDS_H

#include "text.h"

/** The parts of a line. */
enum intake_json_part {
	INTAKE_JSON_MESSAGE,
	INTAKE_JSON_TIME,
	INTAKE_JSON_HOST,
	INTAKE_JSON_BOOT_ID,
	INTAKE_JSON_MACHINE_ID,
	INTAKE_JSON_UPTIME_US, /* microseconds since the kernel started */
	INTAKE_JSON_SECONDS,   /* whole seconds since the kernel started */
	INTAKE_JSON_MICROS,    /* microseconds to add to INTAKE_JSON_SECONDS */
	INTAKE_JSON_TRANSPORT, /* _TRANSPORT of journald */
	INTAKE_JSON_FACILITY,
	INTAKE_JSON_PROGRAM,
	INTAKE_JSON_LEVEL,
	INTAKE_JSON_CALLER,
	INTAKE_JSON_CONTAINER, /* not a host, but lines of different containers are not merged */
	INTAKE_JSON_PARTS,
};

/* Ranks of names: the lowest rank takes precedence. Rank 0 is a name given by the user. */
#define INTAKE_JSON_RANK_NONE UINT32_MAX

/**
 * intake_json_field_find() - find the part for a field
 * @parent: name of the object that contains the field, or of the array around that object; may be
 *	empty
 * @name: name of the field
 * @ret: the part; unchanged if the name is unknown
 *
 * Return: the rank of the name; INTAKE_JSON_RANK_NONE if the name is unknown.
 */
uint32_t intake_json_field_find(struct intake_text parent, struct intake_text name,
				enum intake_json_part *ret);

#endif /* LINEAGE_INTAKE_DECODE_JSON_FIELDS_H */
