/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Parser of IMA's list of measurements, as binary_runtime_measurements in securityfs shows it.
 *
 * The format is that of ima_measurements_show() in Linux security/integrity/ima/ima_fs.c. Numbers
 * are in native byte order. The kernel of a kexec gets the list of the previous kernel if both have
 * CONFIG_IMA_KEXEC, and appends its own measurements.
 */
#ifndef LINEAGE_LIB_IMA_LIST_H
#define LINEAGE_LIB_IMA_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/fault.h"
#include "core/lineage.h"

/**
 * struct lineage_ima_entry - one measurement; the pointers point into the list
 * @pcr: number of the TPM's register that the kernel extended
 * @is_violation: the register was extended with 0xff bytes, so that it does not cover the content
 * @data: the bytes whose hash the kernel extended the register with
 * @data_size: bytes at @data
 * @digest: field before the name: the name of an algorithm, and the hash of what was measured; NULL
 *	if the template has none
 * @digest_size: bytes at @digest
 * @name: name of the event, not NUL-terminated; NULL if the template has none
 * @name_length: bytes at @name
 * @value: measured bytes of the template ima-buf; otherwise NULL
 * @value_size: bytes at @value
 */
struct lineage_ima_entry {
	uint32_t pcr;
	bool is_violation;
	const uint8_t *data;
	size_t data_size;
	const uint8_t *digest;
	size_t digest_size;
	const char *name;
	size_t name_length;
	const char *value;
	size_t value_size;
};

/**
 * lineage_ima_next() - iterate over the measurements of a list
 * @list: untrusted
 * @size: bytes at @list
 * @position: 0 for the first call; advanced by each call, unless it fails
 * @ret: the measurement; untouched on failure
 * @fault: NULL, or set to the reason if the list is rejected
 *
 * Return: 0; -ENODATA after the last measurement; -EILSEQ if the list is malformed;
 * -EPROTONOSUPPORT for the template "ima", which has no length.
 */
int lineage_ima_next(const void *list, size_t size, size_t *position, struct lineage_ima_entry *ret,
		     struct lineage_fault *fault);

/*
 * The register that IMA extends, unless the kernel was built with another number
 * (CONFIG_IMA_MEASURE_PCR_IDX). Programs can reset and extend other registers.
 */
#define LINEAGE_IMA_PCR 10

/**
 * struct lineage_ima_kernels - the kernels that wrote a list
 * @count: number of kernels
 * @before: the earlier kernels. The count is at least the number of kexecs since the cold boot.
 *	The chain ends before the newest kernel that did not measure its release, so it is empty
 *	if the previous kernel did not
 * @release: release of the last kernel, NUL-terminated; empty if it did not measure it
 * @used: bytes up to the end of the last measurement that the other members are from
 */
struct lineage_ima_kernels {
	size_t count;
	struct lineage before;
	char release[LINEAGE_RELEASE_SIZE];
	size_t used;
};

/**
 * lineage_ima_find_kernels() - find the kernels that wrote a list
 * @list, @size: the list; untrusted
 * @ret: the kernels; untouched on failure
 * @fault: NULL, or set to the reason on failure
 *
 * The first measurement of each kernel is boot_aggregate. It is followed by kernel_version if the
 * kernel was booted with ima_policy=critical_data (Linux 5.12 and later). Only measurements in
 * LINEAGE_IMA_PCR count: the number of a register is not covered by its content.
 *
 * A program can be named boot_aggregate, too. The first measurement of a later kernel has the same
 * digest as that of the first kernel, since both are of the firmware's registers. If the kernels
 * use different algorithms, kernel_version must be the next measurement.
 *
 * Return: 0 or the error of lineage_ima_next().
 */
int lineage_ima_find_kernels(const void *list, size_t size, struct lineage_ima_kernels *ret,
			     struct lineage_fault *fault);

#define LINEAGE_IMA_HASH_SIZE 32 /* SHA-256 */

/**
 * lineage_ima_is_attested() - whether LINEAGE_IMA_PCR covers the kernels that wrote a list
 * @list, @size: a list that lineage_ima_find_kernels() accepted
 * @kernels: its result
 * @value: content of the register in the bank of SHA-256, LINEAGE_IMA_HASH_SIZE bytes
 *
 * Measurements after @kernels->used may be missing in the register: the kernel adds a measurement
 * to the list before it extends the register.
 */
bool lineage_ima_is_attested(const void *list, size_t size,
			     const struct lineage_ima_kernels *kernels, const uint8_t *value);

#endif /* LINEAGE_LIB_IMA_LIST_H */
