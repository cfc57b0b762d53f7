// SPDX-License-Identifier: GPL-2.0-or-later
#include "ingest_text.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "intake/recognise/event.h"
#include "cli/common/output.h"
#include "lib/cleanup.h"

void ingest_text_boot(FILE *stream, const struct intake_boot *boot)
{
	LINEAGE_AUTO_FREE char *release =
		printable(boot->release[0] ? boot->release : "unknown release");
	LINEAGE_AUTO_FREE char *previous = printable(boot->previous_release);
	LINEAGE_AUTO_FREE char *host = printable(boot->host);

	fprintf(stream, "%s%s%s %s", host, host[0] ? ": " : "",
		boot->end == INTAKE_END_LOST ? "lost kexec to" : "boot of", release);
	if (boot->has_previous)
		fprintf(stream, " from %s", previous);
	else if (boot->boot == LINEAGE_BOOT_COLD)
		fprintf(stream, " (cold)");
	if (boot->has_count && boot->has_previous)
		fprintf(stream, " (count %u)", boot->kexec_count);
	if (boot->source && strcmp(boot->source, "inferred") == 0)
		fprintf(stream, ", inferred");
	fprintf(stream, "\n");
}

void ingest_text_crash(FILE *stream, const struct intake_crash *crash)
{
	LINEAGE_AUTO_FREE char *title = printable(crash->title.title);
	LINEAGE_AUTO_FREE char *module = printable(crash->title.module);

	fprintf(stream, "    ");
	if (crash->has_uptime)
		fprintf(stream, "%" PRIu64 ".%06" PRIu64 " s: ", crash->uptime_us / 1000000,
			crash->uptime_us % 1000000);
	fprintf(stream, "%s", title);
	if (module[0])
		fprintf(stream, " [%s]", module);
	for (size_t i = 0; i < crash->effect_count; i++) {
		LINEAGE_AUTO_FREE char *effect = printable(crash->effects[i]);

		fprintf(stream, "%s%s", i == 0 ? "; then " : ", ", effect);
	}
	fprintf(stream, "\n");
}
