// SPDX-License-Identifier: GPL-2.0-or-later
/* Fuzz target for /run/kexec-lineage/loaded: values are valid, and are read back as written. */
#include "fuzz.h"

#include <errno.h>
#include <stdio.h>

#include "host/loaded.h"

static void check(const struct lineage_host_loaded *loaded)
{
	struct lineage_host_loaded again;
	char text[sizeof(*loaded) + 32];

	FUZZ_EXPECT(!loaded->release[0] ||
		    lineage_release_is_valid(loaded->release, strlen(loaded->release)));
	FUZZ_EXPECT(!strchr(loaded->stamp, '\n'));
	snprintf(text, sizeof(text), "release=%s\nstamp=%s\n", loaded->release, loaded->stamp);
	FUZZ_EXPECT(lineage_host_loaded_parse(text, &again) == 0);
	FUZZ_EXPECT(strcmp(loaded->release, again.release) == 0);
	FUZZ_EXPECT(strcmp(loaded->stamp, again.stamp) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct lineage_host_loaded loaded;
	char *text = fuzz_text(data, size);
	int error;

	error = lineage_host_loaded_parse(text, &loaded);
	FUZZ_EXPECT(error == 0 || error == -EILSEQ);
	if (!error)
		check(&loaded);
	free(text);
	return 0;
}
