/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Write metrics about this boot and the boot history as OpenMetrics text. */
#ifndef LINEAGE_HOST_METRICS_H
#define LINEAGE_HOST_METRICS_H

#include <stdio.h>

#include "kexec-lineage.h"
#include "store/store.h"

/**
 * lineage_host_metrics_write() - write all metrics, as OpenMetrics text
 * @report: of the running system
 * @store: where the boots are kept; NULL where there is none to be read: then the metrics about
 *	boots are missing, and kexec_lineage_store_readable says 0
 * @stream: written to; the caller looks whether that went well
 *
 * All are gauges, whose text is the same in OpenMetrics 1.0 and in the older format that the node
 * exporter's textfile collector reads.
 *
 * Return: 0 or what store_list_transitions() returns.
 */
int lineage_host_metrics_write(const struct lineage_report *report, struct store *store,
			       FILE *stream);

#endif /* LINEAGE_HOST_METRICS_H */
