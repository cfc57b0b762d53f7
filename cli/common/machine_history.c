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

bool history_is_own(const char *url)
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
	if (error == -ENOENT && history_is_own(url))
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

struct store *history_open_own(const char *url, const struct lineage_host_facts *facts)
{
	STORE_AUTO_CLOSE struct store *store = history_open_to_read(url);

	/*
	 * Histories of schema 1 to 3 contain a hashed name of this machine: use the current name.
	 */
	if (store && store_is_copy(store) && facts->hashed_host[0] &&
	    store_rename_host(store, facts->hashed_host, facts->host)) {
		complain("%s", store_error(store));
		return NULL;
	}
	return LINEAGE_TAKE(store);
}

static char *take_store(struct lineage_host_config *config)
{
	char *url = config->store ? LINEAGE_TAKE(config->store) : strdup("");

	if (!url)
		complain("out of memory");
	return url;
}

bool history_config(const struct context *context, struct lineage_host_config *ret)
{
	LINEAGE_AUTO_ROOT struct lineage_root root = LINEAGE_ROOT_INIT;
	unsigned int line = 0;
	int error = lineage_root_init(&root, context->root);

	if (!error)
		error = lineage_host_config_read(&root, ret, &line);
	if (error == -EILSEQ)
		complain(
			"%s/" LINEAGE_HOST_CONFIG_PATH
			":%u: invalid line (expected Store=URL, Hosts=hashed or clear, "
			"Policy=FILE, OnPolicy=warn or refuse, PolicyKey=FILE, KnownBugs=FILE, or a comment after #)",
			context->root ? context->root : "", line);
	else if (error)
		complain("%s/" LINEAGE_HOST_CONFIG_PATH ": %s", context->root ? context->root : "",
			 strerror(-error));
	return error == 0;
}

char *history_fleet_store(const struct context *context)
{
	LINEAGE_AUTO_CONFIG config = { 0 };

	return history_config(context, &config) ? take_store(&config) : NULL;
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
