// SPDX-License-Identifier: GPL-2.0-or-later
/* One known bug: its comparison with crashes and with other bugs. */
#include "known.h"

#include <string.h>

#include "lib/cleanup.h"
#include "lib/releases.h"

bool known_bug_is(const struct known_bug *bug, enum known_key key)
{
	return bug->values[key] && strcmp(bug->values[key], "yes") == 0;
}

int known_bug_compare(const struct known_bug *bug, const struct known_bug *other)
{
	for (int key = KNOWN_SIGNATURE; key <= KNOWN_PREVIOUS; key++) {
		const char *a = bug->values[key], *b = other->values[key];
		int order = a && b ? strcmp(a, b) : (a != NULL) - (b != NULL);

		if (order)
			return order;
	}
	return 0;
}

bool known_bug_is_same(const struct known_bug *bug, const struct known_bug *other)
{
	return known_bug_compare(bug, other) == 0;
}

void known_bug_write(const struct known_bug *bug, FILE *stream)
{
	for (int key = 0; key < KNOWN_KEYS; key++)
		if (bug->values[key])
			fprintf(stream, "%s: %s\n", known_key_name((enum known_key)key),
				bug->values[key]);
}

/* Whether an item of a list, which is changed, has a release. */
static bool item_has(char *item, const char *release)
{
	char *dots = strstr(item, "..");

	if (!dots)
		return lineage_release_matches(item, release);
	*dots = '\0';
	return (!*item || lineage_release_compare(release, item) >= 0) &&
	       (!dots[2] || lineage_release_is_until(release, dots + 2));
}

/* Whether a list of releases, patterns and ranges has a release. */
static bool list_has(const char *list, const char *release)
{
	LINEAGE_AUTO_FREE char *copy = strdup(list);
	char *rest = NULL;

	for (char *item = copy ? strtok_r(copy, ", ", &rest) : NULL; item;
	     item = strtok_r(NULL, ", ", &rest))
		if (item_has(item, release))
			return true;
	return false;
}

/* Whether the bug does not name a value, or names this one. */
static bool is_value(const char *wanted, const char *value)
{
	return !wanted || (value && strcmp(wanted, value) == 0);
}

bool known_bug_matches(const struct known_bug *bug, const struct known_crash *crash)
{
	const char *release = bug->values[KNOWN_RELEASE], *previous = bug->values[KNOWN_PREVIOUS];

	if (!is_value(bug->values[KNOWN_SIGNATURE], crash->signature) ||
	    !is_value(bug->values[KNOWN_TITLE], crash->title))
		return false;
	if (release && !(crash->release && list_has(release, crash->release)))
		return false;
	return !previous || (crash->previous && list_has(previous, crash->previous) &&
			     list_has(previous, crash->previous_last));
}

const struct known_bug *known_list_find(const struct known_list *list,
					const struct known_crash *crash)
{
	for (size_t i = 0; i < list->count; i++)
		if (known_bug_matches(&list->bugs[i], crash))
			return &list->bugs[i];
	return NULL;
}
