// SPDX-License-Identifier: GPL-2.0-or-later
/* The command `send`: copy the history of this machine to the store of a fleet. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/common/cleanup.h"
#include "cli/common/command.h"
#include "cli/common/fleet.h"
#include "cli/common/machine_history.h"
#include "cli/common/output.h"
#include "cli/common/stored_hosts.h"
#include "intake/decode/hash.h"
#include "lib/cleanup.h"
#include "lib/replace.h"
#include "refused.h"
#include "store/store.h"

enum { OPTION_TO, OPTION_CURSOR, OPTION_STORE };

/* Number of boots to send again: the history may have new facts about the last boots sent. */
#define AGAIN 20

/*
 * The cursor file: the position of the last boot sent, and a hash of the URL of the store and of
 * the name of this machine there. The URL itself is not written, because it may contain a password.
 */
#define CURSOR "kexec-lineage sent 1: %" PRId64 " %016" PRIx64 "\n"
#define CURSOR_IN "kexec-lineage sent 1: %" SCNd64 " %" SCNx64

/**
 * struct send - state of the command
 * @facts: facts about this machine
 * @history: history of this machine
 * @store: the fleet's store
 * @hosts: how to name hosts in @store
 * @host, @machine_id: names of this machine in @store; @machine_id is NULL if it is unknown
 * @hashed_host, @hashed_machine_id: buffers for these names
 * @has_failed: @store has failed, and the error was reported
 * @sent: position of the last boot sent by an earlier run, or -1
 * @newest: position of the newest boot in the history
 * @boots: number of boots sent by this run
 * @pending: number of additions in the current batch
 */
struct send {
	struct lineage_host_facts facts;
	struct store *history;
	struct store *store;
	struct stored_hosts hosts;
	const char *host;
	const char *machine_id;
	char hashed_host[LINEAGE_HASHED_SIZE];
	char hashed_machine_id[LINEAGE_HASHED_SIZE];
	bool has_failed;
	int64_t sent;
	int64_t newest;
	uint64_t boots;
	size_t pending;
};

static void send_deinit(struct send *send)
{
	store_close(send->history);
	store_close(send->store);
}

#define AUTO_SEND __attribute__((cleanup(send_deinit))) struct send

/* Return the URL from --to or the configuration, "" if none is set, NULL after an error message. */
static char *find_target(const struct context *context, const char *option)
{
	char *url = option ? strdup(option) : history_fleet_store(context);

	if (option && !url)
		complain("out of memory");
	return url;
}

/* With another key, or without hashes, the store does not have the boots under this name. */
static uint64_t hash(const struct send *send, const char *url)
{
	uint64_t sum = intake_hash_add(INTAKE_HASH_START, url, strlen(url));

	return send->hosts.are_hashed ? intake_hash_add(sum, send->host, strlen(send->host)) : sum;
}

/*
 * Read the cursor file. If the file is for another store, leave @ret unchanged, so that all boots
 * are sent.
 */
static int read_cursor(const struct send *send, const char *path, const char *url, int64_t *ret)
{
	AUTO_FILE FILE *file = fopen(path, "re");
	int64_t sent;
	uint64_t target;
	int found;

	if (!file)
		return errno == ENOENT ? 0 : -errno;
	found = fscanf(file, CURSOR_IN, &sent, &target);
	if (ferror(file))
		return -EIO;
	if (found == EOF)
		return 0;
	if (found != 2)
		return -EEXIST;
	if (target == hash(send, url))
		*ret = sent;
	return 0;
}

static bool write_cursor(const struct send *send, const char *path, const char *url)
{
	char line[128];
	int length = snprintf(line, sizeof(line), CURSOR, send->newest, hash(send, url));
	int error = lineage_file_write(path, line, (size_t)length);

	if (error)
		complain("send: cannot write %s: %s", path, strerror(-error));
	return error == 0;
}

static bool fail(struct send *send)
{
	complain("%s", store_error(send->store));
	send->has_failed = true;
	return false;
}

static bool commit(struct send *send)
{
	send->pending = 0;
	return store_end_batch(send->store) == 0 || fail(send);
}

/* Begin a batch, or commit a full batch and begin the next. Call this before each addition. */
static bool make_room(struct send *send)
{
	if (send->pending == store_batch_max(send->store) && !commit(send))
		return false;
	return send->pending++ > 0 || store_begin_batch(send->store) == 0 || fail(send);
}

/* Find the names of this machine in the fleet's store. */
static bool name_machine(struct send *send, const struct context *context, const char *url)
{
	const struct lineage_host_facts *facts = &send->facts;
	const char *name = facts->name[0] && facts->machine_id[0] ? facts->name : facts->host;

	if (!stored_hosts_init(context, url, true, &send->hosts))
		return false;
	send->host = stored_hosts_name(&send->hosts, name, send->hashed_host);
	if (facts->machine_id[0])
		send->machine_id =
			stored_hosts_name(&send->hosts, facts->machine_id, send->hashed_machine_id);
	return true;
}

