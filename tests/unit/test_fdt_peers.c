// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Compare core/fdt.c with libfdt: each reads the FDTs that the other writes.
 *
 * In FDTs with random errors, the core and libfdt must find the same property at the same offset.
 * libfdt is called only after the core has found the property, because libfdt trusts lengths that
 * the core checks.
 * Set LINEAGE_ROUNDS and LINEAGE_SEED in the environment for another run.
 */
#include "support.h"

#include <cmocka.h>
#include <libfdt.h>
#include <stdio.h>

#include "core/fdt.h"

#define ROUNDS_DEFAULT 100000
#define FDT_MAX 1024

static const struct lineage_fdt_property properties[] = {
	{ "compatible", "kexec-lineage-v1", 17 }, { "empty", "", 0 },
	{ "stamp", "1,k,1,,A,0370d816", 18 },	  { "bytes", "\0\1\2\3\4\0", 6 },
	{ "kexec-metadata", "1234567", 7 },
};

static void assert_same(const void *fdt, const struct lineage_fdt_property *property)
{
	int length = -1;
	const void *value = fdt_getprop(fdt, 0, property->name, &length);

	assert_non_null(value);
	assert_int_equal(length, property->size);
	assert_memory_equal(value, property->value, property->size);
}

/* The properties are in the order of writing, and the FDT has nothing else. */
static void libfdt_reads_what_is_written(void **state)
{
	size_t count, i;

	for (count = 0; count <= COUNT_OF(properties); count++) {
		char *fdt = heap_untouched(FDT_MAX);
		char *exact;
		size_t size;
		int offset;

		assert_int_equal(lineage_fdt_write(properties, count, fdt, FDT_MAX, &size), 0);
		exact = heap_copy(fdt, size);
		assert_int_equal(fdt_check_header(exact), 0);
		assert_int_equal(fdt_check_full(exact, size), 0);
		assert_int_equal(fdt_totalsize(exact), size);
		assert_int_equal(lineage_fdt_total_size(exact), size);
		assert_int_equal(fdt_version(exact), 17);
		assert_int_equal(fdt_last_comp_version(exact), 16);
		assert_int_equal(fdt_num_mem_rsv(exact), 0);
		assert_string_equal(fdt_get_name(exact, 0, NULL), "");
		assert_int_equal(fdt_first_subnode(exact, 0), -FDT_ERR_NOTFOUND);
		offset = fdt_first_property_offset(exact, 0);
		for (i = 0; i < count; i++) {
			const char *name;

			assert_same(exact, &properties[i]);
			assert_non_null(fdt_getprop_by_offset(exact, offset, &name, NULL));
			assert_string_equal(name, properties[i].name);
			offset = fdt_next_property_offset(exact, offset);
		}
		assert_int_equal(offset, -FDT_ERR_NOTFOUND);
		/* libfdt can also change the FDT. */
		assert_int_equal(fdt_open_into(exact, fdt, FDT_MAX), 0);
		assert_int_equal(fdt_setprop_u32(fdt, 0, "more", 7), 0);
		for (i = 0; i < count; i++)
			assert_same(fdt, &properties[i]);
		free(exact);
		free(fdt);
	}
}

/* ---- FDTs that libfdt writes ---- */

/* Two reservations, properties in the root, and nodes with properties of the same names. */
static void write_at_once(char *fdt)
{
	size_t i;

	assert_int_equal(fdt_create(fdt, FDT_MAX), 0);
	assert_int_equal(fdt_add_reservemap_entry(fdt, 0x1000, 0x2000), 0);
	assert_int_equal(fdt_add_reservemap_entry(fdt, 0xd00dfeed, 0x0fffffffffffffff), 0);
	assert_int_equal(fdt_finish_reservemap(fdt), 0);
	assert_int_equal(fdt_begin_node(fdt, ""), 0);
	for (i = 0; i < COUNT_OF(properties); i++)
		assert_int_equal(fdt_property(fdt, properties[i].name, properties[i].value,
					      (int)properties[i].size),
				 0);
	assert_int_equal(fdt_begin_node(fdt, "stamp"), 0);
	assert_int_equal(fdt_property_string(fdt, "stamp", "another"), 0);
	assert_int_equal(fdt_property_string(fdt, "only-below", "x"), 0);
	assert_int_equal(fdt_end_node(fdt), 0);
	assert_int_equal(fdt_end_node(fdt), 0);
	assert_int_equal(fdt_finish(fdt), 0);
}

