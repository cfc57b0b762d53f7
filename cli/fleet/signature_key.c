// SPDX-License-Identifier: GPL-2.0-or-later
#include "signature_key.h"

#include <stdint.h>
#include <string.h>

#include "cli/common/output.h"

const char *signature_key_find(const char *command, const struct store_names *signatures,
			       const char *key)
{
	const char *found = NULL, *other = NULL;
	size_t length = strlen(key), count = 0;
	uint32_t number;

	if (store_names_find(signatures, key, &number))
		return signatures->texts[number];
	for (size_t i = 0; length > 0 && i < signatures->count; i++) {
		/* "any crash" is not a signature: it has a blank. */
		if (strncmp(signatures->texts[i], key, length) != 0 ||
		    strchr(signatures->texts[i], ' '))
			continue;
		other = found;
		found = signatures->texts[i];
		count++;
	}
	if (count == 1)
		return found;
	if (count == 0)
		complain("%s: no crash has the signature '%s' ('kexec-lineage triage' prints the "
			 "signature of each crash)",
			 command, key);
	else
		complain("%s: %zu signatures begin with '%s', for example '%s' and '%s'; give more "
			 "characters",
			 command, count, key, other, found);
	return NULL;
}
