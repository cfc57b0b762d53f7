/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Optional parts of the log reader that this build has. */
#ifndef LINEAGE_INTAKE_BUILD_FEATURES_H
#define LINEAGE_INTAKE_BUILD_FEATURES_H

#include <stdbool.h>

/* Feature hyperscan: lines are searched with Hyperscan or Vectorscan. */
extern const bool intake_has_hyperscan;

/* Feature vmcore: crash dumps are read with libkdumpfile. */
extern const bool intake_has_vmcore;

#endif /* LINEAGE_INTAKE_BUILD_FEATURES_H */
