// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The command load: run kexec(8) with a stamped command line.
 *
 * The options of kexec that set the command line are replaced with one --command-line that
 * contains the stamp. If no stamp can be made, kexec runs with its original arguments: a missing
 * lineage never prevents a reboot.
 *
 * If kexec changes or starts the loaded kernel, it runs as a child process. A successful load or
 * unload is noted in /run. Before a start, a note is written to the disk. If kexec returns, it has
 * not started the kernel, and the note is removed.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/common/cleanup.h"
#include "cli/common/command.h"
#include "host/loaded.h"
#include "kexec_options.h"
#include "kexec_start.h"
#include "kho_finalize.h"
#include "next_policy.h"
#include "report.h"
#include "cli/common/output.h"

/* Paths of kexec, for a PATH without the system folders. */
static const char *const kexec_paths[] = { "/usr/sbin/kexec", "/sbin/kexec" };

/*
 * Bytes to leave free in the command line of a capture kernel: kexec adds elfcorehdr=, acpi_rsdp=
 * and, with --pass-memmap-cmdline, one memmap= per memory range.
 */
#define CAPTURE_ROOM 128
#define MEMMAP_ROOM 1024

/*
 * Environment variable with the path of the real kexec. The kexec wrapper of this project sets the
 * variable, since PATH finds the wrapper instead of the real program.
 */
#define KEXEC_VARIABLE "KEXEC_LINEAGE_KEXEC"

/*
 * Environment variable with the value "PID load" if the wrapper runs this program. If this program
 * then runs the wrapper as kexec, the variable shows the wrapper that it must run the real kexec.
 */
#define WRAPPER_VARIABLE "KEXEC_LINEAGE_SHIM"

static void (*sigpipe_handler)(int) = SIG_DFL; /* of the caller; for kexec */

static char kexec_name[] = "kexec";

static int run_kexec(char **argv)
{
	const char *real = getenv(KEXEC_VARIABLE);
	size_t i;

	fflush(NULL);
	signal(SIGPIPE, sigpipe_handler);
	if (real) {
		unsetenv(KEXEC_VARIABLE);
		execv(real, argv);
		complain("load: cannot run %s: %s (see KEXEC_LINEAGE_KEXEC)", real,
			 strerror(errno));
		return STATUS_FAILED;
	}
	execvp("kexec", argv);
	for (i = 0; errno == ENOENT && i < sizeof(kexec_paths) / sizeof(kexec_paths[0]); i++)
		execv(kexec_paths[i], argv);
	if (errno == ENOENT)
		complain("load: kexec is not installed (install the package kexec-tools)");
	else
		complain("load: cannot run kexec: %s", strerror(errno));
	return STATUS_FAILED;
}

static size_t find_limit(const struct kexec_request *request, const struct lineage_image *image)
{
	size_t room = 0;

	if (request->is_capture)
		room = request->passes_memmap ? MEMMAP_ROOM : CAPTURE_ROOM;
	return image->cmdline_limit > room ? image->cmdline_limit - room : 0;
}

/*
 * Read the release and the command-line limit of the image. Do not report an unreadable image,
 * since kexec reports it. Do not read a pipe, since a pipe can be read only once.
 */
static void look_at_image(const char *path, struct lineage_image *image)
{
	struct stat status;

	*image = (struct lineage_image){
		.size = sizeof(*image),
		.cmdline_limit = lineage_cmdline_default_limit(),
	};
	if (stat(path, &status) || !S_ISREG(status.st_mode))
		return;
	if (lineage_image_read(path, image) == -EILSEQ)
		complain("load: %s: the image is truncated or damaged: its release is unknown",
			 path);
}

static const char *reason_without_stamp(const struct lineage_report *report, const char *line)
{
	if (!report->release)
		return "the release of the running kernel is unknown";
	if (lineage_cmdline_stays_empty(report, line))
		return "the command line is empty, and a stamp would replace the one that is built "
		       "into the kernel";
	return "the stamp does not fit in the command line";
}

/*
 * Make the stamped command line of the next kernel. Return NULL after an error message, also if
 * the line is empty and stays so.
 * @loaded: receives the release and the stamp of the next kernel
 */
static char *make_cmdline(const struct lineage_report *report, const struct kexec_request *request,
			  struct lineage_host_loaded *loaded)
{
	LINEAGE_AUTO_FREE char *line = NULL;
	struct lineage_image image;
	char *stamped = NULL;
	bool is_stamped;
	int error;

