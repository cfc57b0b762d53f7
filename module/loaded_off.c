// SPDX-License-Identifier: GPL-2.0-only
/* Replacement of loaded.c for kernels without kexec or probes: the loaded kernel is unknown. */
#include <linux/init.h>

#include "kexec_lineage.h"

void lineage_loaded_expect(const struct kimage *image, const char *release)
{
}

bool lineage_loaded_is_known(void)
{
	return false;
}

void lineage_loaded_release(char ret[LINEAGE_RELEASE_SIZE])
{
	ret[0] = '\0';
}

int lineage_loaded_set_release(const char *release, size_t length)
{
	return -ENOENT;
}

void __init lineage_loaded_init(void)
{
}

void lineage_loaded_exit(void)
{
}
