// SPDX-License-Identifier: GPL-2.0-or-later
/* The line of a crash report that names the release of the kernel. */
#include "release_line.h"

#include <ctype.h>

#include "intake/decode/text.h"

/* Take "6.1.0 #1" or "(2.6.18-4-686 #1)" off the front: release and build of the running kernel. */
static bool take_kernel(struct intake_text *text, struct intake_text *ret)
{
	struct intake_text rest = *text;
	bool has_parenthesis = intake_text_take(&rest, "(");
	struct intake_text word = intake_text_take_word(&rest);

	/* powerpc prints no build: "REGS: c00000 TRAP: 0300   Not tainted  (2.6.18)" */
	if (has_parenthesis && intake_text_ends(word, ")"))
		word.length--;
	else if (!intake_text_starts(rest, " #"))
		return false;
	if (word.length < 4 || word.at[0] < '1' || word.at[0] > '9' || !intake_text_has(word, "."))
		return false;
	*ret = word;
	*text = rest;
	return true;
}

/* Take a word of taint flags: letters, or dashes in kernels of Red Hat. */
static bool take_taint_flags(struct intake_text *text)
{
	size_t length = 0;

	while (length < text->length &&
	       (isupper((unsigned char)text->at[length]) || text->at[length] == '-'))
		length++;
	if (length == 0 || !intake_text_starts(intake_text_skip(*text, length), " "))
		return false;
	*text = intake_text_skip(*text, length);
	return true;
}

bool intake_release_line_take(struct intake_text line, struct intake_text *ret)
{
	struct intake_text before, rest = line;

	if (intake_text_take(&rest, "EFLAGS: ") && intake_text_take_until(&rest, "   ", &before) &&
	    take_kernel(&rest, ret))
		return true;
	if (!intake_text_take_until(&rest, "Not tainted", &before) &&
	    !intake_text_take_until(&rest, "Tainted: ", &before))
		return false;
	if (take_kernel(&line, ret))
		return true;
	do {
		intake_text_take_blanks(&rest);
		if (take_kernel(&rest, ret))
			return true;
	} while (take_taint_flags(&rest));
	return false;
}
