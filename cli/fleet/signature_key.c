// SPDX-License-Identifier: GPL-2.0-or-later
#include "signature_key.h"

#include <stdint.h>
#include <string.h>

#include "cli/common/output.h"
#include "triage/selection.h"

const char *signature_key_complete(const struct store_names *signatures, const char *key,
				   size_t *ret_count, const char **ret_other)
{
	const char *found = NULL;
	size_t length = strlen(key);
	uint32_t number;

	*ret_count = 1;
	*ret_other = NULL;
	if (store_names_find(signatures, key, &number))
		return signatures->texts[number];
	*ret_count = 0;
	for (size_t i = 0; length > 0 && i < signatures->count; i++) {
		/* "any crash" is not a signature: it has a blank. */
		if (strncmp(signatures->texts[i], key, length) != 0 ||
		    strchr(signatures->texts[i], ' '))
			continue;
		*ret_other = found;
		found = signatures->texts[i];
		++*ret_count;
	}
	return found;
}

const char *signature_key_find(const char *command, const struct store_names *signatures,
			       const char *key)
{
	const char *other;
	size_t count;
	const char *found = signature_key_complete(signatures, key, &count, &other);

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

bool signature_key_is_any(const char *key)
{
	return strcmp(key, TRIAGE_ANY_CRASH) == 0;
}

/*
 * The exposure has no cells of any crash for a release in which all boots that crashed have the
 * same signature.
 */
void signature_key_explain_any(const char *command, const struct triage_exposure *exposure,
			       const char *release)
{
	for (size_t i = 0; i < exposure->crash_count; i++) {
		const struct triage_crash_cell *crash = &exposure->crashes[i];
		const char *name = exposure->releases.texts[crash->at.release];

		if (triage_is_lost_kexec(exposure, crash->signature) ||
		    triage_is_pooled(exposure, crash->at.release) ||
		    (release && !triage_selection_has_release(release, name)))
			continue;
		complain("%s: 'any crash' has no finding of its own: in each release, all boots "
			 "that crashed have the same signature, for example '%s' in %s; name this "
			 "signature",
			 command, exposure->signature_names.texts[crash->signature], name);
		return;
	}
	complain("%s: no boot%s%s with a known origin crashed", command,
		 release ? " of a release that matches " : "", release ? release : "");
}
