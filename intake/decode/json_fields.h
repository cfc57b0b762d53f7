/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The names under which JSON of log shippers, container engines and cloud providers has a line's
 * parts.
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
	INTAKE_JSON_SECONDS,   /* since the kernel started, without ... */
	INTAKE_JSON_MICROS,    /* ... this part of a second */
	INTAKE_JSON_TRANSPORT, /* how the line came to journald */
	INTAKE_JSON_FACILITY,
	INTAKE_JSON_PROGRAM,
	INTAKE_JSON_LEVEL,
	INTAKE_JSON_CALLER,
	INTAKE_JSON_CONTAINER, /* not a host, but lines of two are not one machine's */
	INTAKE_JSON_PARTS,
};

/* Ranks of names: 0 is the user's own, of others the lowest counts. */
#define INTAKE_JSON_RANK_NONE UINT32_MAX

/**
 * intake_json_field_find() - find the part that a field is
 * @parent: the name of the object that the field is in, or of the array around that; may be empty
 * @name: of the field
 *
 * Return: the rank; INTAKE_JSON_RANK_NONE if it does not count.
 */
uint32_t intake_json_field_find(struct intake_text parent, struct intake_text name,
				enum intake_json_part *ret);

#endif /* LINEAGE_INTAKE_DECODE_JSON_FIELDS_H */
