// SPDX-License-Identifier: GPL-2.0-or-later
#include "kexec_wrapper.h"

#include <stdlib.h>
#include <string.h>

#include "lib/cleanup.h"

/* A name that only a wrapper contains which runs `kexec-lineage load`. */
#define WRAPPER_MARK "KEXEC_LINEAGE_KEXEC"
#define WRAPPER_LIMIT 16384

bool lineage_host_is_kexec_wrapper(const struct lineage_root *root, const char *path)
{
	LINEAGE_AUTO_FREE char *text = NULL;
	size_t size;

	return lineage_root_read(root, path, WRAPPER_LIMIT, &text, &size) == 0 &&
	       strncmp(text, "#!", 2) == 0 && strstr(text, WRAPPER_MARK);
}