static int send_crash(const struct store_crash *crash, void *data)
{
	struct send *send = data;
	struct store_crash own = *crash;
	bool is_new;

	own.host = send->host;
	own.machine_id = send->machine_id;
	/* The lines may have a name that the store must not have. */
	if (send->hosts.are_hashed)
		own.excerpt = NULL;
	return !(make_room(send) &&
		 (store_add_crash(send->store, &own, &is_new) == 0 || fail(send)));
}

/* Send a clean end also with store_end_boot(), which replaces any end that the store has. */
static bool send_end(struct send *send, const struct store_boot *boot)
{
	if (boot->end != STORE_END_CLEAN || !boot->has_end_time)
		return true;
	return make_room(send) &&
	       (store_end_boot(send->store, send->host, boot->boot_id, boot->end_time) == 0 ||
		fail(send));
}

static bool send_row(struct send *send, const struct store_boot *boot)
{
	struct store_boot own = *boot;
	enum store_end before;

	own.host = send->host;
	own.machine_id = send->machine_id;
	return make_room(send) && (store_add_boot(send->store, &own, &before) == 0 || fail(send));
}

static int send_boot(const struct store_boot *boot, void *data)
{
	struct send *send = data;

	if (boot->sequence > send->newest)
		send->newest = boot->sequence;
	if (send->sent >= 0 && boot->sequence <= send->sent - AGAIN)
		return 0;
	send->boots++;
	if (!send_row(send, boot) || !send_end(send, boot))
		return 1;
	return store_list_crashes(send->history, boot->host, boot->boot_id, send_crash, send);
}

static int send_all(struct send *send)
{
	const struct store_filter filter = { .host = send->facts.host };
	int error = store_list_boots(send->history, &filter, send_boot, send);

	if (error < 0)
		complain("%s", store_error(send->history));
	if (!error && !send->has_failed)
		commit(send);
	return error || send->has_failed ? STATUS_FAILED : STATUS_DONE;
}

static bool open_target(struct send *send, const char *url)
{
	int error = store_open(url, STORE_WRITE, &send->store);

	if (error)
		complain("%s", send->store ? store_error(send->store) : strerror(-error));
	return error == 0;
}

static bool take_cursor(struct send *send, const char *path, const char *url)
{
	int error = path ? read_cursor(send, path, url, &send->sent) : 0;

	if (error == -EEXIST)
		complain("send: %s is not a cursor file and was not changed; use another "
			 "--cursor-file",
			 path);
	else if (error)
		complain("send: %s: %s", path, strerror(-error));
	return error == 0;
}

static int run_send(struct send *send, const struct context *context,
		    const struct arguments *arguments, const char *url)
{
	LINEAGE_AUTO_FREE char *history = history_url(context, arguments->values[OPTION_STORE]);
	const char *cursor = arguments->values[OPTION_CURSOR];
	int status;

	if (!history || !history_facts(context, &send->facts))
		return STATUS_FAILED;
	if (!name_machine(send, context, url))
		return STATUS_FAILED;
	if (strcmp(history, url) == 0) {
		complain("send: the history and the store of the fleet are the same file");
		return STATUS_USAGE;
	}
	if (!take_cursor(send, cursor, url))
		return STATUS_FAILED;
	send->history = history_open_own(history, &send->facts);
	if (!send->history || !open_target(send, url))
		return STATUS_FAILED;
	status = send_all(send);
	report_refused("send", send->store);
	if (status == STATUS_DONE && cursor && !write_cursor(send, cursor, url))
		return STATUS_FAILED;
	return status == STATUS_DONE && send->boots == 0 ? STATUS_NOTHING : status;
}

static int run(const struct context *context, const struct arguments *arguments)
{
	AUTO_SEND send = { .sent = -1 };
	LINEAGE_AUTO_FREE char *url = find_target(context, arguments->values[OPTION_TO]);

	if (!url)
		return STATUS_FAILED;
	if (!url[0]) {
		complain("send: no store is configured: set Store= in /etc/kexec-lineage.conf, or "
			 "give --to=URL");
		return STATUS_NOTHING;
	}
	return run_send(&send, context, arguments, url);
}

const struct command command_send = {
	.name = "send",
	.operands = "[OPTION]...",
	.summary = SEND_SUMMARY,
	.help = "Copy the boots and crashes in the history of this machine to the store of a\n"
		"fleet. If the store already has a boot, from logs or from an earlier run, the\n"
		"boot is completed and not counted twice. The unit kexec-lineage-send.service\n"
		"runs this command if /etc/kexec-lineage.conf names a store:\n"
		"\n"
		"  Store=clickhouses://db.example.org/lineage\n"
		"\n"
		"Examples:\n"
		"  kexec-lineage send\n"
		"  kexec-lineage send --to=/srv/fleet.db --cursor-file=sent",
	.exit_status = "0 done, 1 failed, 2 wrong usage, 3 no store configured or no boot to send",
	.options = { { "to", "URL",
		       "store of the fleet (default: Store= in /etc/kexec-lineage.conf)" },
		     { "cursor-file", "FILE",
		       "send only boots that are new since the last run with FILE" },
		     HISTORY_FILE_OPTION },
	.run = run,
};
