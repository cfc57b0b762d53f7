// SPDX-License-Identifier: GPL-2.0-or-later
#include "kept_boot.h"

#include <stdlib.h>
#include <string.h>

#include "lib/cleanup.h"

#define TEXTS 17

/* Collect the addresses of all texts of a boot. Add each new text of struct store_boot here. */
static void point_at(struct store_boot *boot, const char **ret[TEXTS])
{
	const char **const all[TEXTS] = {
		&boot->host,	    &boot->boot_id,	  &boot->release,
		&boot->build,	    &boot->build_id,	  &boot->previous_release,
		&boot->chain,	    &boot->stamp,	  &boot->evidence,
		&boot->conflicts,   &boot->label,	  &boot->machine_id,
		&boot->aliases,	    &boot->marks,	  &boot->source,
		&boot->time_source, &boot->kexec_release,
	};

	memcpy(ret, all, sizeof(all));
}

char *store_texts_keep(const char **const *texts, size_t count)
{
	size_t size = 1;
	char *copies, *at;

	for (size_t i = 0; i < count; i++)
		size += *texts[i] ? strlen(*texts[i]) + 1 : 0;
	copies = at = malloc(size);
	for (size_t i = 0; copies && i < count; i++) {
		const char *text = *texts[i];

		if (!text)
			continue;
		*texts[i] = at;
		at = stpcpy(at, text) + 1;
	}
	return copies;
}

struct kept_boot *store_boot_keep(const struct store_boot *boot)
{
	STORE_AUTO_KEPT_BOOT *kept = calloc(1, sizeof(*kept));
	const char **texts[TEXTS];

	if (!kept)
		return NULL;
	kept->boot = *boot;
	if (!kept->boot.label)
		kept->boot.label = "";
	point_at(&kept->boot, texts);
	kept->texts = store_texts_keep(texts, TEXTS);
	return kept->texts ? LINEAGE_TAKE(kept) : NULL;
}

void store_boot_destroy(void *data)
{
	struct kept_boot *kept = data;

	if (!kept)
		return;
	free(kept->texts);
	free(kept);
}
