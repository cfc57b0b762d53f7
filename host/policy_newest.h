/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The date of the newest signed policy that this machine has used.
 *
 * A signature does not say that no newer policy exists. An older policy than this one is not used,
 * so that somebody who controls the channel cannot bring back one that was withdrawn.
 */
#ifndef LINEAGE_HOST_POLICY_NEWEST_H
#define LINEAGE_HOST_POLICY_NEWEST_H

#include <stdint.h>

#include "lib/root.h"

#define LINEAGE_HOST_POLICY_NEWEST_PATH "var/lib/kexec-lineage/policy-newest"

/**
 * lineage_host_policy_newest_read() - read the date, in seconds since 1970
 *
 * Return: the date; -1 if the file is missing, cannot be read or is damaged. A date after
 * which policies would be from the future counts as damaged: it must not rule out all policies.
 */
int64_t lineage_host_policy_newest_read(const struct lineage_root *root);

/**
 * lineage_host_policy_newest_write() - write the date, unless the file has this or a later date
 *
 * Return: 0; the negative errno of open(2), write(2) or fdatasync(2).
 */
int lineage_host_policy_newest_write(const struct lineage_root *root, int64_t made);

#endif /* LINEAGE_HOST_POLICY_NEWEST_H */
