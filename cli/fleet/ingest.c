// SPDX-License-Identifier: GPL-2.0-or-later
/* The command `ingest`: read logs, and print or store their boots and crashes. */
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/common/command.h"
#include "cli/common/fleet.h"
#include "cli/common/machine_history.h"
#include "ingest_archive.h"
#include "ingest_cursor.h"
#include "ingest_host.h"
#include "ingest_work.h"
#include "refused.h"
#include "store/store.h"
#include "cli/common/output.h"
#include "intake/decode/sender.h"
#include "intake/read/sosreport.h"
#include "intake/read/sosreport_archive.h"
#include "lib/cleanup.h"

enum {
	OPTION_JSON,
	OPTION_STORE,
	OPTION_LABEL,
	OPTION_ENCODING,
	OPTION_HOST,
	OPTION_HOST_FROM,
	OPTION_FOLLOW,
	OPTION_CURSOR,
	OPTION_JOBS,
	OPTION_FIELD_MESSAGE,
	OPTION_FIELD_TIME,
	OPTION_FIELD_HOST,
	OPTION_NO_INFERRED,
	OPTION_VERBOSE,
};

/* Each followed file has its own thread. */
#define FOLLOWED_MAX 64

static void stop(int signal_number)
{
	ingest_was_stopped = 1;
}

static void catch_stops(void)
{
	/* SA_RESETHAND: a second signal ends the program even if it is waiting for a server. */
	struct sigaction action = { .sa_handler = stop, .sa_flags = (int)SA_RESETHAND };

	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
}

/*
 * The destination of the inputs, and how to find the host of each input.
 * @archive: the archive that is searched, or NULL
 * @folder: the temporary folder into which @archive was unpacked
 */
struct search {
	struct ingest_work *work;
	const struct ingest_hosts *hosts;
	struct ingest_archives *archives;
	const char *archive;
	const char *folder;
};

static int find_in_archive(const struct search *search, const char *path);

/* Make the name of a path: for a file in an archive, ARCHIVE/FILE. Return NULL if out of memory. */
static char *name_of(const struct search *search, const char *path)
{
	char *name;

	if (!search->archive)
		return strdup(path);
	return asprintf(&name, "%s%s", search->archive, path + strlen(search->folder)) < 0 ? NULL
											   : name;
}

static int take_archives(const struct search *search, const struct intake_input *input)
{
	int error = 0;

	for (size_t i = 0; i < input->count && !error; i++)
		error = find_in_archive(search, input->paths[i]);
	return error;
}

static int take_input(void *data, const struct intake_input *input)
{
	const struct search *search = data;
	struct intake_input named = *input;
	LINEAGE_AUTO_FREE char *name = NULL;
	char host[INTAKE_HOST_SIZE];

	if (!search->archive && intake_is_sosreport_archive(input->paths[0]))
		return take_archives(search, input);
	named.name = name = name_of(search, input->name);
	if (!name)
		return -ENOMEM;
	if (strcmp(input->name, "-") == 0)
		named.name = "standard input";
	if (input->sosreport && !search->hosts->host)
		snprintf(host, sizeof(host), "%s", ingest_work_sosreport(search->work)->host);
	else
		host[0] = '\0';
	if (!host[0])
		ingest_hosts_find(search->hosts, input, host);
	return ingest_work_add(search->work, &named, host);
}

static int take_sosreport(void *data, const char *path, size_t top);

static void report_unreadable(void *data, const char *path, int error)
{
	const struct search *search = data;
	LINEAGE_AUTO_FREE char *own = name_of(search, path);
	LINEAGE_AUTO_FREE char *name = printable(own ? own : path);

	ingest_talk_failure(&search->work->talk, name, strerror(-error));
	search->work->has_failed = true;
}

static struct intake_inputs receiver_of(struct search *search)
{
	return (struct intake_inputs){ .input = take_input,
				       .unreadable = report_unreadable,
				       .sosreport = take_sosreport,
				       .data = search };
}

static int take_sosreport(void *data, const char *path, size_t top)
{
	struct search *search = data;
	struct intake_inputs inputs = receiver_of(search);
	LINEAGE_AUTO_FREE char *name = name_of(search, path);
	int error = name ? ingest_work_add_sosreport(search->work, path, name) : -ENOMEM;

	return error ? error : intake_sosreport_find(path, top, &inputs);
}

