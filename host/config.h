/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The configuration file of a machine, /etc/kexec-lineage.conf. */
#ifndef LINEAGE_HOST_CONFIG_H
#define LINEAGE_HOST_CONFIG_H

#include <stdbool.h>

#include "lib/root.h"

#define LINEAGE_HOST_CONFIG_PATH "etc/kexec-lineage.conf"

/**
 * struct lineage_host_config - settings; NULL if they are not set
 * @store: URL of the fleet's store; owned
 * @hashes_hosts: "Hosts=hashed": other stores than the history of the machine have keyed hashes
 *	instead of host names and machine ids (host_key.h); false for "Hosts=clear"
 * @policy: path of the policy (policy.h); owned
 * @policy_key: path of the public key that signs the policy; owned
 * @known_bugs: path of the file of known bugs; owned
 * @refuses: "OnPolicy=refuse": load no kernel that a crash is associated with; false for
 *	"OnPolicy=warn"
 */
struct lineage_host_config {
	char *store;
	bool hashes_hosts;
	char *policy;
	char *policy_key;
	char *known_bugs;
	bool refuses;
};

/**
 * lineage_host_config_parse() - parse the text of the file
 * @text: lines of the form "NAME=VALUE", with optional blanks around the name and the value, or "#"
 *   and a comment. If a name occurs several times, the last line is used. An empty value unsets the
 *   setting.
 * @ret: the settings; the caller deinitialises it
 * @ret_line: number of the first line that is invalid, or has an unknown name or an unknown value
 *	of Hosts or OnPolicy
 *
 * Return: 0, -ENOMEM, or -EILSEQ and @ret_line.
 */
int lineage_host_config_parse(const char *text, struct lineage_host_config *ret,
			      unsigned int *ret_line);

/**
 * lineage_host_config_read() - read the file
 *
 * Return: 0, also if the file does not exist; an error of lineage_host_config_parse(); the negative
 * errno of reading the file.
 */
int lineage_host_config_read(const struct lineage_root *root, struct lineage_host_config *ret,
			     unsigned int *ret_line);

/** lineage_host_config_deinit() - free the settings */
void lineage_host_config_deinit(struct lineage_host_config *config);

/* Deinitialise the settings at the end of the scope. Initialise the variable at its declaration. */
#define LINEAGE_AUTO_CONFIG \
	__attribute__((cleanup(lineage_host_config_deinit))) struct lineage_host_config

#endif /* LINEAGE_HOST_CONFIG_H */
