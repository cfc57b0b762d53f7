// SPDX-License-Identifier: GPL-2.0-or-later
/* Fuzz target for mountinfo: a mount has all its fields, inside the text. */
#include "fuzz.h"

#include "host/mounts.h"

static void check(const char *field, const char *text, size_t size)
{
	FUZZ_EXPECT(field >= text && field < text + size);
	FUZZ_EXPECT(strlen(field) < size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct lineage_host_mount mount;
	char *text = fuzz_text(data, size), *rest = text;

	while (lineage_host_mounts_next(&rest, &mount)) {
		check(mount.device, text, size);
		check(mount.root, text, size);
		check(mount.point, text, size);
		check(mount.type, text, size);
	}
	free(text);
	text = fuzz_text(data, size);
	(void)lineage_host_mounts_reach(text, "/var/lib/kexec-lineage/kexec-started");
	free(text);
	text = fuzz_text(data, size);
	(void)lineage_host_mounts_have(text, "/sys/firmware/efi/efivars", "efivarfs");
	free(text);
	return 0;
}