static int find_in_archive(const struct search *search, const char *path)
{
	struct search inner = *search;
	struct intake_inputs inputs = receiver_of(&inner);
	const char *why = NULL;
	int error = ingest_archive_unpack(search->archives, path, &ingest_was_stopped,
					  &inner.folder, &why);

	if (why) {
		LINEAGE_AUTO_FREE char *name = printable(path);

		ingest_talk_failure(&search->work->talk, name, why);
		search->work->has_failed = true;
	}
	if (error || !inner.folder)
		return error;
	inner.archive = path;
	return intake_inputs_find(&inner.folder, 1, &inputs);
}

static int find_inputs(struct ingest_work *work, const struct ingest_hosts *hosts,
		       struct ingest_archives *archives, const struct arguments *arguments)
{
	struct search search = { .work = work, .hosts = hosts, .archives = archives };
	struct intake_inputs inputs = receiver_of(&search);

	return intake_inputs_find((const char *const *)arguments->operands,
				  (size_t)arguments->operand_count, &inputs);
}

static void write_cursor(struct ingest_work *work, const struct arguments *arguments)
{
	const char *cursor = arguments->values[OPTION_CURSOR];
	int error;

	/* If output failed, keep the old cursor: the next run must report these events again. */
	if (!cursor || work->has_failed || fflush(stdout) != 0)
		return;
	error = ingest_cursor_write(cursor, arguments->operands[0], work->resume);
	if (!error)
		return;
	complain("ingest: cannot write %s: %s", cursor, strerror(-error));
	work->has_failed = true;
}

/* Print the summary last, so that it stays visible after the events of many logs. */
static void print_summary(const struct ingest_work *work)
{
	if (work->is_json || work->crashes < 2)
		return;
	printf("\n%" PRIu64 " boot%s, %" PRIu64 " crashes, by title:\n", work->boots,
	       work->boots == 1 ? "" : "s", work->crashes);
	ingest_summary_print(&work->summary, stdout);
}

/* Return whether an operand is a named pipe, or standard input that is not a regular file. */
static bool has_pipe(const struct arguments *arguments)
{
	struct stat status;

	for (int i = 0; i < arguments->operand_count; i++) {
		bool is_stdin = strcmp(arguments->operands[i], "-") == 0;
		int error = is_stdin ? fstat(STDIN_FILENO, &status)
				     : stat(arguments->operands[i], &status);

		if (error == 0 && !S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode))
			return true;
	}
	return false;
}

/* Report data that was lost, if the loss cannot be attributed to a single input. */
static void report_missing(struct ingest_work *work)
{
	if (work->hostless > 0) {
		complain("%" PRIu64 " event%s not stored: the log does not name a host; "
			 "use --host=NAME or --host-from=REGEX",
			 work->hostless, work->hostless == 1 ? " was" : "s were");
		work->has_failed = true;
	}
	if (ingest_was_stopped && !work->options.follow && !work->has_failed) {
		complain("stopped before the end of the input");
		work->has_failed = true;
	}
}

/* Count the events. A part of a boot (struct intake_listener) counts only if there is a store. */
static uint64_t count_events(const struct ingest_work *work)
{
	return work->boots + work->crashes + (work->kept.store ? work->talk.parts : 0);
}

static int read_all(struct ingest_work *work, const struct ingest_hosts *hosts,
		    const struct arguments *arguments, unsigned int jobs)
{
	INGEST_AUTO_ARCHIVES archives = { 0 };
	int error = find_inputs(work, hosts, &archives, arguments);

	work->is_live = work->options.follow || has_pipe(arguments);
	if (!error && work->options.follow && work->count > FOLLOWED_MAX) {
		complain("ingest: --follow supports at most %d files, not %zu", FOLLOWED_MAX,
			 work->count);
		return STATUS_USAGE;
	}
	if (!error)
		error = ingest_work_run(work, jobs);
	if (error) {
		complain("%s", strerror(-error));
		return STATUS_FAILED;
	}
	print_summary(work);
	write_cursor(work, arguments);
	report_missing(work);
	if (work->kept.store)
		report_refused("ingest", work->kept.store);
	if (ingest_was_stopped == 0)
		ingest_talk_end(&work->talk, count_events(work));
	if (work->has_failed)
		return STATUS_FAILED;
	return count_events(work) > 0 ? STATUS_DONE : STATUS_NOTHING;
}

/* Parse --jobs. The default is one job per CPU, or one job per file with --follow. */
static bool take_jobs(const struct arguments *arguments, unsigned int *ret)
{
	const char *text = arguments->values[OPTION_JOBS];
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);
	char *end;
	unsigned long jobs;

	*ret = arguments->values[OPTION_FOLLOW] ? FOLLOWED_MAX : cpus > 0 ? (unsigned int)cpus : 1;
	if (!text)
		return true;
	errno = 0;
	jobs = strtoul(text, &end, 10);
	if (errno || *end || jobs == 0 || jobs > UINT16_MAX || text[0] == '-') {
		complain("ingest: invalid --jobs value '%s' (expected 1 to %d)", text, UINT16_MAX);
		return false;
	}
	*ret = (unsigned int)jobs;
	return true;
}

