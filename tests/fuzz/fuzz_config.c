// SPDX-License-Identifier: GPL-2.0-or-later
/* Fuzz target for /etc/kexec-lineage.conf: a URL is one line without blanks around it. */
#include "fuzz.h"

#include <errno.h>

#include "host/config.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	LINEAGE_AUTO_CONFIG config = { 0 };
	unsigned int line = 0;
	char *text = fuzz_text(data, size);
	int error;

	error = lineage_host_config_parse(text, &config, &line);
	FUZZ_EXPECT(error == 0 || (error == -EILSEQ && line > 0 && !config.store));
	if (config.store) {
		size_t length = strlen(config.store);

		FUZZ_EXPECT(length > 0 && !strchr(config.store, '\n'));
		FUZZ_EXPECT(!strchr(" \t\r", config.store[0]) &&
			    !strchr(" \t\r", config.store[length - 1]));
	}
	free(text);
	return 0;
}
