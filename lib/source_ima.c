// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Read the lineage in IMA's list of measurements, and compare the list with the TPM.
 *
 * The list names all kernels since the cold boot whose predecessors passed their list on. A TPM
 * that is reset only by a cold boot attests it. Without that, the list is not used: u-root's kexec
 * for example can pass an old list on.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "finding.h"
#include "ima_list.h"

#define IMA_FOLDER "sys/kernel/security/ima"
#define LIST_PATH IMA_FOLDER "/binary_runtime_measurements"
#define LIST_LIMIT (64UL << 20)
/* The content of a register in hexadecimal digits (Linux 5.12 and later). */
#define PCR_FOLDER "sys/class/tpm/tpm0/pcr-sha256"

struct list {
	char *bytes;
	size_t size;
	struct lineage_ima_kernels kernels;
};

static void list_deinit(struct list *list)
{
	free(list->bytes);
}

#define AUTO_LIST __attribute__((cleanup(list_deinit))) struct list

/* Return whether the list could be read and parsed; otherwise the finding says why. */
static bool read_list(const struct lineage_root *root, struct lineage_finding *finding,
		      struct list *ret)
{
	struct lineage_fault fault;
	int error = lineage_root_read(root, LIST_PATH, LIST_LIMIT, &ret->bytes, &ret->size);

	if (error == -ENOENT) {
		lineage_finding_set(finding, LINEAGE_STATUS_ABSENT,
				    "no /" IMA_FOLDER ": IMA is not built into this kernel, or "
				    "securityfs is not mounted");
		return false;
	}
	if (error) {
		lineage_finding_set_unreadable(finding, error, LIST_PATH);
		return false;
	}
	if (ret->size == LIST_LIMIT) {
		lineage_finding_set(finding, LINEAGE_STATUS_UNSUPPORTED,
				    "/" LIST_PATH " is too large (64 MiB or more)");
		return false;
	}
	error = lineage_ima_find_kernels(ret->bytes, ret->size, &ret->kernels, &fault);
	if (error)
		lineage_finding_set_fault(finding, error, "/" LIST_PATH, &fault);
	return !error;
}

static bool parse_hexadecimal(const char *text, uint8_t *ret, size_t size)
{
	for (size_t i = 0; i < size; i++, text += 2) {
		unsigned int byte;

		if (strspn(text, "0123456789ABCDEFabcdef") < 2 || sscanf(text, "%2x", &byte) != 1)
			return false;
		ret[i] = (uint8_t)byte;
	}
	return text[0] == '\0';
}

/* Return whether the TPM has the register in its bank of SHA-256. */
static bool read_register(const struct lineage_root *root, uint8_t *ret)
{
	LINEAGE_AUTO_FREE char *text = NULL;
	char path[sizeof(PCR_FOLDER) + 16];

	snprintf(path, sizeof(path), PCR_FOLDER "/%u", LINEAGE_IMA_PCR);
	return lineage_root_read_line(root, path, &text) == 0 &&
	       parse_hexadecimal(text, ret, LINEAGE_IMA_HASH_SIZE);
}

static void take_kernels(struct lineage_finding *finding, const struct lineage_ima_kernels *kernels)
{
	struct lineage_run newest;
	size_t position = 0;

	finding->has_count = true;
	finding->lineage = kernels->before;
	memcpy(finding->made_for, kernels->release, sizeof(finding->made_for));
	if (lineage_chain_next(&kernels->before, &position, &newest) == 0)
		memcpy(finding->previous_release, newest.release, sizeof(newest.release));
}

/* The register is read before the list, which grows first. */
static void attest(const struct lineage_root *root, struct lineage_finding *finding)
{
	uint8_t value[LINEAGE_IMA_HASH_SIZE];
	bool has_register = read_register(root, value);
	AUTO_LIST list = { 0 };

	if (!read_list(root, finding, &list))
		return;
	finding->is_attested = has_register &&
			       lineage_ima_is_attested(list.bytes, list.size, &list.kernels, value);
	if (has_register && !finding->is_attested) {
		lineage_finding_set(finding, LINEAGE_STATUS_MALFORMED,
				    "PCR %u of the TPM does not match IMA's list", LINEAGE_IMA_PCR);
		return;
	}
	take_kernels(finding, &list.kernels);
	if (!finding->is_attested)
		lineage_finding_set(finding, LINEAGE_STATUS_OK, "no TPM attests it; not used");
	else if (finding->previous_release[0])
		lineage_finding_set(finding, LINEAGE_STATUS_OK, "PCR %u of the TPM attests it",
				    LINEAGE_IMA_PCR);
	else
		lineage_finding_set(finding, LINEAGE_STATUS_OK,
				    "PCR %u of the TPM attests it, but the previous kernel did not "
				    "measure its release (ima_policy=critical_data)",
				    LINEAGE_IMA_PCR);
}

void lineage_source_read_ima(const struct lineage_root *root, struct lineage_finding *finding)
{
	AUTO_LIST list = { 0 };

	if (!read_list(root, finding, &list))
		return;
	if (list.kernels.count == 0)
		lineage_finding_set(finding, LINEAGE_STATUS_ABSENT,
				    "IMA's list does not name the start of a kernel");
	else if (list.kernels.count == 1)
		lineage_finding_set(finding, LINEAGE_STATUS_ABSENT,
				    "IMA's list begins with this kernel");
	else
		attest(root, finding);
}
