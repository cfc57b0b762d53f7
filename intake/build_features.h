/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The optional parts of the log reader in this build. */
#ifndef LINEAGE_INTAKE_BUILD_FEATURES_H
#define LINEAGE_INTAKE_BUILD_FEATURES_H

#include <stdbool.h>

/* Feature hyperscan: search lines with Hyperscan or Vectorscan. */
extern const bool intake_has_hyperscan;

/* Feature vmcore: read crash dumps with libkdumpfile. */
extern const bool intake_has_vmcore;

#endif /* LINEAGE_INTAKE_BUILD_FEATURES_H */
