/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sort elements by numbers that they contain. */
#ifndef LINEAGE_TRIAGE_SORT_H
#define LINEAGE_TRIAGE_SORT_H

#include <stddef.h>
#include <stdint.h>

#define TRIAGE_ORDER_MAX 5

/**
 * struct triage_order - an order of elements
 * @size: size of an element
 * @offsets: offsets of @count numbers of type uint32_t, the most significant one first
 */
struct triage_order {
	size_t size;
	size_t offsets[TRIAGE_ORDER_MAX];
	size_t count;
};

/**
 * triage_sort() - sort an array of @count elements
 *
 * Many elements whose numbers are small take much less time than with qsort(3), which sorts all
 * others. Equal elements can change their order.
 */
void triage_sort(void *elements, size_t count, const struct triage_order *order);

#endif /* LINEAGE_TRIAGE_SORT_H */
