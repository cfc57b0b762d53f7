// SPDX-License-Identifier: GPL-2.0-or-later
#include "kexec_job.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "child.h"

/* A machine that is shutting down responds much earlier, unless it is slow and overloaded. */
#define DEADLINE_MS 10000

bool lineage_host_kexec_jobs_have_start(const char *text)
{
	while (*text) {
		int length = (int)strcspn(text, "\n");
		char line[128], unit[32], type[32];

		snprintf(line, sizeof(line), "%.*s", length, text);
		if (sscanf(line, "%*u %31s %31s", unit, type) == 2 &&
		    strcmp(unit, "kexec.target") == 0 && strcmp(type, "start") == 0)
			return true;
		text += length + (text[length] ? 1 : 0);
	}
	return false;
}

static int list_jobs(const void *data, int out)
{
	const char *systemctl = data;

	if (dup2(out, STDOUT_FILENO) < 0)
		return 127;
	execl(systemctl, "systemctl", "list-jobs", "--no-legend", "--no-pager", "kexec.target",
	      (char *)NULL);
	return 127;
}

bool lineage_host_kexec_is_queued(const char *systemctl)
{
	char output[4096];

	return lineage_host_child_run(list_jobs, systemctl ? systemctl : "/usr/bin/systemctl",
				      DEADLINE_MS, output, sizeof(output)) == 0 &&
	       lineage_host_kexec_jobs_have_start(output);
}
