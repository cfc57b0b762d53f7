// SPDX-License-Identifier: GPL-2.0-or-later
#include "kexec_start.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli/common/machine_history.h"
#include "cli/common/output.h"
#include "host/child.h"
#include "host/start_note.h"
#include "lib/cleanup.h"

/* A file system that does not respond must not delay a kexec. */
#define NOTE_MS 100
/* A failed kexec may be followed by a reboot, which must not wait long. */
#define CANCEL_MS 2000

/* The child that writes the note, if it still runs. */
static struct lineage_host_child writer;

/* @release: unused if the note is removed */
struct start {
	const struct context *context;
	const char *release;
};

static bool find_boot(const struct start *start, struct lineage_host_facts *ret)
{
	return history_facts(start->context, ret) && ret->boot_id[0];
}

/* Return whether the note on the disk says that this boot starts a kexec. */
static bool is_noted(const struct start *start, const char *boot_id)
{
	LINEAGE_AUTO_ROOT struct lineage_root root = LINEAGE_ROOT_INIT;
	struct lineage_host_start note;

	return lineage_root_init(&root, start->context->root) == 0 &&
	       lineage_host_start_read(&root, &note) == 0 && strcmp(note.boot_id, boot_id) == 0;
}

/* The child that writes the note may go on, and must not keep a pipe of the caller open. */
static void leave_streams(void)
{
	LINEAGE_AUTO_CLOSE int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	for (int stream = STDIN_FILENO; null >= 0 && stream <= STDERR_FILENO; stream++)
		dup2(null, stream);
}

/*
 * Runs in a child process, and returns an errno. At the end of a shutdown, the file systems are
 * read-only, but `record --shutdown` has written the note.
 */
static int write_note(const void *data, int out)
{
	const struct start *start = data;
	struct lineage_host_start note = { .time = time(NULL) };
	struct lineage_host_facts facts;
	int error;

	(void)out;
	leave_streams();
	if (!find_boot(start, &facts))
		return 0;
	snprintf(note.boot_id, sizeof(note.boot_id), "%s", facts.boot_id);
	snprintf(note.release, sizeof(note.release), "%s", start->release);
	error = lineage_host_start_write(start->context->root, &note);
	return error == -ENOENT || (error && is_noted(start, facts.boot_id)) ? 0 : -error;
}

/*
 * Runs in a child process, and returns an errno. If the note cannot be removed because the file
 * system is read-only, write an EFI variable: the next boot must not report a lost kexec after an
 * ordinary restart.
 */
static int remove_note(const void *data, int out)
{
	const struct start *start = data;
	struct lineage_host_facts facts;
	int error;

	(void)out;
	if (!find_boot(start, &facts) || !is_noted(start, facts.boot_id))
		return 0;
	error = lineage_host_start_clear(start->context->root);
	return error && lineage_host_start_disprove(start->context->root, facts.boot_id) ? -error
											 : 0;
}

void kexec_start_note(const struct context *context, const char *release)
{
	const struct start start = { .context = context, .release = release };
	char nothing[1];
	int error = lineage_host_child_start(write_note, &start, &writer);

	if (error)
		return;
	error = lineage_host_child_wait(&writer, NOTE_MS, nothing, sizeof(nothing));
	if (error == -ETIMEDOUT)
		return;
	lineage_host_child_forget(&writer);
	if (error > 0)
		complain("load: cannot write /" LINEAGE_HOST_START_PATH
			 ": %s: this kexec is not recorded",
			 strerror(error));
}

void kexec_start_cancel(const struct context *context)
{
	const struct start start = { .context = context };
	char nothing[1];
	int error;

	if (writer.process)
		lineage_host_child_end(&writer, CANCEL_MS, nothing, sizeof(nothing));
	error = lineage_host_child_run(remove_note, &start, CANCEL_MS, nothing, sizeof(nothing));
	if (error == -ETIMEDOUT)
		error = ETIMEDOUT;
	if (error > 0)
		complain("load: cannot write /" LINEAGE_HOST_START_PATH
			 ": %s: the next boot may report a lost kexec",
			 strerror(error));
}
