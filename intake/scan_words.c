// SPDX-License-Identifier: GPL-2.0-or-later
/* The words that begin a boot or a crash report. */
#include "scan.h"

#include <stddef.h>

/* Generated from intake/recognise/data. */
#include "scan_word_list.h"

const char *const *intake_scan_words(void)
{
	return words;
}
