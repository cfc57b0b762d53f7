/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Cleanup attributes: a variable releases what it owns at the end of its scope.
 *
 * lib/, host/ and cli/ release everything this way. Initialise the variable in its declaration. To
 * hand a resource over, copy it to its new owner and reset the variable. If a type has its own
 * release function, its cleanup attribute is defined next to that function.
 */
#ifndef LINEAGE_LIB_CLEANUP_H
#define LINEAGE_LIB_CLEANUP_H

#include <stdlib.h>
#include <unistd.h>

static inline void lineage_cleanup_free(void *pointer)
{
	free(*(void **)pointer);
}

static inline void lineage_cleanup_close(const int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

/* free() at the end of the scope; NULL is ignored. */
#define LINEAGE_AUTO_FREE __attribute__((cleanup(lineage_cleanup_free)))
/* close() at the end of the scope; a negative number is ignored. */
#define LINEAGE_AUTO_CLOSE __attribute__((cleanup(lineage_cleanup_close)))

/* Move a pointer out of @owner, which becomes NULL, for example to return it to a caller. */
#define LINEAGE_TAKE(owner)                   \
	({                                    \
		__auto_type taken_ = (owner); \
		(owner) = NULL;               \
		taken_;                       \
	})

#endif /* LINEAGE_LIB_CLEANUP_H */
