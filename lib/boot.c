// SPDX-License-Identifier: GPL-2.0-or-later
#include "boot.h"

#include <libfdt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "core/cmdline.h"
#include "core/decimal.h"
#include "kho_fdt.h"
#include "sysctl.h"

#define X86_NAME "kernel.bootloader_type"
#define X86_PATH "proc/sys/kernel/bootloader_type"
#define CHOSEN_PATH "sys/firmware/devicetree/base/chosen"
#define FDT_PATH "sys/firmware/fdt"
#define FDT_LIMIT (2 << 20) /* MAX_FDT_SIZE of arm64 */
#define KEXEC_PROPERTY "linux,booted-from-kexec"
#define PPC_PATH "proc/powerpc"
#define VMCORE_PATH "proc/vmcore"

__attribute__((format(printf, 2, 3))) static void say(struct lineage_boot_finding *finding,
						      const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(finding->evidence, sizeof(finding->evidence), format, arguments);
	va_end(arguments);
}

static bool find_on_x86(const struct lineage_root *root, struct lineage_boot_finding *finding)
{
	LINEAGE_AUTO_FREE char *text = NULL;
	uint32_t type;

	if (lineage_sysctl_read(root, X86_NAME, &text))
		return false;
	finding->shows_cold = lineage_decimal_parse(text, strlen(text), &type) == 0;
	if (!finding->shows_cold) {
		say(finding, "/" X86_PATH " does not contain a number");
	} else if (type == LINEAGE_X86_LOADER_KEXEC) {
		finding->loader = LINEAGE_LOADER_KEXEC;
		say(finding, "boot-loader type %u is kexec", type);
	} else {
		finding->loader = LINEAGE_LOADER_OTHER;
		say(finding, "boot-loader type %u is not kexec (%d)", type,
		    LINEAGE_X86_LOADER_KEXEC);
	}
	return true;
}

/* With ACPI the kernel does not unpack the device tree, but still exports its bytes. */
static bool has_property_in_fdt(const struct lineage_root *root)
{
	LINEAGE_AUTO_FREE char *fdt = NULL;
	struct lineage_fault fault;
	size_t size;
	int chosen;

	if (lineage_root_read(root, FDT_PATH, FDT_LIMIT, &fdt, &size) ||
	    lineage_fdt_check(fdt, size, &fault))
		return false;
	chosen = fdt_path_offset(fdt, "/chosen");
	return chosen >= 0 && fdt_getprop(fdt, chosen, KEXEC_PROPERTY, NULL);
}

static void find_in_device_tree(const struct lineage_root *root,
				struct lineage_boot_finding *finding)
{
	bool has_property =
		lineage_root_has(root, CHOSEN_PATH "/" KEXEC_PROPERTY) || has_property_in_fdt(root);

	if (has_property && lineage_root_has(root, PPC_PATH)) {
		say(finding, KEXEC_PROPERTY " shows no kexec on ppc64, where firmware may set it");
	} else if (has_property) {
		finding->loader = LINEAGE_LOADER_KEXEC;
		say(finding, "the device tree's /chosen has " KEXEC_PROPERTY);
	} else {
		say(finding, "neither a boot-loader type nor " KEXEC_PROPERTY " was found");
	}
}

static bool has_elfcorehdr(const struct lineage_root *root)
{
	LINEAGE_AUTO_FREE char *cmdline = NULL;
	struct lineage_parameter parameter;
	size_t size;

	return lineage_root_read_cmdline(root, &cmdline, &size) == 0 &&
	       lineage_cmdline_find(cmdline, size, "elfcorehdr", &parameter) > 0;
}

static const char *find_capture(const struct lineage_root *root)
{
	if (lineage_root_has(root, VMCORE_PATH))
		return "/" VMCORE_PATH " exists";
	return has_elfcorehdr(root) ? "elfcorehdr= on the command line" : NULL;
}

void lineage_boot_find(const struct lineage_root *root, struct lineage_boot_finding *ret)
{
	const char *capture = find_capture(root);
	size_t length;

	ret->boot = LINEAGE_BOOT_UNKNOWN;
	ret->is_capture = capture;
	if (!find_on_x86(root, ret))
		find_in_device_tree(root, ret);
	if (!capture)
		return;
	length = ret->loader == LINEAGE_LOADER_OTHER ? strlen(ret->evidence) : 0;
	snprintf(ret->evidence + length, sizeof(ret->evidence) - length, "%s%s",
		 length > 0 ? ", but: " : "", capture);
}
