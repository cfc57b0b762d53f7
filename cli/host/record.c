// SPDX-License-Identifier: GPL-2.0-or-later
/* The command record: save this boot in the history of the machine. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/common/command.h"
#include "cli/common/machine_history.h"
#include "host/journal.h"
#include "host/kexec_failure.h"
#include "host/kexec_job.h"
#include "host/loaded.h"
#include "host/log_marks.h"
#include "host/start_note.h"
#include "lib/cleanup.h"
#include "lib/previous_stamp.h"
#include "report.h"
#include "store/kept_boot.h"
#include "store/rows/boot_of_report.h"
#include "store/rows/lost_kexec.h"
#include "store/rows/next_stamp.h"
#include "cli/common/output.h"

enum { OPTION_SHUTDOWN, OPTION_STORE };

/*
 * Environment variable with the path of systemctl. With --root, systemctl runs only if the variable
 * is set.
 */
#define SYSTEMCTL_VARIABLE "KEXEC_LINEAGE_SYSTEMCTL"

/* State of the command, released by record_deinit(). */
struct record {
	const struct context *context;
	struct lineage_host_facts facts;
	char marks[LINEAGE_MARKS_SIZE];
	char *url;
	struct store *store; /* NULL if the store cannot be opened */
	struct lineage_report *report;
	struct store_boot_row row;
	struct kept_boot *previous; /* the newest recorded boot before the running boot, or NULL */
	bool is_recorded;	    /* the running boot is in the store */
	enum store_end before;
	bool has_lost_kexec; /* the previous boot started a kexec that was lost */
	bool has_earlier;    /* the file of the note had the note @earlier */
	struct lineage_host_start earlier;
	bool starts_kexec; /* this boot starts a kexec now; @start: its facts */
	bool is_noted;	   /* the file of the note has these facts */
	struct lineage_host_start start;
};

static void record_deinit(struct record *record)
{
	store_boot_row_deinit(&record->row);
	store_boot_destroy(record->previous);
	lineage_report_destroy(record->report);
	store_close(record->store);
	free(record->url);
}

#define AUTO_RECORD __attribute__((cleanup(record_deinit))) struct record

/* Rename a damaged history and create a new one. */
static int begin_anew(struct record *record)
{
	LINEAGE_AUTO_FREE char *aside = NULL;
	int error;

	complain("%s", store_error(record->store));
	store_close(record->store);
	record->store = NULL;
	error = store_set_aside(record->url, &aside);
	if (error) {
		complain("record: cannot rename the damaged history %s: %s", record->url,
			 strerror(-error));
		return error;
	}
	if (aside)
		complain("record: the damaged history is kept as %s; a new history was created",
			 aside);
	return store_open(record->url, STORE_WRITE, &record->store);
}

/* In a history of an older schema, this machine has a hashed host name: rename the host. */
static int take_over_boots(struct record *record)
{
	const struct lineage_host_facts *facts = &record->facts;

	return facts->hashed_host[0]
		       ? store_rename_host(record->store, facts->hashed_host, facts->host)
		       : 0;
}

static int open_store(struct record *record)
{
	int error = store_open(record->url, STORE_WRITE, &record->store);

	if (!error)
		error = take_over_boots(record);
	return error == -EBADMSG ? begin_anew(record) : error;
}

/* Keep the newest boot that is not the running boot. */
static int keep_previous(const struct store_boot *boot, void *data)
{
	struct record *record = data;

	if (strcmp(boot->boot_id, record->facts.boot_id) == 0) {
		record->is_recorded = true;
		return 1; /* the list ends with the running boot */
	}
	store_boot_destroy(record->previous);
	record->previous = store_boot_keep(boot);
	if (!record->previous)
		complain("out of memory");
	return !record->previous;
}

static void find_previous(struct record *record)
{
	int error =
		store_list_recorded(record->store, record->facts.host, 2, keep_previous, record);

	if (error < 0)
		complain("%s", store_error(record->store));
}

static void create_note(const struct record *record)
{
	LINEAGE_AUTO_ROOT struct lineage_root root = LINEAGE_ROOT_INIT;

	if (lineage_root_init(&root, record->context->root) == 0)
		(void)lineage_host_start_create(&root);
}

/*
 * Read the note of a kexec that an earlier boot started, before a note of the running boot replaces
 * it. Remove a note of the running boot: its kexec failed, or has not happened yet.
 */
