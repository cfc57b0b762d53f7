/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Line marks of the running boot's kernel log. They connect the boot in the history with logs that
 * have neither the boot id nor the time of day, such as the log of a serial console.
 */
#ifndef LINEAGE_HOST_LOG_MARKS_H
#define LINEAGE_HOST_LOG_MARKS_H

#include "lib/first_lines.h"
#include "lib/line_marks.h"
#include "lib/root.h"

/**
 * struct lineage_host_log - state of reading a log; all zero at its start
 * @has_banner: the first line of the boot was found; false if the kernel has overwritten this line
 * @first: the boot's first lines
 * @samples: the sampled lines
 * @marks: the early marks
 */
struct lineage_host_log {
	bool has_banner;
	struct lineage_first_lines first;
	struct lineage_samples samples;
	struct lineage_marks marks;
};

/**
 * lineage_host_log_add() - add records of /dev/kmsg
 * @text: whole records; lines that are not from the kernel are ignored; no NUL needed
 */
void lineage_host_log_add(struct lineage_host_log *log, const char *text, size_t length);

/** lineage_host_log_marks() - get the marks, in the text form of lib/line_marks.h */
void lineage_host_log_marks(const struct lineage_host_log *log, char ret[LINEAGE_MARKS_SIZE]);

/** lineage_host_log_read() - get the marks of /dev/kmsg; "" if it cannot be read */
void lineage_host_log_read(const struct lineage_root *root, char ret[LINEAGE_MARKS_SIZE]);

#endif /* LINEAGE_HOST_LOG_MARKS_H */
