/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Splitting of a multi-line message into lines. */
#ifndef LINEAGE_INTAKE_DECODE_MESSAGE_H
#define LINEAGE_INTAKE_DECODE_MESSAGE_H

#include "record.h"

/**
 * intake_message_deliver() - deliver the lines of a message to the sink
 * @record: the values common to all lines; its text is overwritten
 * @text: lines separated by newlines; a newline at the end adds no line
 *
 * Lines are truncated at INTAKE_LINE_MAX. Carriage returns at the end are removed.
 */
void intake_message_deliver(const struct intake_sink *sink, struct intake_record *record,
			    struct intake_text text);

/**
 * intake_message_deliver_escaped() - deliver the lines of an escaped message
 * @text: \xNN is a byte and may be a newline; at most INTAKE_LINE_MAX bytes are used
 *
 * In /dev/kmsg and extended netconsole, backslashes, bytes below a space and bytes above a tilde
 * are escaped (msg_add_ext_text(), Linux kernel/printk/printk.c).
 */
void intake_message_deliver_escaped(const struct intake_sink *sink, struct intake_record *record,
				    struct intake_text text);

#endif /* LINEAGE_INTAKE_DECODE_MESSAGE_H */
