/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Parser of the arguments of kexec(8).
 *
 * The parser follows kexec-tools 2.0.25 and 2.0.29: main() of kexec/kexec.c, and the options.h and
 * load functions of the architecture. Letters can be bundled, and long options can be abbreviated.
 * Options can follow operands. The last of several equal options takes effect.
 */
#ifndef LINEAGE_CLI_HOST_KEXEC_OPTIONS_H
#define LINEAGE_CLI_HOST_KEXEC_OPTIONS_H

#include <stdbool.h>

/**
 * struct kexec_request - parsed arguments of kexec(8)
 * @loads: whether kexec accepts the arguments and loads a kernel
 * @unloads: whether kexec first unloads the loaded kernel (-u)
 * @starts: whether kexec then starts the loaded kernel (-e, -f)
 * @is_capture: whether the kernel is a capture kernel (-p)
 * @reuses_cmdline: whether --reuse-cmdline was given
 * @passes_memmap: whether --pass-memmap-cmdline was given, with which kexec adds many parameters to
 *	the command line
 * @system_call: the last of the options 's' (kexec_file_load), 'a' (kexec_file_load, then
 *	kexec_load) and 'c' (kexec_load); 0 if none was given and kexec chooses
 * @append: value of the last --append or --command-line, within the arguments; NULL if not given
 * @image: path of the kernel, within the arguments
 * @initrd: path of the last --initrd or --ramdisk, within the arguments; NULL if not given
 * @cmdline_arguments: for each argument, whether it belongs to --append, --command-line or
 *	--reuse-cmdline; owned
 */
struct kexec_request {
	bool loads;
	bool unloads;
	bool starts;
	bool is_capture;
	bool reuses_cmdline;
	bool passes_memmap;
	char system_call;
	const char *append;
	const char *image;
	const char *initrd;
	bool *cmdline_arguments;
};

/**
 * kexec_request_read() - parse the arguments of kexec(8)
 * @argc: number of arguments, including the name of the program
 * @argv: the arguments; not changed
 * @ret: the result; the caller releases it with kexec_request_deinit()
 *
 * Return: 0 or -ENOMEM.
 */
int kexec_request_read(int argc, char **argv, struct kexec_request *ret);

void kexec_request_deinit(struct kexec_request *request);

/*
 * Call kexec_request_deinit() at the end of the scope. Initialise the variable at its declaration.
 */
#define AUTO_KEXEC_REQUEST __attribute__((cleanup(kexec_request_deinit))) struct kexec_request

/**
 * kexec_request_cmdline() - make the command line that kexec passes to the next kernel
 * @request: the parsed arguments
 * @running: command line of the running kernel, without the newline; not NULL if kexec reuses it
 *
 * As kexec does, remove BOOT_IMAGE from the reused command line, and crashkernel for a capture
 * kernel. Then append a blank and the value of --append.
 *
 * Return: an allocated string, which the caller frees; NULL if memory runs out.
 */
char *kexec_request_cmdline(const struct kexec_request *request, const char *running);

#endif /* LINEAGE_CLI_HOST_KEXEC_OPTIONS_H */
