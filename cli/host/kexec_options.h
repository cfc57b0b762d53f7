/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What will kexec(8) do with these arguments?
 *
 * Read as kexec(8) of kexec-tools 2.0.25 and 2.0.29 reads them (kexec/kexec.c main(), its
 * architecture's options.h and load functions): bundled letters, abbreviated long options,
 * options behind operands, the last one of several winning.
 */
#ifndef LINEAGE_CLI_HOST_KEXEC_OPTIONS_H
#define LINEAGE_CLI_HOST_KEXEC_OPTIONS_H

#include <stdbool.h>

/**
 * struct kexec_request - kexec's arguments, understood
 * @loads: a kernel will be loaded, and kexec will accept the arguments
 * @is_capture: for a crash (-p)
 * @reuses_cmdline: --reuse-cmdline
 * @passes_memmap: --pass-memmap-cmdline: kexec adds a lot to the command line
 * @system_call: 's' (kexec_file_load), 'a' (that, else the other) or 'c' (kexec_load), as kexec's
 *	options are called, the last of several; 0 where kexec chooses
 * @append: the last --append= or --command-line=; points into the arguments; NULL without
 * @image: the kernel; points into the arguments
 * @cmdline_arguments: for each argument, whether it is part of --append, --command-line or
 *	--reuse-cmdline; owned
 */
struct kexec_request {
	bool loads;
	bool is_capture;
	bool reuses_cmdline;
	bool passes_memmap;
	char system_call;
	const char *append;
	const char *image;
	bool *cmdline_arguments;
};

/**
 * kexec_request_read() - understand kexec's arguments
 * @argc: how many, kexec's own name included
 * @argv: they; unchanged
 * @ret: what they ask for; the caller releases it with kexec_request_deinit()
 *
 * Return: 0 or -ENOMEM.
 */
int kexec_request_read(int argc, char **argv, struct kexec_request *ret);

void kexec_request_deinit(struct kexec_request *request);

/* Deinitialised at the end of the scope; initialise the variable where it is declared. */
#define AUTO_KEXEC_REQUEST __attribute__((cleanup(kexec_request_deinit))) struct kexec_request

/**
 * kexec_request_cmdline() - the command line that kexec would pass on
 * @request: what was asked for
 * @running: the running kernel's command line, without its newline; not NULL where it is reused
 *
 * The reused line loses BOOT_IMAGE and, for a capture kernel, crashkernel, each as kexec takes
 * them off; what --append gives follows behind a blank.
 *
 * Return: allocated, the caller frees; NULL where memory is out.
 */
char *kexec_request_cmdline(const struct kexec_request *request, const char *running);

#endif /* LINEAGE_CLI_HOST_KEXEC_OPTIONS_H */
