// SPDX-License-Identifier: GPL-2.0-or-later
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/cleanup.h"

#define LIMIT 65536
#define BLANKS " \t\r"

/* A part of a line, not NUL-terminated. */
struct part {
	const char *at;
	size_t length;
};

static struct part trim(const char *at, size_t length)
{
	while (length > 0 && strchr(BLANKS, at[0])) {
		at++;
		length--;
	}
	while (length > 0 && strchr(BLANKS, at[length - 1]))
		length--;
	return (struct part){ at, length };
}

static int set(char **setting, struct part value)
{
	char *copy = value.length > 0 ? strndup(value.at, value.length) : NULL;

	if (value.length > 0 && !copy)
		return -ENOMEM;
	free(*setting);
	*setting = copy;
	return 0;
}

static bool is_text(struct part part, const char *text)
{
	return part.length == strlen(text) && memcmp(part.at, text, part.length) == 0;
}

static int set_hosts(struct lineage_host_config *config, struct part value)
{
	config->hashes_hosts = is_text(value, "hashed");
	return config->hashes_hosts || value.length == 0 || is_text(value, "clear") ? 0 : -EILSEQ;
}

static int set_action(struct lineage_host_config *config, struct part value)
{
	config->refuses = is_text(value, "refuse");
	return config->refuses || value.length == 0 || is_text(value, "warn") ? 0 : -EILSEQ;
}

static int parse_line(const char *at, size_t length, struct lineage_host_config *config)
{
	struct part line = trim(at, length), name, value;
	const char *equals;

	if (line.length == 0 || line.at[0] == '#')
		return 0;
	equals = memchr(line.at, '=', line.length);
	if (!equals)
		return -EILSEQ;
	name = trim(line.at, (size_t)(equals - line.at));
	equals++;
	value = trim(equals, line.length - (size_t)(equals - line.at));
	if (is_text(name, "Store"))
		return set(&config->store, value);
	if (is_text(name, "Policy"))
		return set(&config->policy, value);
	if (is_text(name, "PolicyKey"))
		return set(&config->policy_key, value);
	if (is_text(name, "KnownBugs"))
		return set(&config->known_bugs, value);
	if (is_text(name, "OnPolicy"))
		return set_action(config, value);
	return is_text(name, "Hosts") ? set_hosts(config, value) : -EILSEQ;
}

int lineage_host_config_parse(const char *text, struct lineage_host_config *ret,
			      unsigned int *ret_line)
{
	LINEAGE_AUTO_CONFIG config = { 0 };

	for (unsigned int line = 1; *text; line++) {
		size_t length = strcspn(text, "\n");
		int error = parse_line(text, length, &config);

		if (error == -EILSEQ)
			*ret_line = line;
		if (error)
			return error;
		text += length;
		if (*text)
			text++;
	}
	*ret = config;
	config = (struct lineage_host_config){ 0 };
	return 0;
}

int lineage_host_config_read(const struct lineage_root *root, struct lineage_host_config *ret,
			     unsigned int *ret_line)
{
	LINEAGE_AUTO_FREE char *text = NULL;
	size_t size;
	int error = lineage_root_read(root, LINEAGE_HOST_CONFIG_PATH, LIMIT, &text, &size);

	if (error == -ENOENT) {
		*ret = (struct lineage_host_config){ 0 };
		return 0;
	}
	return error ? error : lineage_host_config_parse(text, ret, ret_line);
}

void lineage_host_config_deinit(struct lineage_host_config *config)
{
	free(config->store);
	free(config->policy);
	free(config->policy_key);
	free(config->known_bugs);
	config->store = config->policy = config->policy_key = config->known_bugs = NULL;
}
