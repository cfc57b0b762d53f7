/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Control of the false discovery rate over many tests of discrete data. */
#ifndef LINEAGE_TRIAGE_MULTIPLE_TESTING_H
#define LINEAGE_TRIAGE_MULTIPLE_TESTING_H

#include <stdbool.h>
#include <stddef.h>

/**
 * triage_testable() - select the tests that can reach a level, by their smallest possible p-value
 * @least: smallest possible p-value of each test, NAN if there was no test
 * @ret: true for each selected test; the other tests are not counted
 *
 * Method: R. E. Tarone, Biometrics 46, 1990; for the false discovery rate P. B. Gilbert, Applied
 * Statistics 54, 2005.
 *
 * Return: number of selected tests, or -ENOMEM.
 */
long triage_testable(const double *least, size_t count, double level, bool *ret);

/**
 * triage_benjamini_hochberg() - replace p-values by q-values
 * @p: p-values; NAN, for a comparison without a test, stays NAN
 *
 * Return: 0, or -ENOMEM with @p unchanged.
 */
int triage_benjamini_hochberg(double *p, size_t count);

#endif /* LINEAGE_TRIAGE_MULTIPLE_TESTING_H */
