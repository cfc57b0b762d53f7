// SPDX-License-Identifier: GPL-2.0-or-later
/* Fuzz target for the note of a started kexec: values are valid, and are read back as written. */
#include "fuzz.h"

#include <errno.h>

#include "host/start_note.h"

static void check(const struct lineage_host_start *start)
{
	struct lineage_host_start again;
	char text[LINEAGE_HOST_START_SIZE];

	FUZZ_EXPECT(start->boot_id[0] && start->time >= 0);
	FUZZ_EXPECT(!start->release[0] ||
		    lineage_release_is_valid(start->release, strlen(start->release)));
	lineage_host_start_format(start, text);
	FUZZ_EXPECT(lineage_host_start_parse(text, &again) == 0);
	FUZZ_EXPECT(strcmp(start->boot_id, again.boot_id) == 0);
	FUZZ_EXPECT(strcmp(start->release, again.release) == 0);
	FUZZ_EXPECT(start->time == again.time);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct lineage_host_start start;
	char *text = fuzz_text(data, size);
	int error;

	error = lineage_host_start_parse(text, &start);
	FUZZ_EXPECT(error == 0 || error == -EILSEQ || error == -ENODATA);
	if (!error)
		check(&start);
	free(text);
	return 0;
}
