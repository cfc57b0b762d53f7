/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Checks of whether the lineage of this machine is known, recorded and passed to the next kernel.
 *
 * To add a check: write it in the file of its subject, declare it in check.h, and add it to the
 * table in doctor.c, to man/kexec-lineage-doctor.8 and to tests/golden/test_doctor.py.
 */
#ifndef LINEAGE_HOST_DOCTOR_H
#define LINEAGE_HOST_DOCTOR_H

#include <stddef.h>

#include "kexec-lineage.h"

/** enum lineage_doctor_status - result of a check */
enum lineage_doctor_status {
	LINEAGE_DOCTOR_SKIPPED, /* the check does not apply to this machine */
	LINEAGE_DOCTOR_OK,
	LINEAGE_DOCTOR_UNKNOWN, /* it cannot be seen, usually without root */
	LINEAGE_DOCTOR_WARN,	/* something is missing, but the lineage is passed on */
	LINEAGE_DOCTOR_FAIL,	/* the lineage is lost, or kexec does not work */
};

/**
 * struct lineage_doctor_result - result of a check
 * @check: its name; a static string
 * @text: one line: what was found
 * @remedy: a command or a sentence that fixes it; empty if nothing is to be done
 */
struct lineage_doctor_result {
	const char *check;
	enum lineage_doctor_status status;
	char text[320];
	char remedy[320];
};

/* Number of checks, also those that do not apply. */
#define LINEAGE_DOCTOR_CHECKS 13

/** lineage_doctor_status_name() - "ok", "unknown", "warn", "fail"; "skipped" */
const char *lineage_doctor_status_name(enum lineage_doctor_status status);

/**
 * lineage_doctor_run() - run all checks
 * @root: path of the root folder; NULL for the running system
 * @report: report of the same system
 * @history: path or URL of the history of this machine
 * @ret: LINEAGE_DOCTOR_CHECKS results
 *
 * Nothing is changed. A fact that cannot be read is a result, and not an error.
 *
 * Return: 0, or an error of lineage_root_init().
 */
int lineage_doctor_run(const char *root, const struct lineage_report *report, const char *history,
		       struct lineage_doctor_result *ret);

#endif /* LINEAGE_HOST_DOCTOR_H */
