/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The title of a crash, the function to blame and the signature. */
#ifndef LINEAGE_INTAKE_RECOGNISE_TITLE_H
#define LINEAGE_INTAKE_RECOGNISE_TITLE_H

#include <stdbool.h>

#include "class.h"

#define INTAKE_FUNCTION_SIZE 512
#define INTAKE_MODULE_SIZE 64
#define INTAKE_SIGNATURE_SIZE 33 /* 128 bits in hexadecimal, and the NUL */
/* Of a stack, so many frames are told, and the first few of them make the signature. */
#define INTAKE_FRAMES_MAX 16
#define INTAKE_SIGNATURE_FRAMES 3

/**
 * struct intake_title - what a crash is called
 * @title: for people: class and guilty function
 * @type: word of its class; static
 * @frame: the guilty function; empty where none was found, or the class has none
 * @module: the module it is in; empty where none
 * @frames: reliable functions from the guilty one outwards, plumbing left out
 * @frame_count: entries of @frames
 * @signature: the same for the same bug; empty where it takes a function and none was found:
 *	such crashes have nothing in common
 */
struct intake_title {
	char title[INTAKE_TITLE_SIZE];
	const char *type;
	char frame[INTAKE_FUNCTION_SIZE];
	char module[INTAKE_MODULE_SIZE];
	char frames[INTAKE_FRAMES_MAX][INTAKE_FUNCTION_SIZE];
	size_t frame_count;
	char signature[INTAKE_SIGNATURE_SIZE];
};

/** intake_title_make() - name the crash that a report of some class tells of */
void intake_title_make(const struct intake_class *class, const struct intake_report *report,
		       struct intake_title *ret);

#endif /* LINEAGE_INTAKE_RECOGNISE_TITLE_H */
