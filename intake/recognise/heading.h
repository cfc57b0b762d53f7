/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines that begin a section of a crash report. To add one, edit data/sections.txt. */
#ifndef LINEAGE_INTAKE_RECOGNISE_HEADING_H
#define LINEAGE_INTAKE_RECOGNISE_HEADING_H

#include "intake/decode/text.h"

/** Meaning of a line that begins a section; data/sections.txt explains each. */
enum intake_heading {
	INTAKE_HEADING_NONE,
	INTAKE_HEADING_STACK,
	INTAKE_HEADING_OWN,
	INTAKE_HEADING_ORIGIN,
	INTAKE_HEADING_LOCKS,
	INTAKE_HEADING_TASK,
	INTAKE_HEADING_ASKED,
	INTAKE_HEADING_SHOWN,
	INTAKE_HEADING_END,
};

/** intake_heading_of() - return the meaning of a line without blanks at its ends */
enum intake_heading intake_heading_of(struct intake_text line);

#endif /* LINEAGE_INTAKE_RECOGNISE_HEADING_H */