/*
 * Write an FDT in the order of a program that edits FDTs: first the nodes, then the properties. The
 * properties are written in reverse order, and are in front of the nodes.
 */
static void write_piecemeal(char *fdt)
{
	size_t i = COUNT_OF(properties);
	int node;

	assert_int_equal(fdt_create_empty_tree(fdt, FDT_MAX), 0);
	assert_int_equal(fdt_add_mem_rsv(fdt, 0x1000, 0x2000), 0);
	node = fdt_add_subnode(fdt, 0, "kexec-metadata");
	assert_true(node > 0);
	assert_int_equal(fdt_setprop_string(fdt, node, "only-below", "x"), 0);
	assert_int_equal(fdt_setprop_string(fdt, node, "stamp", "another"), 0);
	while (i-- > 0)
		assert_int_equal(fdt_setprop(fdt, 0, properties[i].name, properties[i].value,
					     (int)properties[i].size),
				 0);
	assert_true(fdt_add_subnode(fdt, 0, "last") > 0);
}

static void write_and_pack(char *fdt)
{
	write_piecemeal(fdt);
	assert_int_equal(fdt_pack(fdt), 0);
}

/* Removed properties and nodes leave NOPs. */
static void write_with_nops(char *fdt)
{
	char *whole = heap_untouched(FDT_MAX);

	write_at_once(whole);
	assert_int_equal(fdt_open_into(whole, fdt, FDT_MAX), 0);
	assert_int_equal(fdt_setprop_string(fdt, 0, "first", "to go"), 0);
	assert_int_equal(fdt_setprop_string(fdt, 0, "second", "to go as well"), 0);
	assert_int_equal(fdt_nop_property(fdt, 0, "first"), 0);
	assert_int_equal(fdt_nop_property(fdt, 0, "second"), 0);
	assert_int_equal(fdt_nop_node(fdt, fdt_subnode_offset(fdt, 0, "stamp")), 0);
	free(whole);
}

static void (*const writers[])(char *fdt) = { write_at_once, write_piecemeal, write_and_pack,
					      write_with_nops };

static void reads_what_libfdt_writes(void **state)
{
	size_t writer, i;

	for (writer = 0; writer < COUNT_OF(writers); writer++) {
		char *large = heap_untouched(FDT_MAX);
		struct lineage_fault fault;
		const void *value = NULL;
		size_t size, value_size;
		char *fdt;

		writers[writer](large);
		size = fdt_totalsize(large);
		fdt = heap_copy(large, size);
		for (i = 0; i < COUNT_OF(properties); i++) {
			assert_int_equal(lineage_fdt_find(fdt, size, properties[i].name, &value,
							  &value_size, &fault),
					 0);
			assert_int_equal(value_size, properties[i].size);
			assert_memory_equal(value, properties[i].value, value_size);
			assert_ptr_equal(value, fdt_getprop(fdt, 0, properties[i].name, NULL));
		}
		assert_int_equal(lineage_fdt_find(fdt, size, "only-below", &value, &value_size,
						  &fault),
				 -ENODATA);
		assert_int_equal(lineage_fdt_find(fdt, size, "first", &value, &value_size, &fault),
				 -ENODATA);
		free(fdt);
		free(large);
	}
}

/* A property is found before its removal, and not afterwards. */
static void misses_what_libfdt_removed(void **state)
{
	char *fdt = heap_untouched(FDT_MAX);
	const void *value;
	size_t size, i;

	write_piecemeal(fdt);
	for (i = 0; i < COUNT_OF(properties); i++) {
		const char *name = properties[i].name;

		assert_int_equal(lineage_fdt_find(fdt, FDT_MAX, name, &value, &size, NULL), 0);
		assert_int_equal(i % 2 ? fdt_nop_property(fdt, 0, name) : fdt_delprop(fdt, 0, name),
				 0);
		assert_int_equal(lineage_fdt_find(fdt, FDT_MAX, name, &value, &size, NULL),
				 -ENODATA);
	}
	free(fdt);
}

/* ---- random errors ---- */

