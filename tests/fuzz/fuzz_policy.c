// SPDX-License-Identifier: GPL-2.0-or-later
/* Fuzz target for policies: every rule of an accepted policy has what its factor needs. */
#include "fuzz.h"

#include <errno.h>

#include "core/release.h"
#include "host/policy.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct lineage_report report = { .release = "7.2.9", .has_count = true, .kexec_count = 3 };
	LINEAGE_AUTO_POLICY policy = { 0 };
	unsigned int line = 0;
	char *text = fuzz_text(data, size);
	int error = lineage_host_policy_parse(text, &policy, &line);
	uint64_t boots;

	FUZZ_EXPECT(error == 0 || error == -EPROTONOSUPPORT || (error == -EILSEQ && line > 0));
	for (size_t i = 0; i < policy.rule_count; i++) {
		const struct lineage_policy_rule *rule = &policy.rules[i];

		FUZZ_EXPECT(rule->verdict >= LINEAGE_POLICY_SUSPECT);
		FUZZ_EXPECT(rule->factor != LINEAGE_POLICY_COUNT || rule->count > 0);
		FUZZ_EXPECT(rule->factor >= LINEAGE_POLICY_COUNT ||
			    lineage_release_is_valid(rule->value, strlen(rule->value)));
	}
	if (!error)
		lineage_policy_judge(&policy, &report, "7.3.4", &boots);
	free(text);
	return 0;
}
