/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Search for the words of scan.h with AVX2 or AVX-512, several times as fast as Hyperscan. */
#ifndef LINEAGE_INTAKE_SCAN_VECTOR_H
#define LINEAGE_INTAKE_SCAN_VECTOR_H

#include <stddef.h>

/** intake_scan_vector - a search with the parameters and the result of intake_scan_find() */
typedef size_t intake_scan_vector(const char *bytes, size_t length, size_t *ret, size_t count);

/**
 * intake_scan_vector_get() - return a search that this CPU can run
 * @rank: 0 for the fastest search
 *
 * With KEXEC_LINEAGE_WITHOUT_AVX512 in the environment, no search uses AVX-512: tests/bench
 * measures AVX2 with it.
 *
 * Return: NULL if the CPU has @rank searches or fewer.
 */
intake_scan_vector *intake_scan_vector_get(size_t rank);

#endif /* LINEAGE_INTAKE_SCAN_VECTOR_H */
