/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writer of metrics about this boot and the boot history, as OpenMetrics text. */
#ifndef LINEAGE_HOST_METRICS_H
#define LINEAGE_HOST_METRICS_H

#include <stdio.h>

#include "kexec-lineage.h"
#include "store/store.h"

/**
 * lineage_host_metrics_write() - write all metrics as OpenMetrics text
 * @report: report of the running system
 * @store: the boot history; NULL if it cannot be read. The metrics about boots are then missing,
 *   and kexec_lineage_store_readable is 0.
 * @stream: output stream; the caller checks it for errors
 *
 * All metrics are gauges. Their text is the same in OpenMetrics 1.0 and in the older format that
 * the textfile collector of the node exporter reads.
 *
 * Return: 0 or an error of store_list_transitions().
 */
int lineage_host_metrics_write(const struct lineage_report *report, struct store *store,
			       FILE *stream);

#endif /* LINEAGE_HOST_METRICS_H */
