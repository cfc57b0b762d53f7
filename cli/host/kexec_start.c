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
#include "host/mounts.h"
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

/* Open the root folder, and find the running boot. */
static bool find_boot(const struct start *start, struct lineage_root *root,
		      struct lineage_host_facts *ret)
{
	return history_facts(start->context, ret) && ret->boot_id[0] &&
	       lineage_root_init(root, start->context->root) == 0;
}

/*
 * The child may go on after this program ends: until the note is written, or because it waits for a
 * disk that does not respond, and cannot be killed. It must not keep a pipe of the caller open.
 */
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
	LINEAGE_AUTO_ROOT struct lineage_root root = LINEAGE_ROOT_INIT;
	const struct start *start = data;
	struct lineage_host_start note = { .time = time(NULL) };
	struct lineage_host_facts facts;
	int error;

	(void)out;
	leave_streams();
	if (!find_boot(start, &root, &facts))
		return 0;
	snprintf(note.boot_id, sizeof(note.boot_id), "%s", facts.boot_id);
	snprintf(note.release, sizeof(note.release), "%s", start->release);
	error = lineage_host_start_write(&root, &note);
	return error == -ENOENT || (error && lineage_host_start_is_by(&root, facts.boot_id))
		       ? 0
		       : -error;
}

/*
 * Remove the note of the running boot from a file system that is read-only now. The note shows that
 * the file system was writable in this boot, so that systemd-shutdown has made it read-only: the
 * shutdown has ended, the kexec has failed, and a restart follows. The caller has checked that the
 * file has a note of this boot, because an administrator can have made the file system read-only.
 */
static int clear_read_only(const struct lineage_root *root)
{
	struct lineage_host_writable writable;
	int error = lineage_host_writable_begin(root, LINEAGE_HOST_START_PATH, &writable);

	if (error)
		return error;
	error = lineage_host_start_clear(root);
	lineage_host_writable_end(&writable);
	return error;
}

/*
 * Runs in a child process, and returns an errno. If the note cannot be removed because its file
 * system is read-only or was unmounted, write an EFI variable: the next boot must not report a lost
 * kexec after an ordinary restart.
 */
static int remove_note(const void *data, int out)
{
	LINEAGE_AUTO_ROOT struct lineage_root root = LINEAGE_ROOT_INIT;
	const struct start *start = data;
	struct lineage_host_facts facts;
	bool is_in_file;
	int error;

	(void)out;
	leave_streams();
	if (!find_boot(start, &root, &facts))
		return 0;
	is_in_file = lineage_host_start_is_by(&root, facts.boot_id);
	if (!is_in_file && !lineage_host_start_run_is_by(&root, facts.boot_id))
		return 0;
	error = is_in_file ? lineage_host_start_clear(&root) : -ENOENT;
	if (error && lineage_host_start_disprove(&root, facts.boot_id) == 0)
		return 0;
	return error == -EROFS ? -clear_read_only(&root) : -error;
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
