// SPDX-License-Identifier: GPL-2.0-or-later
#include "removal.h"

#include <inttypes.h>
#include <json.h>
#include <stdio.h>
#include <string.h>

#include "cli/common/cleanup.h"
#include "cli/common/machine_history.h"
#include "cli/common/output.h"
#include "cli/common/show_json.h"
#include "host_name.h"

/**
 * struct removal - state of the report
 * @text: lines to print after the boots have been removed
 */
struct removal {
	bool is_json;
	bool is_dry_run;
	FILE *text;
	uint64_t hosts;
};

static void add_json(const struct removal *removal, const struct store_host *host)
{
	AUTO_JSON struct json_object *object = json_object_new_object();

	json_add(object, "host", json_text(host->host));
	json_add(object, "boots", json_object_new_int64(host->boots));
	json_add(object, "crashes", json_object_new_int64(host->crashes));
	json_add(object, "first", time_to_json(host->has_times, host->first));
	json_add(object, "last", time_to_json(host->has_times, host->last));
	json_add(object, "removed", json_object_new_boolean(!removal->is_dry_run));
	fprintf(removal->text, "%s\n",
		json_object_to_json_string_ext(object, JSON_C_TO_STRING_SPACED |
							       JSON_C_TO_STRING_NOSLASHESCAPE));
}

static void add_text(const struct removal *removal, const struct store_host *host)
{
	LINEAGE_AUTO_FREE char *name = host_name(host);
	char first[HOST_TIME_SIZE], last[HOST_TIME_SIZE];

	host_time(host, host->first, first);
	host_time(host, host->last, last);
	fprintf(removal->text, "%s: %s %" PRId64 " boot%s and %" PRId64 " crash%s", name,
		removal->is_dry_run ? "would remove" : "removed", host->boots,
		host->boots == 1 ? "" : "s", host->crashes, host->crashes == 1 ? "" : "es");
	if (host->has_times)
		fprintf(removal->text, ", %s to %s", first, last);
	fputc('\n', removal->text);
}

static int take_host(const struct store_host *host, void *data)
{
	struct removal *removal = data;

	removal->hosts++;
	(removal->is_json ? add_json : add_text)(removal, host);
	return 0;
}

int removal_run(const struct context *context, const char *url, const struct store_selection *what,
		bool is_dry_run, struct store **ret)
{
	LINEAGE_AUTO_FREE char *where = history_url(context, url);
	LINEAGE_AUTO_FREE char *text = NULL;
	size_t size = 0;
	struct removal removal = { .is_json = context->json, .is_dry_run = is_dry_run };
	int error;

	/* Open for reading first: this does not create a missing store. */
	*ret = history_open_to_read(where);
	if (!*ret)
		return STATUS_FAILED;
	if (!is_dry_run) {
		store_close(*ret);
		error = store_open(where, STORE_WRITE, ret);
		if (error) {
			complain("%s", *ret ? store_error(*ret) : strerror(-error));
			return STATUS_FAILED;
		}
	}
	removal.text = open_memstream(&text, &size);
	if (!removal.text) {
		complain("out of memory");
		return STATUS_FAILED;
	}
	error = store_remove(*ret, what, is_dry_run, take_host, &removal);
	fclose(removal.text);
	if (error) {
		complain("%s; %s", store_error(*ret),
			 strstr(where, "://") ? "run the command again" : "nothing was removed");
		return STATUS_FAILED;
	}
	fwrite(text, 1, size, stdout);
	return removal.hosts > 0 ? STATUS_DONE : STATUS_NOTHING;
}