static void read_note(struct record *record)
{
	LINEAGE_AUTO_ROOT struct lineage_root root = LINEAGE_ROOT_INIT;

	if (lineage_root_init(&root, record->context->root) ||
	    lineage_host_start_read(&root, &record->earlier))
		return;
	record->has_earlier = strcmp(record->earlier.boot_id, record->facts.boot_id) != 0;
	if (!record->has_earlier)
		(void)lineage_host_start_clear(&root);
}

/*
 * Move the note of an earlier boot to the history, unless its kexec failed. If the history cannot
 * be written, the note is kept for the next attempt, unless the running boot has replaced it.
 */
static void take_note(const struct record *record)
{
	LINEAGE_AUTO_ROOT struct lineage_root root = LINEAGE_ROOT_INIT;
	const struct lineage_host_start *note = &record->earlier;
	int error = 0;

	if (!record->has_earlier || lineage_root_init(&root, record->context->root))
		return;
	if (!lineage_host_start_is_disproved(&root, note->boot_id))
		error = store_kexec_started(record->store, record->facts.host, note->boot_id,
					    note->release, note->time);
	/* -ENOENT: the boot is not in the history */
	if ((!error || error == -ENOENT) && !record->is_noted)
		(void)lineage_host_start_clear(&root);
}

/*
 * Publish the stamp of the previous boot, and the stamp that it made for the next kernel. The
 * library compares the stamp of this boot with them to recognise a copied stamp.
 */
static void publish_previous_stamp(const struct record *record)
{
	const struct store_boot *before = record->previous ? &record->previous->boot : NULL;
	LINEAGE_AUTO_FREE char *next = NULL;
	int error = before ? store_next_stamp(before, &next) : 0;

	if (!error && before)
		error = lineage_previous_stamp_write(record->context->root, before->stamp, next);
	if (error)
		complain("record: cannot write /run/kexec-lineage: %s: a copied stamp may not be "
			 "recognised",
			 strerror(-error));
}

/*
 * Add the lost kexec of the previous boot, so that it comes before this boot. If this boot is
 * already recorded, so was the lost kexec; a user may have removed it since then.
 */
static int add_lost_kexec(struct record *record)
{
	const struct store_boot *boot = &record->row.boot;

	record->has_lost_kexec =
		record->previous && store_kexec_is_lost(&record->previous->boot, boot);
	if (!record->has_lost_kexec || record->is_recorded)
		return 0;
	return store_add_lost_kexec(record->store, &record->previous->boot);
}

static int add_boot(struct record *record)
{
	int error = add_lost_kexec(record);

	return error ? error : store_add_boot(record->store, &record->row.boot, &record->before);
}

/*
 * Return whether this shutdown ends in a kexec. A loaded kernel alone does not prove this, because
 * an ordinary reboot does not start it.
 */
static bool finds_kexec(const struct record *record, char ret_release[LINEAGE_RELEASE_SIZE])
{
	LINEAGE_AUTO_ROOT struct lineage_root root = LINEAGE_ROOT_INIT;
	const char *systemctl = getenv(SYSTEMCTL_VARIABLE);

	if (lineage_root_init(&root, record->context->root) ||
	    !lineage_host_loaded_is_there(&root) || (record->context->root && !systemctl) ||
	    !lineage_host_kexec_is_queued(systemctl))
		return false;
	lineage_host_loaded_release(&root, ret_release);
	return true;
}

/*
 * Write that this boot starts a kexec, unless nothing could cancel the note if the kexec fails: no
 * lost kexec is reported after a kexec that failed.
 */
static void write_note(struct record *record)
{
	LINEAGE_AUTO_ROOT struct lineage_root root = LINEAGE_ROOT_INIT;
	enum lineage_host_failure failure;

	if (lineage_root_init(&root, record->context->root))
		return;
	failure = lineage_host_failure_is_seen(&root);
	if (failure == LINEAGE_HOST_FAILURE_UNSEEN ||
	    (failure == LINEAGE_HOST_FAILURE_IN_EFI &&
	     lineage_host_start_write_run(&root, &record->start)))
		return;
	record->is_noted = lineage_host_start_write(&root, &record->start) == 0;
}

/*
 * Note whether this boot starts a kexec. Do this before the history is opened, which can be locked
 * for seconds, or damaged.
 */
static void note_start(struct record *record)
{
	record->starts_kexec = finds_kexec(record, record->start.release);
	if (!record->starts_kexec)
		return;
	record->start.time = time(NULL);
	snprintf(record->start.boot_id, sizeof(record->start.boot_id), "%s", record->facts.boot_id);
	write_note(record);
}

/* Write that this boot ends now. The history never has a kexec of the running boot. */
static int write_end(struct record *record)
{
	const struct lineage_host_facts *facts = &record->facts;

	return store_end_boot(record->store, facts->host, facts->boot_id, time(NULL));
}

