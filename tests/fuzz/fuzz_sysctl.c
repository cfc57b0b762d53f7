// SPDX-License-Identifier: GPL-2.0-or-later
/* Fuzz target for the output of sysctl -a: a value is part of the line that has its name. */
#include "fuzz.h"

#include "lib/sysctl.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char name[] = "kernel.osrelease";
	char *text = fuzz_allocate(size);
	const char *value;
	size_t length;

	memcpy(text, data, size);
	if (lineage_sysctl_find(text, size, name, &value, &length)) {
		FUZZ_EXPECT(value >= text + sizeof(name) - 1 && value + length <= text + size);
		FUZZ_EXPECT(!memchr(value, '\n', length));
		FUZZ_EXPECT(value + length == text + size || value[length] == '\n');
	}
	free(text);
	return 0;
}
