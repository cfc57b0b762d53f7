/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Parser for lines of stack traces and registers: functions and their modules. */
#ifndef LINEAGE_INTAKE_RECOGNISE_FRAME_H
#define LINEAGE_INTAKE_RECOGNISE_FRAME_H

#include <stdbool.h>

#include "intake/decode/text.h"

/**
 * struct intake_frame - a function on a stack
 * @function: its name, without compiler suffixes (".isra.0", ".cold")
 * @module: the module that contains it; empty for the kernel image
 * @bare: a word after an offset: the module if the report is decoded, and its frame could not be
 * @caller: the function that called it, if the line names both (arm: "f from g"); else empty
 * @is_decoded: the line has the place in the source instead of an offset
 * @is_reliable: false if the unwinder only guesses ("? ", "(unreliable)")
 */
struct intake_frame {
	struct intake_text function;
	struct intake_text module;
	struct intake_text bare;
	struct intake_text caller;
	bool is_decoded;
	bool is_reliable;
};

/**
 * intake_frame_parse() - parse a line of a stack trace of any architecture
 *
 * Return: whether the line is a frame.
 */
bool intake_frame_parse(struct intake_text line, struct intake_frame *ret);

/**
 * intake_frame_parse_pc() - parse a line with the program counter of a CPU in kernel mode: "RIP:
 * 0010:f+0x1/0x2", "pc : f+0x1/0x2", "NIP [...] f+0x1/0x2" and others
 *
 * Return: whether the line has such a program counter.
 */
bool intake_frame_parse_pc(struct intake_text line, struct intake_frame *ret);

/** intake_frame_is_link() - check for a register line with the return address */
bool intake_frame_is_link(struct intake_text line);

/**
 * intake_frame_parse_link() - parse a register line with the return address: "lr : f+0x1/0x2",
 * "LR [...] f+0x1/0x2" and others
 *
 * Return: whether the address is in a function.
 */
bool intake_frame_parse_link(struct intake_text line, struct intake_frame *ret);

/**
 * intake_frame_is_nowhere() - match "RIP: 0010:0x0" and "pc : 0x0": the kernel jumped to an address
 * without code
 */
bool intake_frame_is_nowhere(struct intake_text line);

/**
 * intake_frame_take_function() - take "f+0x1/0x2" or "f (file.c:12)" off the front, with optional
 * addresses in brackets before it
 */
bool intake_frame_take_function(struct intake_text *text, struct intake_text *ret);

/**
 * intake_frame_take_name() - take a word off the front and return the function name at its start,
 * without an offset; may be empty
 */
struct intake_text intake_frame_take_name(struct intake_text *text);

/**
 * intake_frame_module() - return the module in "[ext4]" or "[ext4 0123456789abcdef]" after a
 * function, or in " (fs/ext4/file.c:12) ext4" at the end of the line; empty if absent
 */
struct intake_text intake_frame_module(struct intake_text rest);

/** intake_frame_normalise() - remove compiler suffixes from a function's name */
struct intake_text intake_frame_normalise(struct intake_text function);

#endif /* LINEAGE_INTAKE_RECOGNISE_FRAME_H */
