/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which lines does a message have that was written down as one? */
#ifndef LINEAGE_INTAKE_DECODE_MESSAGE_H
#define LINEAGE_INTAKE_DECODE_MESSAGE_H

#include "record.h"

/**
 * intake_message_deliver() - hand a message's lines to the sink
 * @record: what all of them share; text is set here
 * @text: the message, newlines in between; one at its end adds no line
 *
 * Lines are cut at INTAKE_LINE_MAX and lose the carriage returns at their end.
 */
void intake_message_deliver(const struct intake_sink *sink, struct intake_record *record,
			    struct intake_text text);

/**
 * intake_message_deliver_escaped() - the same for what the kernel escaped
 * @text: \xNN in it is a byte, also a newline; at most INTAKE_LINE_MAX of it is looked at
 *
 * In /dev/kmsg and in extended netconsole's packets bytes below a blank, above a tilde and
 * backslashes are escaped (msg_add_ext_text(), kernel/printk/printk.c).
 */
void intake_message_deliver_escaped(const struct intake_sink *sink, struct intake_record *record,
				    struct intake_text text);

#endif /* LINEAGE_INTAKE_DECODE_MESSAGE_H */
