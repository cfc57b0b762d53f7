// SPDX-License-Identifier: GPL-2.0-or-later
/* The command metrics: print metrics for the Prometheus node exporter. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/common/cleanup.h"
#include "cli/common/command.h"
#include "cli/common/machine_history.h"
#include "host/metrics.h"
#include "lib/replace.h"
#include "report.h"
#include "cli/common/output.h"

enum { OPTION_TEXTFILE, OPTION_STORE };

/* Format all metrics in memory, so that an error never leaves a partial file. */
static int format_all(const struct lineage_report *report, struct store *store, char **ret,
		      size_t *ret_size)
{
	FILE *stream = open_memstream(ret, ret_size);
	int error;

	if (!stream)
		return -errno;
	error = lineage_host_metrics_write(report, store, stream);
	return fclose(stream) ? -ENOMEM : error;
}

static int deliver(const char *path, const char *text, size_t size)
{
	int error;

	if (!path) {
		fwrite(text, 1, size, stdout);
		return STATUS_DONE;
	}
	error = lineage_file_replace(path, text, size);
	if (!error)
		return STATUS_DONE;
	complain("metrics: cannot write %s: %s", path, strerror(-error));
	return STATUS_FAILED;
}

static int run_with(const struct lineage_report *report, const char *url, const char *path)
{
	STORE_AUTO_CLOSE struct store *store = history_open_to_read(url);
	LINEAGE_AUTO_FREE char *text = NULL;
	size_t size = 0;
	int error = format_all(report, store, &text, &size);

	if (error) {
		complain("%s", store && error != -ENOMEM ? store_error(store) : strerror(-error));
		return STATUS_FAILED;
	}
	return deliver(path, text, size);
}

static int run(const struct context *context, const struct arguments *arguments)
{
	LINEAGE_AUTO_FREE char *url = history_url(context, arguments->values[OPTION_STORE]);
	AUTO_REPORT struct lineage_report *report = url ? make_report(context) : NULL;

	if (!report)
		return STATUS_FAILED;
	return run_with(report, url, arguments->values[OPTION_TEXTFILE]);
}

const struct command command_metrics = {
	.name = "metrics",
	.operands = "[--textfile=FILE] [--store=URL]",
	.summary = "print metrics of the boot history",
	.help = "Print OpenMetrics text: how the running kernel was started, its kexec count,\n"
		"the status of each source, and, from the history of this machine, the boots,\n"
		"unclean boots, crashes and lost kexecs of each transition. With --textfile,\n"
		"replace a file atomically, for the textfile collector of the Prometheus node\n"
		"exporter.\n"
		"\n"
		"If the history is missing or cannot be read, the metrics of boots are left out\n"
		"and kexec_lineage_store_readable is 0.\n"
		"\n"
		"Example:\n"
		"  kexec-lineage metrics --textfile=/var/lib/prometheus/node-exporter/kexec-lineage.prom",
	.exit_status = "0 done, 1 failed, 2 wrong usage",
	.options = { { "textfile", "FILE", "write to FILE, atomically" }, HISTORY_FILE_OPTION },
	.run = run,
};
