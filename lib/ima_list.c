// SPDX-License-Identifier: GPL-2.0-or-later
#include "ima_list.h"

#include <errno.h>
#include <sha2.h>
#include <string.h>

#define DIGEST_SIZE 20	 /* SHA-1, whatever the banks of the TPM are */
#define TEMPLATE_MAX 255 /* MAX_TEMPLATE_NAME_LEN */

/* The part of a list, or of a measurement, that is not parsed yet. */
struct rest {
	const uint8_t *at;
	size_t size;
};

static bool take_bytes(struct rest *rest, size_t size, const uint8_t **ret)
{
	if (rest->size < size)
		return false;
	*ret = rest->at;
	rest->at += size;
	rest->size -= size;
	return true;
}

static bool take_number(struct rest *rest, uint32_t *ret)
{
	const uint8_t *bytes;

	if (!take_bytes(rest, sizeof(*ret), &bytes))
		return false;
	memcpy(ret, bytes, sizeof(*ret));
	return true;
}

/* Take a field of a template: its length and its bytes. */
static bool take_field(struct rest *rest, const uint8_t **ret, size_t *ret_size)
{
	uint32_t size;

	if (!take_number(rest, &size) || !take_bytes(rest, size, ret))
		return false;
	*ret_size = size;
	return true;
}

static bool is_template(const uint8_t *name, size_t length, const char *wanted)
{
	return length == strlen(wanted) && memcmp(name, wanted, length) == 0;
}

static bool is_zero(const uint8_t *bytes, size_t size)
{
	while (size > 0 && *bytes == 0) {
		bytes++;
		size--;
	}
	return size == 0;
}

/*
 * Find the name of the event and the value. All templates of the kernel but "ima" begin with a hash
 * and the name, which includes a NUL. Other templates can be configured: they have no name here.
 */
static void read_fields(struct lineage_ima_entry *entry, bool has_value)
{
	struct rest rest = { .at = entry->data, .size = entry->data_size };
	const uint8_t *field;
	size_t size;

	const uint8_t *digest;
	size_t digest_size;

	if (!take_field(&rest, &digest, &digest_size) || !take_field(&rest, &field, &size) ||
	    size == 0 || field[size - 1] != '\0')
		return;
	entry->digest = digest;
	entry->digest_size = digest_size;
	entry->name = (const char *)field;
	entry->name_length = size - 1;
	if (has_value && take_field(&rest, &field, &size)) {
		entry->value = (const char *)field;
		entry->value_size = size;
	}
}

int lineage_ima_next(const void *list, size_t size, size_t *position, struct lineage_ima_entry *ret,
		     struct lineage_fault *fault)
{
	const uint8_t *start = list;
	struct rest rest = { .at = start + *position, .size = size - *position };
	struct lineage_ima_entry entry = { 0 };
	const uint8_t *digest, *template;
	uint32_t template_length, data_size;

	if (rest.size == 0)
		return -ENODATA;
	if (!take_number(&rest, &entry.pcr) || !take_bytes(&rest, DIGEST_SIZE, &digest) ||
	    !take_number(&rest, &template_length))
		return lineage_fault_set(fault, -EILSEQ, "the list ends in a measurement",
					 *position);
	if (template_length > TEMPLATE_MAX)
		return lineage_fault_set_values(fault, -EILSEQ, "a name of a template is too long",
						*position, template_length, TEMPLATE_MAX);
	if (!take_bytes(&rest, template_length, &template))
		return lineage_fault_set(fault, -EILSEQ, "the list ends in the name of a template",
					 *position);
	if (is_template(template, template_length, "ima"))
		return lineage_fault_set(fault, -EPROTONOSUPPORT,
					 "the template \"ima\" is not supported", *position);
	if (!take_number(&rest, &data_size) || !take_bytes(&rest, data_size, &entry.data))
		return lineage_fault_set(
			fault, -EILSEQ, "the list ends in the content of a measurement", *position);
	entry.data_size = data_size;
	entry.is_violation = is_zero(digest, DIGEST_SIZE);
	read_fields(&entry, is_template(template, template_length, "ima-buf"));
	*position = (size_t)(rest.at - start);
	*ret = entry;
	return 0;
}

static bool is_named(const struct lineage_ima_entry *entry, const char *name)
{
	return entry->name && entry->name_length == strlen(name) &&
	       memcmp(entry->name, name, entry->name_length) == 0;
}

/* The name of the first measurement; Linux 7.3 adds "late" with CONFIG_IMA_INIT_LATE_SYNC. */
static bool is_named_first(const struct lineage_ima_entry *entry)
{
	return is_named(entry, "boot_aggregate") || is_named(entry, "boot_aggregate_late");
}