	look_at_image(request->image, &image);
	memcpy(loaded->release, image.release, sizeof(loaded->release));
	if (request->reuses_cmdline && !report->cmdline) {
		complain("load: cannot read the running command line: loading without a stamp");
		return NULL;
	}
	line = kexec_request_cmdline(request, report->cmdline);
	if (!line)
		return NULL;
	error = lineage_cmdline_create(
		report, request->is_capture ? LINEAGE_KIND_CAPTURE : LINEAGE_KIND_KEXEC,
		image.release, line, find_limit(request, &image), &is_stamped, &stamped);
	if (error) {
		complain("load: cannot stamp the command line (%s): loading without a stamp",
			 strerror(-error));
		return NULL;
	}
	lineage_host_loaded_set_stamp(loaded, stamped);
	if (is_stamped)
		remark_on_stamp(report);
	else
		complain("load: %s: loading without a stamp", reason_without_stamp(report, line));
	if (!is_stamped && !*line) {
		free(stamped);
		return NULL;
	}
	return stamped;
}

/*
 * Copy the arguments of kexec without the arguments that set the command line. Insert @option at
 * the position of the last removed argument, or at the front if none was removed.
 */
static char **replace_cmdline(int argc, char **argv, const struct kexec_request *request,
			      char *option)
{
	char **changed = calloc((size_t)argc + 2, sizeof(*changed));
	int last = 0;
	int length = 0;
	int i;

	if (!changed)
		return NULL;
	for (i = 1; i < argc; i++) {
		if (request->cmdline_arguments[i])
			last = i;
	}
	for (i = 0; i < argc; i++) {
		if (!request->cmdline_arguments[i])
			changed[length++] = argv[i];
		if (i == last)
			changed[length++] = option;
	}
	return changed;
}

/* Make "--command-line=..." with the stamp. Return NULL if that fails. */
static char *make_option(const struct lineage_report *report, const struct kexec_request *request,
			 struct lineage_host_loaded *loaded)
{
	LINEAGE_AUTO_FREE char *cmdline = make_cmdline(report, request, loaded);
	char *option = NULL;

	if (cmdline && asprintf(&option, "--command-line=%s", cmdline) < 0)
		option = NULL;
	return option;
}

/* If the wrapper runs this program, put the id of the child process into the variable. */
static void rename_process(pid_t parent)
{
	const char *value = getenv(WRAPPER_VARIABLE);
	char text[32];

	snprintf(text, sizeof(text), "%d load", (int)parent);
	if (!value || strcmp(value, text) != 0)
		return;
	snprintf(text, sizeof(text), "%d load", (int)getpid());
	setenv(WRAPPER_VARIABLE, text, 1);
}

/* Signals that end this process. They are passed on to kexec, so that this process outlives it. */
static const int passed_signals[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM };

static volatile sig_atomic_t kexec_process; /* 0 if kexec does not run */
static volatile sig_atomic_t passed_signal; /* the last one that was caught; 0 if none was */

static void pass_on(int number)
{
	int error = errno;

	passed_signal = number;
	if (kexec_process)
		kill((pid_t)kexec_process, number);
	errno = error;
}

static void set_handlers(void (*handler)(int))
{
	struct sigaction action = { .sa_handler = handler, .sa_flags = SA_RESTART }, old;

	for (size_t i = 0; i < sizeof(passed_signals) / sizeof(*passed_signals); i++)
		if (sigaction(passed_signals[i], NULL, &old) == 0 && old.sa_handler != SIG_IGN)
			sigaction(passed_signals[i], &action, NULL);
}

/* A signal must not arrive between fork() and the following change of the handlers. */
static pid_t fork_without_signals(void)
{
	sigset_t blocked, old;
	pid_t child;

	sigemptyset(&blocked);
	for (size_t i = 0; i < sizeof(passed_signals) / sizeof(*passed_signals); i++)
		sigaddset(&blocked, passed_signals[i]);
	sigprocmask(SIG_BLOCK, &blocked, &old);
	child = fork();
	if (child == 0)
		set_handlers(SIG_DFL);
	else if (child > 0)
		kexec_process = child;
	sigprocmask(SIG_SETMASK, &old, NULL);
	return child;
}

/* Return the wait status of kexec. */
static int wait_for(pid_t child)
{
	int status;

	while (waitpid(child, &status, 0) < 0) {
		if (errno != EINTR)
			return W_EXITCODE(STATUS_FAILED, 0);
	}
	kexec_process = 0;
	return status;
}

