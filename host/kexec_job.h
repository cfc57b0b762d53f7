/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Detection of a kexec that systemd is about to start. */
#ifndef LINEAGE_HOST_KEXEC_JOB_H
#define LINEAGE_HOST_KEXEC_JOB_H

#include <stdbool.h>

/**
 * lineage_host_kexec_jobs_have_start() - whether a list of jobs has a start job of kexec.target
 * @text: output of `systemctl list-jobs`: lines of job number, unit, type and state
 */
bool lineage_host_kexec_jobs_have_start(const char *text);

/**
 * lineage_host_kexec_is_queued() - whether systemd has queued the start of kexec.target
 * @systemctl: path of systemctl; NULL for the usual one
 *
 * systemd starts kexec.target at the end of a shutdown that starts another kernel by kexec. Only
 * PID 1 knows the queue of jobs, so the function runs systemctl, for at most ten seconds.
 *
 * Return: false also if systemctl cannot be run.
 */
bool lineage_host_kexec_is_queued(const char *systemctl);

#endif /* LINEAGE_HOST_KEXEC_JOB_H */