/* @renamed: the current path of the log of the last run; NULL if unknown */
static void warn_of_rotation(const char *path, const char *renamed)
{
	LINEAGE_AUTO_FREE char *name = printable(path);
	LINEAGE_AUTO_FREE char *old = renamed ? printable(renamed) : NULL;

	if (old)
		complain("ingest: %s was rotated after the last run: its last lines, now in %s, "
			 "may be missing; run ingest once for %s, with the same options but "
			 "without --cursor-file. Nothing is stored twice.",
			 name, old, old);
	else
		complain("ingest: %s was rotated or truncated after the last run: its last lines "
			 "may be missing; if they are in another file, run ingest once for this "
			 "file, without --cursor-file. Nothing is stored twice.",
			 name);
}

static bool take_cursor(const struct arguments *arguments, const char *cursor, uint64_t *ret)
{
	LINEAGE_AUTO_FREE char *renamed = NULL;
	const char *path = arguments->operands[0];
	bool is_replaced;
	int error;

	if (arguments->operand_count != 1 || strcmp(path, "-") == 0) {
		complain("ingest: --cursor-file needs exactly one FILE, not standard input");
		return false;
	}
	if (intake_is_sosreport_archive(path)) {
		complain("ingest: --cursor-file needs a log, not a sosreport archive");
		return false;
	}
	error = ingest_cursor_read(cursor, path, ret, &is_replaced, &renamed);
	if (!error && is_replaced)
		warn_of_rotation(path, renamed);
	if (error == -EEXIST)
		complain("ingest: %s is not a cursor file and was not changed; "
			 "use another --cursor-file",
			 cursor);
	else if (error == -EINVAL)
		complain("ingest: --cursor-file needs a regular FILE other than "
			 "the cursor file itself");
	else if (error)
		complain("ingest: %s: %s", path, strerror(-error));
	return error == 0;
}

/* Parse the --field options, which imply --encoding=json. */
static bool take_fields(const struct arguments *arguments, struct intake_options *ret)
{
	ret->fields = (struct intake_field_names){
		.message = arguments->values[OPTION_FIELD_MESSAGE],
		.time = arguments->values[OPTION_FIELD_TIME],
		.host = arguments->values[OPTION_FIELD_HOST],
	};
	if (!ret->fields.message && !ret->fields.time && !ret->fields.host)
		return true;
	if (ret->decoder && ret->decoder != &intake_decoder_json) {
		complain("ingest: --field-message, --field-time and --field-host need "
			 "--encoding=json");
		return false;
	}
	ret->decoder = &intake_decoder_json;
	return true;
}

static bool take_options(const struct arguments *arguments, struct intake_options *ret)
{
	const char *encoding = arguments->values[OPTION_ENCODING];
	const char *host = arguments->values[OPTION_HOST];
	const char *cursor = arguments->values[OPTION_CURSOR];

	ret->decoder = encoding ? intake_decoder_find(encoding) : NULL;
	if (encoding && !ret->decoder) {
		complain("ingest: unknown encoding '%s'; "
			 "'kexec-lineage help ingest' lists the encodings",
			 encoding);
		return false;
	}
	if (!take_fields(arguments, ret))
		return false;
	if (host &&
	    (strlen(host) >= INTAKE_HOST_SIZE || !intake_host_is_valid(intake_text_of(host)))) {
		complain("ingest: invalid --host value '%s' (expected a host name or an address)",
			 host);
		return false;
	}
	if (cursor && !take_cursor(arguments, cursor, &ret->start))
		return false;
	ret->infers_nothing = arguments->values[OPTION_NO_INFERRED] != NULL;
	ret->follow = arguments->values[OPTION_FOLLOW] != NULL;
	ret->stop = &ingest_was_stopped;
	return true;
}

/* Parse --host and --host-from. With --host, the paths of the logs are not used. */
static bool take_hosts(const struct context *context, const struct arguments *arguments,
		       struct lineage_host_facts *facts, struct ingest_hosts *ret)
{
	const char *from = arguments->values[OPTION_HOST_FROM];

	ret->host = arguments->values[OPTION_HOST];
	ret->is_alone = arguments->operand_count == 1;
	if (!history_facts(context, facts))
		return false;
	ret->local = facts->host;
	return !from || ingest_hosts_parse(ret, from);
}

