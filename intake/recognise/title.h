/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Title and signature of a crash, and the function that they name. */
#ifndef LINEAGE_INTAKE_RECOGNISE_TITLE_H
#define LINEAGE_INTAKE_RECOGNISE_TITLE_H

#include <stdbool.h>

#include "class.h"

#define INTAKE_FUNCTION_SIZE 512
#define INTAKE_MODULE_SIZE 64
#define INTAKE_SIGNATURE_SIZE 33 /* 128 bits in hexadecimal, and the NUL */
/* Maximum number of frames reported. Only the first few are part of the signature. */
#define INTAKE_FRAMES_MAX 16
#define INTAKE_SIGNATURE_FRAMES 3

/**
 * struct intake_title - the name of a crash
 * @title: one line for users, with the class and the function
 * @type: word of its class; static
 * @frame: the function in the title; empty if no function was found or the class names none
 * @module: the module that contains it; empty if none
 * @frames: reliable functions from @frame outwards, without plumbing
 * @frame_count: entries of @frames
 * @signature: equal for crashes of the same bug; empty if the class needs a function and none was
 *	found, because such crashes may have different causes
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

/** intake_title_make() - make the title of a crash from its report */
void intake_title_make(const struct intake_class *class, const struct intake_report *report,
		       struct intake_title *ret);

#endif /* LINEAGE_INTAKE_RECOGNISE_TITLE_H */
