/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lanes: which lines with a prefix of unknown shape are from the same machine.
 *
 * Such a prefix may contain the name of a host, but nothing says which word it is. The lane is a
 * sum over the words that could be: lines of different lanes are never taken for one machine's. It
 * is not a name, and is not printed.
 */
#ifndef LINEAGE_INTAKE_DECODE_LANE_H
#define LINEAGE_INTAKE_DECODE_LANE_H

#include "text.h"

/** intake_lane_add() - extend a lane by a word; 0 is the empty lane */
uint64_t intake_lane_add(uint64_t lane, struct intake_text word);

/**
 * intake_lane_of() - the lane of a prefix
 * @prefix: what was in front of the kernel's time
 * @is_dated: a date was in front of that
 *
 * Return: 0 if it does not look like a prefix that a program writes in front of every line: it has
 * neither a date or time nor the shape "WORD: " or "WORD | ", or no word that could be a host.
 */
uint64_t intake_lane_of(struct intake_text prefix, bool is_dated);

#endif /* LINEAGE_INTAKE_DECODE_LANE_H */
