/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Search for the words of scan.h with AVX2, several times as fast as Hyperscan. */
#ifndef LINEAGE_INTAKE_SCAN_VECTOR_H
#define LINEAGE_INTAKE_SCAN_VECTOR_H

#include <stdbool.h>
#include <stddef.h>

/** intake_scan_vector_is_usable() - check whether this CPU has AVX2 */
bool intake_scan_vector_is_usable(void);

/** intake_scan_vector_find() - as intake_scan_find(), on a CPU with AVX2 */
size_t intake_scan_vector_find(const char *bytes, size_t length, size_t *ret, size_t count);

#endif /* LINEAGE_INTAKE_SCAN_VECTOR_H */