/* Write the boot and, at shutdown, its end. Replace a history that turns out to be damaged. */
static int write_down(struct record *record, bool is_shutdown)
{
	int error = add_boot(record);

	if (error == -EBADMSG) {
		error = begin_anew(record);
		if (!error)
			error = add_boot(record);
	}
	return error || !is_shutdown ? error : write_end(record);
}

static bool find_facts(struct record *record)
{
	LINEAGE_AUTO_ROOT struct lineage_root root = LINEAGE_ROOT_INIT;

	if (!history_facts(record->context, &record->facts))
		return false;
	if (!record->facts.boot_id[0]) {
		complain("record: cannot read the boot id (is /proc mounted?)");
		return false;
	}
	if (lineage_root_init(&root, record->context->root) == 0)
		lineage_host_log_read(&root, record->marks);
	return true;
}

static bool make_row(struct record *record)
{
	const struct lineage_host_facts *facts = &record->facts;
	const struct store_boot_facts own = {
		.host = facts->name[0] && facts->machine_id[0] ? facts->name : facts->host,
		.machine_id = facts->machine_id,
		.boot_id = facts->boot_id,
		.marks = record->marks,
		.has_time = facts->has_time,
		.time = facts->time,
		.build = facts->build,
		.build_id = facts->build_id,
		.stamp = facts->stamp,
	};

	if (store_boot_of_report(record->report, &own, &record->row) == 0)
		return true;
	complain("out of memory");
	return false;
}

static bool find_lineage(struct record *record)
{
	record->report = make_report(record->context);
	if (!record->report)
		return false;
	if (!record->report->release) {
		complain(
			"record: the release of the running kernel is unknown (is /proc mounted?)");
		return false;
	}
	return make_row(record);
}

/*
 * If the history cannot be written, the boot is still written to the journal, and the next attempt
 * is made at shutdown.
 */
static int run_record(struct record *record, bool is_shutdown)
{
	int error;

	if (!record->url || !find_facts(record))
		return STATUS_FAILED;
	create_note(record);
	read_note(record);
	if (is_shutdown)
		note_start(record);
	error = open_store(record);
	if (!error) {
		create_note(record); /* the store may have created the folder */
		if (record->starts_kexec && !record->is_noted)
			write_note(record);
		take_note(record);
		find_previous(record);
		publish_previous_stamp(record);
	}
	if (!find_lineage(record))
		return STATUS_FAILED;
	if (!error)
		error = write_down(record, is_shutdown);
	if (error)
		complain("record: %s: this boot was not saved%s", store_error(record->store),
			 is_shutdown ? "" : " (the unit tries again at shutdown)");
	if (!is_shutdown && !record->context->root)
		lineage_host_journal_write(record->report, record->before,
					   record->has_lost_kexec ? &record->previous->boot : NULL);
	return error ? STATUS_FAILED : STATUS_DONE;
}

static int run(const struct context *context, const struct arguments *arguments)
{
	AUTO_RECORD record = {
		.context = context,
		.url = history_url(context, arguments->values[OPTION_STORE]),
	};

	return run_record(&record, arguments->values[OPTION_SHUTDOWN] != NULL);
}

const struct command command_record = {
	.name = "record",
	.operands = "[--shutdown] [--store=URL]",
	.summary = "record this boot in the history of the machine",
	.help = "Save this boot in the history of the machine, with its lineage and the\n"
		"evidence of each source; record how the previous boot ended; and write an\n"
		"entry to the journal. A second run does not add the boot twice. The unit\n"
		"kexec-lineage-record.service runs this command at boot, and with --shutdown at\n"
		"shutdown. --shutdown also records whether systemd is about to kexec. If the next\n"
		"boot is then a cold boot, it reports a lost kexec.\n"
		"'kexec-lineage log' lists the history.\n"
		"\n"
		"A loader that does not know stamps may copy the stamp of the previous boot.\n"
		"All commands recognise such a copy after this command has run.\n"
		"\n"
		"A damaged history is renamed, and a new history is created. A history that a\n"
		"newer version wrote is not changed. A failure never delays the boot.\n"
		"\n"
		"Examples:\n"
		"  kexec-lineage record\n"
		"  kexec-lineage record --store=/srv/history.db",
	.exit_status = "0 done, 1 failed, 2 wrong usage",
	.options = { { "shutdown", NULL,
		       "also record that this boot ends with a clean shutdown, or a kexec" },
		     HISTORY_FILE_OPTION },
	.run = run,
};