static bool is_version(const struct lineage_ima_entry *entry)
{
	return entry->pcr == LINEAGE_IMA_PCR && entry->value && is_named(entry, "kernel_version");
}

/* Whether two digests are of the same algorithm, whose name ends with a NUL. */
static bool is_same_algorithm(const struct lineage_ima_entry *one,
			      const struct lineage_ima_entry *other)
{
	size_t length = strnlen((const char *)one->digest, one->digest_size);

	return length < one->digest_size && length < other->digest_size &&
	       memcmp(one->digest, other->digest, length + 1) == 0;
}

static bool is_same_digest(const struct lineage_ima_entry *one,
			   const struct lineage_ima_entry *other)
{
	return one->digest_size == other->digest_size &&
	       memcmp(one->digest, other->digest, one->digest_size) == 0;
}

/*
 * Return whether a measurement is the first one of a kernel. @first: that of the first kernel; its
 * data is NULL before that one is found. @rest: the list after the measurement, @size bytes
 */
static bool is_first_of_kernel(const struct lineage_ima_entry *entry,
			       const struct lineage_ima_entry *first, const void *rest, size_t size)
{
	struct lineage_ima_entry next;
	size_t position = 0;

	if (entry->pcr != LINEAGE_IMA_PCR || !is_named_first(entry))
		return false;
	if (!first->data || is_same_digest(entry, first))
		return true;
	return !is_same_algorithm(entry, first) &&
	       lineage_ima_next(rest, size, &position, &next, NULL) == 0 && is_version(&next);
}

/* The last kernel has started another one. */
static void push_last(struct lineage_ima_kernels *kernels)
{
	if (kernels->release[0] != '\0') {
		lineage_push(&kernels->before, kernels->release);
	} else {
		kernels->before.chain_length = 0;
		if (kernels->before.count < UINT32_MAX)
			kernels->before.count++;
	}
	kernels->release[0] = '\0';
}

/* The first kernel_version of a kernel is from the kernel itself: its user space runs later. */
static void take_release(struct lineage_ima_kernels *kernels, const struct lineage_ima_entry *entry)
{
	if (!lineage_release_is_valid(entry->value, entry->value_size))
		return;
	memcpy(kernels->release, entry->value, entry->value_size);
	kernels->release[entry->value_size] = '\0';
}

int lineage_ima_find_kernels(const void *list, size_t size, struct lineage_ima_kernels *ret,
			     struct lineage_fault *fault)
{
	struct lineage_ima_kernels kernels = { 0 };
	struct lineage_ima_entry entry, first = { 0 };
	bool has_version = false;
	size_t position = 0;
	int error;

	while ((error = lineage_ima_next(list, size, &position, &entry, fault)) == 0) {
		if (entry.is_violation)
			continue;
		if (is_first_of_kernel(&entry, &first, (const uint8_t *)list + position,
				       size - position)) {
			if (kernels.count > 0)
				push_last(&kernels);
			else
				first = entry;
			kernels.count++;
			has_version = false;
			kernels.used = position;
		} else if (kernels.count > 0 && !has_version && is_version(&entry)) {
			has_version = true;
			take_release(&kernels, &entry);
			kernels.used = position;
		}
	}
	if (error != -ENODATA)
		return error;
	*ret = kernels;
	return 0;
}

/* As TPM2_PCR_Extend(): the new value is the hash of the old value and a hash. */
static void extend(uint8_t *value, const struct lineage_ima_entry *entry)
{
	uint8_t hash[SHA256_DIGEST_LENGTH];
	SHA2_CTX context;

	memset(hash, 0xff, sizeof(hash));
	if (!entry->is_violation) {
		SHA256Init(&context);
		SHA256Update(&context, entry->data, entry->data_size);
		SHA256Final(hash, &context);
	}
	SHA256Init(&context);
	SHA256Update(&context, value, LINEAGE_IMA_HASH_SIZE);
	SHA256Update(&context, hash, sizeof(hash));
	SHA256Final(value, &context);
}

bool lineage_ima_is_attested(const void *list, size_t size,
			     const struct lineage_ima_kernels *kernels, const uint8_t *value)
{
	uint8_t replayed[SHA256_DIGEST_LENGTH] = { 0 };
	struct lineage_ima_entry entry;
	size_t position = 0;

	while (lineage_ima_next(list, size, &position, &entry, NULL) == 0) {
		if (entry.pcr == LINEAGE_IMA_PCR)
			extend(replayed, &entry);
		if (position >= kernels->used &&
		    memcmp(replayed, value, LINEAGE_IMA_HASH_SIZE) == 0)
			return true;
	}
	return false;
}
