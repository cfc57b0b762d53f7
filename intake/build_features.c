// SPDX-License-Identifier: GPL-2.0-or-later
/* Optional parts of the log reader that this build has, as Meson defines them. */
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