/*
 * Run kexec as a child process, and return its wait status. If that is not possible, replace this
 * process with kexec, and write no note.
 */
static int run_and_return(char **argv)
{
	pid_t parent = getpid(), child;

	fflush(NULL);
	signal(SIGCHLD, SIG_DFL); /* the caller may ignore it, which discards exit statuses */
	child = fork_without_signals();
	if (child < 0)
		return W_EXITCODE(run_kexec(argv), 0);
	if (child > 0)
		return wait_for(child);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	rename_process(parent);
	_exit(run_kexec(argv));
}

/* Return the exit status of kexec. If a signal ended it, let the same signal end this process. */
static int end_like(int wait_status)
{
	if (WIFEXITED(wait_status))
		return WEXITSTATUS(wait_status);
	signal(WTERMSIG(wait_status), SIG_DFL);
	raise(WTERMSIG(wait_status));
	return STATUS_FAILED;
}

/* Note the start of the loaded kernel, or of the kernel that kexec loads before the start. */
static void note_start(const struct context *context, const struct kexec_request *request,
		       const struct lineage_host_loaded *loaded)
{
	LINEAGE_AUTO_ROOT struct lineage_root root = LINEAGE_ROOT_INIT;
	char release[LINEAGE_RELEASE_SIZE];

	if (request->loads && !request->is_capture) {
		kexec_start_note(context, loaded->release);
		return;
	}
	if (lineage_root_init(&root, context->root) || !lineage_host_loaded_is_there(&root))
		return;
	lineage_host_loaded_release(&root, release);
	kexec_start_note(context, release);
}

/*
 * Write or remove the note about the loaded kernel. Without /run, no note can be written.
 * @loaded: NULL if nothing is loaded, or if it is unknown
 */
static void note_loaded(const struct context *context, const struct lineage_host_loaded *loaded)
{
	LINEAGE_AUTO_ROOT struct lineage_root root = LINEAGE_ROOT_INIT;
	int error;

	if (loaded)
		error = lineage_host_loaded_write(context->root, loaded);
	else
		error = lineage_host_loaded_remove(context->root);
	if (error && error != -ENOENT)
		complain("load: cannot write /" LINEAGE_HOST_LOADED_PATH
			 ": %s: the history may not name the next kernel",
			 strerror(-error));
	if (loaded && lineage_root_init(&root, context->root) == 0)
		lineage_host_loaded_inform_module(&root, loaded->release);
}

/*
 * Run kexec. If its load succeeded and KHO is finalized after that, load the kernel again: Linux
 * 6.18 hands over only what was finalized before. Return the wait status. If the second load
 * fails, the kernel of the first one stays loaded.
 */
static int run_and_finalize(const struct context *context, const struct kexec_request *request,
			    char **argv)
{
	int status = run_and_return(argv);
	int again;

	if (status != 0 || !request->loads || !kho_finalize(context, request))
		return status;
	again = passed_signal ? W_EXITCODE(0, passed_signal) : run_and_return(argv);
	if (WIFSIGNALED(again))
		return again;
	if (again != 0)
		complain("load: the kernel could not be loaded again after KHO was finalized: the "
			 "lineage is passed in the command line only");
	return status;
}

/*
 * Run kexec, and note what it loaded, unloaded or failed to start. A start also failed if a signal
 * ended kexec, or arrived before it ran. A kernel that was unloaded is not started, even if
 * `record --shutdown` has already noted that systemd is about to start it.
 */
static int run_and_note(const struct context *context, const struct kexec_request *request,
			const struct lineage_host_loaded *loaded, char **argv)
{
	bool changes = (request->loads || request->unloads) && !request->is_capture;
	int status;

	if (!changes && !request->starts)
		return run_kexec(argv);
	set_handlers(pass_on);
	if (request->starts)
		note_start(context, request, loaded);
	status = passed_signal ? W_EXITCODE(0, passed_signal)
			       : run_and_finalize(context, request, argv);
	if (request->starts || (changes && !request->loads && status == 0))
		kexec_start_cancel(context);
	if (changes && status == 0)
		note_loaded(context, request->loads ? loaded : NULL);
	else if (changes && (request->starts || WIFSIGNALED(status))) /* a kernel may be loaded */
		note_loaded(context, NULL);
	return end_like(status);
}

