/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who gives back what a function owns when it returns? The variable that holds it. */
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

/* Frees at the end of the scope; initialise it where it is declared. */
#define LINEAGE_AUTO_FREE __attribute__((cleanup(lineage_cleanup_free)))
/* Closes at the end of the scope, a negative number is none; initialise it where it is declared. */
#define LINEAGE_AUTO_CLOSE __attribute__((cleanup(lineage_cleanup_close)))

#endif /* LINEAGE_LIB_CLEANUP_H */
