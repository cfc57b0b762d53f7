/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Words of a sentence, between which a line may break. */
#ifndef LINEAGE_CLI_FLEET_WORDS_H
#define LINEAGE_CLI_FLEET_WORDS_H

#include <stddef.h>

/**
 * words_length() - length in bytes of the first word of a text, which ends at a blank or at the end
 *
 * Figures are not divided: "95 %" and "q = 0.03" are one word each.
 */
size_t words_length(const char *text);

#endif /* LINEAGE_CLI_FLEET_WORDS_H */