/* Unload the kernel that is loaded for a kexec. Return whether none is loaded afterwards. */
static bool unload(const struct context *context)
{
	static char flag[] = "-u", with_file[] = "-s";
	char *ways[][4] = { { kexec_name, flag }, { kexec_name, with_file, flag } };
	LINEAGE_AUTO_ROOT struct lineage_root root = LINEAGE_ROOT_INIT;

	if (lineage_root_init(&root, context->root))
		return false;
	/* A kernel that is locked down unloads with kexec_file_load(2) only. */
	for (size_t i = 0; lineage_host_loaded_is_there(&root) && i < 2; i++)
		if (run_and_return(ways[i]) == 0)
			note_loaded(context, NULL);
	return !lineage_host_loaded_is_there(&root);
}

/*
 * Load nothing because of the policy. The load succeeds, because `systemctl kexec` gives up and
 * does not reboot if it fails; without a loaded kernel, systemd boots cold. A kernel that was
 * loaded before would be started instead, so it is unloaded.
 */
static int refuse(const struct context *context, const struct kexec_request *request)
{
	if (!request->starts && unload(context))
		return STATUS_DONE;
	return STATUS_FAILED;
}

/* Run kexec with a stamp, or with its original arguments if no stamp can be made. */
static int stamp_and_run(const struct context *context, int argc, char **argv)
{
	AUTO_KEXEC_REQUEST request = { 0 };
	LINEAGE_AUTO_FREE char *option = NULL;
	LINEAGE_AUTO_FREE char **stamped = NULL;
	struct lineage_host_loaded loaded = { 0 };

	if (kexec_request_read(argc, argv, &request))
		return run_kexec(argv);
	if (request.loads) {
		AUTO_REPORT struct lineage_report *report = make_report(context);

		kho_warn_of_capture(context, &request);
		if (report)
			option = make_option(report, &request, &loaded);
		if (report && !request.is_capture &&
		    !policy_allows(context, report, loaded.release))
			return refuse(context, &request);
	}
	if (option)
		stamped = replace_cmdline(argc, argv, &request, option);
	return run_and_note(context, &request, &loaded, stamped ? stamped : argv);
}

static int run(const struct context *context, const struct arguments *arguments)
{
	int argc = arguments->operand_count + 1;
	LINEAGE_AUTO_FREE char **argv = calloc((size_t)argc + 1, sizeof(*argv));

	if (!argv) {
		complain("out of memory");
		return STATUS_FAILED;
	}
	sigpipe_handler = signal(SIGPIPE, SIG_IGN); /* a message must not prevent the load */
	argv[0] = kexec_name;
	memcpy(argv + 1, arguments->operands, (size_t)(argc - 1) * sizeof(*argv));
	return stamp_and_run(context, argc, argv);
}

const struct command command_load = {
	.name = "load",
	.operands = "KEXEC-OPTION...",
	.summary = "run kexec(8) with a stamped command line",
	.help = "Run kexec with the given options of kexec(8), and add the stamp for the next\n"
		"kernel to its command line. Calls that load no kernel (-e, -u, -S) are passed\n"
		"to kexec unchanged, so 'kexec-lineage load' can replace 'kexec' everywhere. If\n"
		"no stamp can be made, kexec runs without a stamp.\n"
		"\n"
		"The loaded kernel is noted in /run/kexec-lineage/loaded. A start (-e, -f) is\n"
		"noted in /var/lib/kexec-lineage/kexec-started if the machine records its boots.\n"
		"If kexec returns, the note is removed. If the started kernel never shows a sign\n"
		"of life, the next boot reports a lost kexec ('kexec-lineage log').\n"
		"\n"
		"If the policy of the machine says that a crash is associated with this kexec,\n"
		"the command prints a warning or, with OnPolicy=refuse, loads nothing and exits\n"
		"with 0, so that a following reboot is cold\n"
		"(kexec-lineage-check(8)).\n"
		"\n"
		"On Linux 6.18 to 7.0 with kho=on, userspace must finalize Kexec HandOver\n"
		"(KHO). If the load works, this command finalizes KHO and loads the kernel\n"
		"again, so that the lineage is also passed through KHO. It does not finalize KHO\n"
		"with -c, which KHO does not support, with -f, for a capture kernel (-p), and if\n"
		"memory is reserved for a capture kernel (crashkernel=).\n"
		"\n"
		"Example:\n"
		"  kexec-lineage load -s -l /boot/vmlinuz-6.12.111 \\\n"
		"        --initrd=/boot/initrd.img-6.12.111 --reuse-cmdline\n"
		"  kexec -e",
	.exit_status = "that of kexec, 1 kexec cannot be run",
	.operands_max = -1,
	.passes_options = true,
	.run = run,
};
