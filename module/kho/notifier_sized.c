// SPDX-License-Identifier: GPL-2.0-only
/* Add and find a subtree with the KHO of Linux 6.18 patched with module/patches/linux-6.18.y. */
#include <linux/build_bug.h>
#include <linux/compiler.h>
#include <linux/kexec_handover.h>

#include "kho.h"

static_assert(__same_type(kho_add_subtree,
			  int(struct kho_serialization *, const char *, void *, size_t)));
static_assert(__same_type(kho_retrieve_subtree, int(const char *, phys_addr_t *, size_t *)));

int lineage_kho_add(struct kho_serialization *ser, const struct lineage_kho_blob *blob)
{
	return kho_add_subtree(ser, blob->name, blob->bytes, blob->size);
}

int lineage_kho_find(const char *name, phys_addr_t *ret_phys, size_t *ret_size)
{
	return kho_retrieve_subtree(name, ret_phys, ret_size);
}