static bool label_is_valid(const char *label, const char *url)
{
	if (!url) {
		complain("ingest: --label needs a store: also give --store=URL");
		return false;
	}
	if (strlen(label) > STORE_LABEL_MAX) {
		complain("ingest: invalid --label value (a label has at most %d bytes)",
			 STORE_LABEL_MAX);
		return false;
	}
	return true;
}

static int run(const struct context *context, const struct arguments *arguments)
{
	INGEST_AUTO_WORK work = { .is_json = context->json || arguments->values[OPTION_JSON] };
	INGEST_AUTO_HOSTS hosts = { 0 };
	struct lineage_host_facts facts;
	const char *url = arguments->values[OPTION_STORE];
	unsigned int jobs;

	if (arguments->operand_count == 0) {
		complain("ingest: missing FILE, DIR or - (standard input)");
		return STATUS_USAGE;
	}
	if (!take_options(arguments, &work.options) || !take_jobs(arguments, &jobs) ||
	    !take_hosts(context, arguments, &facts, &hosts))
		return STATUS_USAGE;
	work.talk.is_verbose = arguments->values[OPTION_VERBOSE] != NULL;
	work.kept.label = arguments->values[OPTION_LABEL];
	if (work.kept.label && !label_is_valid(work.kept.label, url))
		return STATUS_USAGE;
	if (url && !stored_hosts_init(context, url, true, &work.kept.hosts))
		return STATUS_FAILED;
	if (url && !ingest_store_open(&work.kept, url))
		return STATUS_FAILED;
	catch_stops();
	return read_all(&work, &hosts, arguments, jobs);
}

const struct command command_ingest = {
	.name = "ingest",
	.operands = "[OPTION...] FILE|DIR|-...",
	.summary = INGEST_SUMMARY,
	.help = "Read console logs, netconsole, journald, pstore and crash dumps, compressed or\n"
		"not, and print each boot and each crash, with the previous kernel and a title\n"
		"that is equal for equal bugs:\n"
		"\n"
		"  kexec-lineage ingest /var/crash\n"
		"  journalctl -k -o json | kexec-lineage ingest --json -\n"
		"  kexec-lineage ingest --store=fleet.db --cursor-file=cursor /var/log/kern.log\n"
		"\n"
		"If the logs do not name their host and you give a folder or several files, the\n"
		"host is the name of the file ('consoles/web1.log.1': web1), or the name of the\n"
		"folder if the file has a common log or crash name ('web1/kern.log', pstore,\n"
		"kdump). --host-from=dir always uses the folder. --host-from=REGEX uses the text\n"
		"that its one group matches in the path: --host-from='/([^/]+)/serial'. A host\n"
		"named in the log always takes precedence; --host=NAME sets the host of all other\n"
		"logs. kern.log.2.gz, kern.log.1 and kern.log are read as one log.\n"
		"\n"
		"The lines before a banner show how the kernel was started. 'Starting new kernel'\n"
		"directly before the banner shows a kexec from the previous kernel, and firmware\n"
		"shows a cold boot. 'Starting new kernel' before the firmware shows that a kexec\n"
		"was lost. Such lineages have the source 'inferred'.\n"
		"\n"
		"The encoding is detected from the content. Encodings: printk (console, dmesg,\n"
		"syslog), kmsg, netconsole (extended), journal-json, journal-export,\n"
		"journal-verbose, json (containers, log shippers, clouds), pstore.",
	.options = { { "json", NULL, "print events as JSON lines" },
		     { "store", "URL",
		       "store events in FILE, sqlite:FILE or clickhouse://HOST/DATABASE" },
		     { "label", "TEXT", "label of the boots for triage (default: their hardware)" },
		     { "encoding", "NAME", "encoding of the logs (default: detect)" },
		     { "host", "NAME", "host for logs that do not name one" },
		     { "host-from", "file|dir|REGEX",
		       "where in the path to find the host, for logs that do not name one" },
		     { "follow", NULL, "keep reading as the file grows", 'f' },
		     { "cursor-file", "FILE", "continue where the last run with FILE ended" },
		     { "jobs", "N", "read N logs in parallel (default: number of CPUs)", 'j' },
		     { "field-message", "NAME", "JSON field of the message (NAME.NAME if nested)" },
		     { "field-time", "NAME", "JSON field of the time" },
		     { "field-host", "NAME", "JSON field of the host" },
		     { "no-inferred", NULL,
		       "ignore lineages that are inferred from the order of lines" },
		     { "verbose", NULL, "report the problems of each file", 'v' } },
	.operands_max = -1,
	.run = run,
};
