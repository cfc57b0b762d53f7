/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Interface to Kexec HandOver (KHO), independent of the kernel's KHO API.
 *
 * The KHO API changed in nearly every release. Kbuild selects one file that calls the API (api.sh
 * reads the kernel's header), and one file that decides when to call it:
 *
 *	notifier.c	  Linux 6.18			\ at_finalize.c
 *	notifier_sized.c  6.18 with our patches		/
 *	direct.c	  6.19 and 7.0			\ at_once.c
 *	direct_sized.c	  7.1 and later			/
 *	none.c		  no KHO, or an unknown API; used alone
 *
 * To add an API, write the file, make api.sh recognise the API, and name the file in Kbuild.
 */
#ifndef KEXEC_LINEAGE_KHO_H
#define KEXEC_LINEAGE_KHO_H

#include <linux/types.h>

struct kho_serialization;

/**
 * struct lineage_kho_blob - a blob for the next kernel
 * @name: name of the subtree
 * @bytes: the content, inside the page of lineage_kho_get_page()
 * @size: bytes at @bytes
 */
struct lineage_kho_blob {
	const char *name;
	void *bytes;
	size_t size;
};

/* Return whether KHO exists and is on. If not, only lineage_kho_find() may be called. */
bool lineage_kho_is_on(void);

/*
 * Find a subtree that the previous kernel handed over, even if KHO is off. @ret_size is 0 if KHO
 * does not report the size. Return: 0; -ENOENT if the subtree does not exist; other errors of
 * kho_retrieve_subtree().
 */
int lineage_kho_find(const char *name, phys_addr_t *ret_phys, size_t *ret_size);

/* Call kho_add_subtree(). Used by at_finalize.c and at_once.c. */
int lineage_kho_add(struct kho_serialization *ser, const struct lineage_kho_blob *blob);

/* Allocate a zeroed page that KHO can hand over; NULL if there is no memory. */
void *lineage_kho_get_page(void);
/* Free the page if lineage_kho_publish() failed or was never called. */
void lineage_kho_put_page(void *page);

/*
 * Publish blobs that are all in @page, and take ownership of @page. @blobs must stay valid until
 * lineage_kho_unpublish(). A subtree that the kernel publishes itself is skipped. Return: 0, or a
 * negative errno of KHO; on error the caller still owns @page.
 */
int lineage_kho_publish(void *page, const struct lineage_kho_blob *blobs, size_t count);
void lineage_kho_unpublish(void);

#endif /* KEXEC_LINEAGE_KHO_H */
