// SPDX-License-Identifier: GPL-2.0-or-later
#include "machine_history.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/cleanup.h"
#include "lib/root.h"
#include "output.h"

char *history_url(const struct context *context, const char *option)
{
	char *url;

	if (option)
		url = strdup(option);
	else if (asprintf(&url, "%s/" HISTORY_PATH, context->root ? context->root : "") < 0)
		url = NULL;
	if (!url)
		complain("out of memory");
	return url;
}

static bool is_machine_history(const char *url)
{
	size_t length = strlen(url), own = strlen("/" HISTORY_PATH);

	return length >= own && strcmp(url + length - own, "/" HISTORY_PATH) == 0;
}

struct store *history_open_to_read(const char *url)
{
	STORE_AUTO_CLOSE struct store *store = NULL;
	int error;

	if (!url)
		return NULL;
	error = store_open(url, STORE_READ, &store);
	if (!error)
		return LINEAGE_TAKE(store);
	/* For a server, store_error() already contains the remedy. */
	if (error == -ENOENT && is_machine_history(url))
		complain(
			"%s: no boot is recorded yet (run 'kexec-lineage record' as root; at boot, "
			"the unit kexec-lineage-record.service runs it)",
			url);
	else if (error == -ENOENT && !strstr(url, "://"))
		complain("%s (create it with 'kexec-lineage ingest --store=%s LOG...')",
			 store_error(store), url);
	else
		complain("%s", store_error(store));
	return NULL;
}

bool history_facts(const struct context *context, struct lineage_host_facts *ret)
{
	LINEAGE_AUTO_ROOT struct lineage_root root = LINEAGE_ROOT_INIT;
	int error = lineage_root_init(&root, context->root);

	if (error) {
		complain("cannot read %s: %s", context->root ? context->root : "/",
			 strerror(-error));
		return false;
	}
	lineage_host_facts_read(&root, ret);
	return true;
}
