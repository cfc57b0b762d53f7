/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Parses lines of stack traces and of registers: functions and their modules. */
#ifndef LINEAGE_INTAKE_RECOGNISE_FRAME_H
#define LINEAGE_INTAKE_RECOGNISE_FRAME_H

#include <stdbool.h>

#include "intake/decode/text.h"

/**
 * struct intake_frame - a function on a stack
 * @function: its name, without what the compiler put behind it (".isra.0", ".cold")
 * @module: the module it is in; empty where in the kernel
 * @is_reliable: false where the unwinder only guesses ("? ", "(unreliable)")
 */
struct intake_frame {
	struct intake_text function;
	struct intake_text module;
	bool is_reliable;
};

/**
 * intake_frame_parse() - a line of a stack trace, of any architecture
 *
 * Return: whether it is one.
 */
bool intake_frame_parse(struct intake_text line, struct intake_frame *ret);

/**
 * intake_frame_parse_pc() - a line that says where a CPU was: "RIP: 0010:f+0x1/0x2", "pc : f+0x1/0x2",
 * "NIP [...] f+0x1/0x2" and so on, of the kernel, not of user space
 *
 * Return: whether it is one.
 */
bool intake_frame_parse_pc(struct intake_text line, struct intake_frame *ret);

/**
 * intake_frame_take_function() - "f+0x1/0x2" off the front, with what may stand before it: addresses
 * in brackets
 */
bool intake_frame_take_function(struct intake_text *text, struct intake_text *ret);

/**
 * intake_frame_take_name() - a function's name off the front, where no offset follows it: what of the next word can be
 * one, maybe nothing; the whole word is taken
 */
struct intake_text intake_frame_take_name(struct intake_text *text);

/** intake_frame_module() - "[ext4]", "[ext4 0123456789abcdef]" somewhere behind a function; empty where there is none */
struct intake_text intake_frame_module(struct intake_text rest);

/** intake_frame_normalise() - a function's name without what the compiler put behind it */
struct intake_text intake_frame_normalise(struct intake_text function);

#endif /* LINEAGE_INTAKE_RECOGNISE_FRAME_H */
