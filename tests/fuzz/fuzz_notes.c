// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Fuzz target for ELF notes: the result is a build id or none, and the reader stays inside its
 * input.
 */
#include "fuzz.h"

#include <errno.h>

#include "host/notes.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char id[LINEAGE_HOST_BUILD_ID_SIZE] = "untouched";
	char *exact = fuzz_allocate(size);
	int error;

	memcpy(exact, data, size);
	error = lineage_host_notes_find_build_id(exact, size, id);
	FUZZ_EXPECT(error == 0 || error == -ENODATA || error == -EILSEQ);
	if (error)
		FUZZ_EXPECT(strcmp(id, "untouched") == 0);
	else
		FUZZ_EXPECT(strlen(id) > 0 && strlen(id) % 2 == 0 &&
			    strspn(id, "0123456789abcdef") == strlen(id));
	free(exact);
	return 0;
}
