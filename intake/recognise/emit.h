/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hands boots and crashes to the listener: a boot before its crashes, crashes in the order in which they began. */
#ifndef LINEAGE_INTAKE_RECOGNISE_EMIT_H
#define LINEAGE_INTAKE_RECOGNISE_EMIT_H

#include "recogniser_state.h"

/** intake_emit_boot() - the host's present boot goes out, once */
void intake_emit_boot(struct intake_recogniser *recogniser, struct intake_host_state *host);

/** intake_emit_ready() - the crashes that waited for the boot's lineage go out, if there is nothing to wait for any more */
void intake_emit_ready(struct intake_recogniser *recogniser, struct intake_host_state *host);

/** intake_close_crash() - a report is complete: name it; it goes out now or waits */
void intake_close_crash(struct intake_recogniser *recogniser, struct intake_host_state *host,
			struct intake_open_crash *open);

/** intake_settle() - nothing more of the boot may come: what is open or waits goes out; the boot goes on if something does */
void intake_settle(struct intake_recogniser *recogniser, struct intake_host_state *host);

/** intake_count_busy() - count anew which crashes need to see every line; after anything that changed the host's crashes */
void intake_count_busy(struct intake_recogniser *recogniser, struct intake_host_state *host);

#endif /* LINEAGE_INTAKE_RECOGNISE_EMIT_H */
