// SPDX-License-Identifier: GPL-2.0-or-later
#include "stored_hosts.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/cleanup.h"
#include "machine_history.h"
#include "output.h"

bool stored_hosts_are_hashed(const struct context *context, const char *url, bool *ret)
{
	LINEAGE_AUTO_FREE char *own = history_url(context, NULL);
	LINEAGE_AUTO_CONFIG config = { 0 };

	*ret = false;
	if (!own)
		return false;
	if (history_is_own(url) || store_is_same(url, own))
		return true;
	if (!history_config(context, &config))
		return false;
	*ret = config.hashes_hosts;
	return true;
}

static void report(const char *path, int error)
{
	static const char ending[] = "; nothing was sent or read";

	switch (error) {
	case -ENOENT:
		complain("%s: there is no key, so hosts cannot be found by name: copy the key of "
			 "the fleet to this file",
			 path);
		break;
	case -EPERM:
		complain("%s: other users have permissions for this key: run 'chmod 600', and make "
			 "a new key if it was disclosed%s",
			 path, ending);
		break;
	case -EILSEQ:
		complain("%s: not a key of host names (expected a line of %d hexadecimal "
			 "digits)%s",
			 path, 2 * LINEAGE_HOST_KEY_BYTES, ending);
		break;
	default:
		complain("%s: %s%s", path, strerror(-error), ending);
		break;
	}
}

bool stored_hosts_init(const struct context *context, const char *url, bool creates_key,
		       struct stored_hosts *ret)
{
	LINEAGE_AUTO_FREE char *path = NULL;
	struct stored_hosts hosts = { 0 };
	int error;

	if (!stored_hosts_are_hashed(context, url, &hosts.are_hashed))
		return false;
	if (hosts.are_hashed) {
		if (asprintf(&path, "%s/" LINEAGE_HOST_KEY_PATH,
			     context->root ? context->root : "") < 0) {
			path = NULL;
			complain("out of memory");
			return false;
		}
		error = creates_key ? lineage_host_key_make(path, &hosts.key)
				    : lineage_host_key_read(path, &hosts.key);
		if (error) {
			report(path, error);
			return false;
		}
	}
	*ret = hosts;
	return true;
}

const char *stored_hosts_name(const struct stored_hosts *hosts, const char *name,
			      char buffer[LINEAGE_HASHED_SIZE])
{
	if (!hosts->are_hashed || !name || !name[0])
		return name;
	lineage_host_hash(&hosts->key, name, buffer);
	return buffer;
}
