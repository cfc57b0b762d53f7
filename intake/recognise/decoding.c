// SPDX-License-Identifier: GPL-2.0-or-later
/* Whether a report was decoded by the kernel's scripts/decode_stacktrace.sh. */
#include "decoding.h"

#include "heading.h"

static bool is_indented(struct intake_text line)
{
	return line.length > 0 && (line.at[0] == ' ' || line.at[0] == '\t');
}

/* Match "<TASK>" and "<IRQ>", which may follow the heading. */
static bool is_mark(struct intake_text trimmed)
{
	return trimmed.length > 0 && trimmed.at[0] == '<' && trimmed.at[trimmed.length - 1] == '>';
}

void intake_decoding_note(struct intake_decoding *decoding, struct intake_text line)
{
	struct intake_text trimmed = intake_text_trim(line);
	struct intake_frame frame;

	if (decoding->is_decoded || is_mark(trimmed))
		return;
	if (intake_text_has(trimmed, " (") && (intake_frame_parse_pc(trimmed, &frame) ||
					       ((decoding->is_after_heading || is_indented(line)) &&
						intake_frame_parse(trimmed, &frame))))
		decoding->is_decoded = frame.is_decoded;
	decoding->is_after_heading = intake_heading_of(trimmed) == INTAKE_HEADING_STACK ||
				     intake_heading_of(trimmed) == INTAKE_HEADING_OWN;
}

bool intake_decoding_accepts(const struct intake_decoding *decoding, struct intake_text line,
			     const struct intake_frame *frame)
{
	return !frame->is_decoded || decoding->is_decoded || is_indented(line);
}
