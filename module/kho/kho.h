/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What does the module ask of Kexec HandOver (KHO), whichever API the running kernel has for it?
 *
 * KHO's API changed with nearly every release. Kbuild picks one file for what is called (api.sh
 * looks into the kernel's header), and one for when it may be called:
 *
 *	notifier.c	  Linux 6.18			\ at_finalize.c
 *	notifier_sized.c  6.18 with our patches		/
 *	direct.c	  6.19 and 7.0			\ at_once.c
 *	direct_sized.c	  7.1 and later			/
 *	none.c		  no KHO, or one that is not known: alone
 *
 * To add an API, write the file, teach api.sh to tell it, and name it in Kbuild.
 */
#ifndef KEXEC_LINEAGE_KHO_H
#define KEXEC_LINEAGE_KHO_H

#include <linux/types.h>

struct kho_serialization;

/**
 * struct lineage_kho_blob - what is handed to the next kernel
 * @name: of KHO's subtree
 * @bytes: inside the page of lineage_kho_get_page()
 * @size: how many
 */
struct lineage_kho_blob {
	const char *name;
	void *bytes;
	size_t size;
};

/* Whether KHO is there and on. Nothing but lineage_kho_find() may be called where it is not. */
bool lineage_kho_is_on(void);

/*
 * Where the kernel before left a subtree. @ret_size is 0 where KHO does not tell. Works with KHO
 * switched off, too. Return: 0, -ENOENT where there is none, or another negative errno.
 */
int lineage_kho_find(const char *name, phys_addr_t *ret_phys, size_t *ret_size);

/* notifier.c and so on, for the two below: KHO's kho_add_subtree(). */
int lineage_kho_add(struct kho_serialization *ser, const struct lineage_kho_blob *blob);

/* A page of zeroes that KHO can hand over, NULL where there is none. */
void *lineage_kho_get_page(void);
/* Give it back where lineage_kho_publish() failed or was never called. */
void lineage_kho_put_page(void *page);

/*
 * Hand over blobs, all in one page, and the page with them; @blobs stays the caller's, and stays.
 * A subtree that the kernel publishes itself is left to it. Return: 0 or a negative errno.
 */
int lineage_kho_publish(void *page, const struct lineage_kho_blob *blobs, size_t count);
void lineage_kho_unpublish(void);

#endif /* KEXEC_LINEAGE_KHO_H */
