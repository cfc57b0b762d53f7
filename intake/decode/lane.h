/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lanes: groups of lines that are probably from one machine, if lines have a prefix of unknown
 * shape.
 *
 * The prefix may contain a host name, but it is unknown which word is the host name. The lane is a
 * hash of all words that could be a host name. Lines of different lanes are treated as lines of
 * different machines. A lane is not a name and is never printed.
 */
#ifndef LINEAGE_INTAKE_DECODE_LANE_H
#define LINEAGE_INTAKE_DECODE_LANE_H

#include "text.h"

/** intake_lane_add() - add a word to a lane; 0 is the empty lane */
uint64_t intake_lane_add(uint64_t lane, struct intake_text word);

/**
 * intake_lane_of() - the lane of a prefix
 * @prefix: the text before the kernel's time
 * @is_dated: there was a date before @prefix
 *
 * Return: the lane; 0 if @prefix has no word that could be a host, or if it does not look like a
 * prefix that a program adds to every line. Such a prefix has a date or time, or the form "WORD: "
 * or "WORD | ".
 */
uint64_t intake_lane_of(struct intake_text prefix, bool is_dated);

#endif /* LINEAGE_INTAKE_DECODE_LANE_H */
