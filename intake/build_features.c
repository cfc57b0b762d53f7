// SPDX-License-Identifier: GPL-2.0-or-later
/* The optional parts of the log reader in this build, as Meson defines them. */
#include "build_features.h"

#ifdef LINEAGE_WITH_HYPERSCAN
const bool intake_has_hyperscan = true;
#else
const bool intake_has_hyperscan = false;
#endif

#ifdef LINEAGE_WITH_VMCORE
const bool intake_has_vmcore = true;
#else
const bool intake_has_vmcore = false;
#endif