static uint32_t odd_number(struct random *random, size_t size)
{
	const uint32_t numbers[] = { 0,		 1,  2,		 3,	     4,		 9,
				     16,	 40, 0x7fffffff, 0x80000000, 0xfffffff4, 0xfffffffc,
				     0xffffffff, 0,  0,		 0 };
	uint32_t number = numbers[random_below(random, COUNT_OF(numbers))];

	return random_below(random, 2) ? number : (uint32_t)size - 24 + random_below(random, 48);
}

/* Change @fdt once; return its new size. */
static size_t break_once(struct random *random, unsigned char *fdt, size_t size)
{
	size_t at = random_below(random, (uint32_t)size);
	uint32_t number = odd_number(random, size);

	switch (random_below(random, 6)) {
	case 0: /* any byte */
		fdt[at] = (unsigned char)random_next(random);
		return size;
	case 1: /* one bit */
		fdt[at] ^= (unsigned char)(1 << random_below(random, 8));
		return size;
	case 2: /* a field of the header except the magic */
		at = 4 + 4 * random_below(random, 9);
		break;
	case 3: /* a tag, a size, an offset */
		at &= ~(size_t)3;
		break;
	case 4: /* another word of the structure block */
		at &= ~(size_t)3;
		number =
			fdt32_ld((const fdt32_t *)(const void *)(fdt + (random_next(random) % size &
									~(size_t)3)));
		break;
	default: /* the end, with or without a new size in the header */
		if (at < 8)
			return size;
		fdt32_st(fdt + 4, (uint32_t)at);
		return random_below(random, 2) ? size : at;
	}
	if (at + 4 <= size)
		fdt32_st(fdt + at, number);
	return size;
}

/* Return whether the core found the property. libfdt must agree if it is safe to call libfdt. */
static bool check(const char *fdt, size_t size, const char *name)
{
	struct lineage_fault fault = { .what = NULL };
	const void *value = NULL;
	size_t value_size = 0;
	int error = lineage_fdt_find(fdt, size, name, &value, &value_size, &fault);
	const char *start = value;
	const void *theirs;
	int length = 0;

	if (error) {
		assert_true(error == -EILSEQ || error == -ENODATA);
		assert_null(value);
		assert_non_null(fault.what);
		assert_true(fault.offset <= 24);
	} else {
		assert_null(fault.what);
		assert_true(start >= fdt && start <= fdt + size);
		assert_true(value_size <= (size_t)(fdt + size - start));
	}
	if (error == -EILSEQ || fdt_check_header(fdt))
		return false;
	theirs = fdt_getprop(fdt, 0, name, &length);
	assert_ptr_equal(theirs, value);
	if (theirs)
		assert_int_equal(length, value_size);
	return !error;
}

static void agrees_with_libfdt_on_broken_fdts(void **state)
{
	uint64_t rounds = number_from_environment("LINEAGE_ROUNDS", ROUNDS_DEFAULT);
	struct random random = random_from(number_from_environment("LINEAGE_SEED", 7));
	char *whole = heap_untouched(FDT_MAX);
	size_t found = 0, missed = 0;
	uint64_t i;

	for (i = 0; i < rounds; i++) {
		uint32_t writer = random_below(&random, COUNT_OF(writers) + 1);
		size_t size, changes = 1 + random_below(&random, 3), j;
		char *fdt;

		if (writer < COUNT_OF(writers)) {
			writers[writer](whole);
			size = fdt_totalsize(whole);
		} else {
			assert_int_equal(lineage_fdt_write(properties, COUNT_OF(properties), whole,
							   FDT_MAX, &size),
					 0);
		}
		for (j = 0; j < changes; j++)
			size = break_once(&random, (unsigned char *)whole, size);
		fdt = heap_copy(whole, size);
		for (j = 0; j < COUNT_OF(properties); j++) {
			if (check(fdt, size, properties[j].name))
				found++;
			else
				missed++;
		}
		check(fdt, size, "only-below");
		free(fdt);
	}
	free(whole);
	print_message("%zu found, %zu not\n", found, missed);
	/* With smaller numbers, the random errors would have no effect, or break every FDT. */
	assert_true(rounds < 1000 || (found > rounds && missed > rounds));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(libfdt_reads_what_is_written),
		cmocka_unit_test(reads_what_libfdt_writes),
		cmocka_unit_test(misses_what_libfdt_removed),
		cmocka_unit_test(agrees_with_libfdt_on_broken_fdts),
	};

	return cmocka_run_group_tests_name("fdt-peers", tests, NULL, NULL);
}
