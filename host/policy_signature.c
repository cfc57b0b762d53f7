// SPDX-License-Identifier: GPL-2.0-or-later
#include "policy_signature.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "child.h"
#include "lib/cleanup.h"

#define DEADLINE_MS 5000
#define NOT_INSTALLED 127

/**
 * struct verifier - a program that verifies signatures
 * @ending: ending of a signature's name
 * @input: what the program calls its standard input
 */
static const struct verifier {
	const char *ending;
	const char *program;
	const char *input;
} verifiers[] = { { ".minisig", "minisign", "/dev/stdin" }, { ".sig", "signify-openbsd", "-" } };

/* What a child verifies. */
struct verification {
	const struct verifier *by;
	const char *key;
	const char *signature;
	const char *text;
	size_t size;
};

/* Put bytes into a file in memory, from which they can be read. */
static int make_file(const char *bytes, size_t size)
{
	int fd = memfd_create("kexec-lineage", MFD_CLOEXEC);

	while (fd >= 0 && size > 0) {
		ssize_t written = write(fd, bytes, size);

		if (written < 0 && errno != EINTR)
			return -1;
		bytes += written > 0 ? written : 0;
		size -= written > 0 ? (size_t)written : 0;
	}
	return fd < 0 || lseek(fd, 0, SEEK_SET) < 0 ? -1 : fd;
}

/* Runs in a child process, and becomes the program. The options of all programs are the same. */
static int run_program(const void *data, int out)
{
	const struct verification *what = data;
	int in = make_file(what->text, what->size), null = open("/dev/null", O_WRONLY | O_CLOEXEC);

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (in < 0 || null < 0 || dup2(in, STDIN_FILENO) < 0 || dup2(null, STDOUT_FILENO) < 0 ||
	    dup2(null, STDERR_FILENO) < 0)
		return 1;
	execlp(what->by->program, what->by->program, "-V", "-q", "-p", what->key, "-m",
	       what->by->input, "-x", what->signature, (char *)NULL);
	return errno == ENOENT ? NOT_INSTALLED : 1;
}

static int verify(const struct verification *what)
{
	char output[1];
	int status = lineage_host_child_run(run_program, what, DEADLINE_MS, output, sizeof(output));

	if (status == NOT_INSTALLED)
		return -ENOPKG;
	return status > 0 || status == -EINTR ? -EKEYREJECTED : status;
}

/* Copy the path of an open file. */
static int path_of(int fd, char **ret)
{
	char link[32], path[PATH_MAX];
	ssize_t length;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	length = readlink(link, path, sizeof(path));
	if (length < 0)
		return -errno;
	if ((size_t)length == sizeof(path))
		return -ENAMETOOLONG;
	*ret = strndup(path, (size_t)length);
	return *ret ? 0 : -ENOMEM;
}

int lineage_host_signature_file(const struct lineage_root *root, const char *path, char **ret)
{
	LINEAGE_AUTO_CLOSE int fd = lineage_root_open(root, path);
	struct stat status;

	if (fd < 0)
		return fd;
	if (fstat(fd, &status))
		return -errno;
	if (!S_ISREG(status.st_mode))
		return -EINVAL;
	return status.st_size > LINEAGE_SIGNATURE_BYTES_MAX ? -EFBIG : path_of(fd, ret);
}

int lineage_host_policy_verify(const struct lineage_root *root, const char *path, const char *text,
			       size_t size, const char *key, const char **ret_program)
{
	*ret_program = "";
	for (size_t i = 0; i < sizeof(verifiers) / sizeof(verifiers[0]); i++) {
		struct verification what = { &verifiers[i], key, NULL, text, size };
		LINEAGE_AUTO_FREE char *name = NULL;
		LINEAGE_AUTO_FREE char *signature = NULL;
		int error;

		if (asprintf(&name, "%s%s", path, verifiers[i].ending) < 0) {
			name = NULL;
			return -ENOMEM;
		}
		error = lineage_host_signature_file(root, name, &signature);
		if (error == -ENOENT)
			continue;
		what.signature = signature;
		*ret_program = verifiers[i].program;
		return error ? error : verify(&what);
	}
	return -ENOENT;
}
