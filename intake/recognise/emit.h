/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reporting of boots and crashes: a boot before its crashes, crashes in the order of their start.
 */
#ifndef LINEAGE_INTAKE_RECOGNISE_EMIT_H
#define LINEAGE_INTAKE_RECOGNISE_EMIT_H

#include "recogniser_state.h"

/** intake_emit_boot() - report the host's current boot once */
void intake_emit_boot(struct intake_recogniser *recogniser, struct intake_host_state *host);

/**
 * intake_emit_seen() - if the host's boot was reported, report its current facts; otherwise report
 * it as a part of a boot
 */
void intake_emit_seen(struct intake_recogniser *recogniser, struct intake_host_state *host);

/** intake_emit_ready() - report crashes that no longer need to wait for the boot's lineage */
void intake_emit_ready(struct intake_recogniser *recogniser, struct intake_host_state *host);

/** intake_report_open() - report a crash, and keep it open to recognise its effects */
void intake_report_open(struct intake_recogniser *recogniser, struct intake_host_state *host,
			struct intake_open_crash *open);

/**
 * intake_settle_doubt() - make a report that an exiting task may have caused an effect of its oops,
 * or a crash of its own; the report may be freed
 */
void intake_settle_doubt(struct intake_recogniser *recogniser, struct intake_host_state *host,
			 struct intake_open_crash *doubt, bool is_effect);

/** intake_close_crash() - name a complete report, and emit it or add it to the waiting crashes */
void intake_close_crash(struct intake_recogniser *recogniser, struct intake_host_state *host,
			struct intake_open_crash *open);

/**
 * intake_settle() - report a boot that may be over, with all its open and waiting crashes; if more
 * lines follow, the boot continues
 */
void intake_settle(struct intake_recogniser *recogniser, struct intake_host_state *host);

/**
 * intake_count_busy() - update the count of crashes that need every line; call after any change of
 * the host's crashes
 */
void intake_count_busy(struct intake_recogniser *recogniser, struct intake_host_state *host);

#endif /* LINEAGE_INTAKE_RECOGNISE_EMIT_H */
