/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether a report was decoded by the kernel's scripts/decode_stacktrace.sh. */
#ifndef LINEAGE_INTAKE_RECOGNISE_DECODING_H
#define LINEAGE_INTAKE_RECOGNISE_DECODING_H

#include <stdbool.h>

#include "frame.h"

/**
 * struct intake_decoding - what the lines of a report have shown; initialise it with zeros
 * @is_decoded: a line was decoded that only the kernel prints
 * @is_after_heading: the last line was the heading of a stack
 */
struct intake_decoding {
	bool is_decoded;
	bool is_after_heading;
};

/** intake_decoding_note() - take the next line of the report */
void intake_decoding_note(struct intake_decoding *decoding, struct intake_text line);

/**
 * intake_decoding_accepts() - check whether a line that was parsed as @frame is a frame
 *
 * Programs also print lines such as "nginx (nginx.conf:12) restarted". A line without an offset is
 * a frame if it is indented, or if the report is decoded: the script may remove blanks.
 */
bool intake_decoding_accepts(const struct intake_decoding *decoding, struct intake_text line,
			     const struct intake_frame *frame);

#endif /* LINEAGE_INTAKE_RECOGNISE_DECODING_H */
