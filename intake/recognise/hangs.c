// SPDX-License-Identifier: GPL-2.0-or-later
#include "hangs.h"

#include "header.h"
#include "intake/decode/hash.h"
#include "intake/decode/text.h"

static struct intake_hang *find(struct intake_hangs *hangs, uint64_t subject)
{
	for (size_t i = 0; i < hangs->count && i < INTAKE_HANGS; i++)
		if (hangs->last[i].subject == subject)
			return &hangs->last[i];
	return NULL;
}

static struct intake_hang *add(struct intake_hangs *hangs, uint64_t subject)
{
	struct intake_hang *hang = &hangs->last[hangs->count++ % INTAKE_HANGS];

	*hang = (struct intake_hang){ .subject = subject };
	return hang;
}

/* The kernel reports a device that is still in use every ten seconds (net/core/dev.c). */
static bool take_device(struct intake_text line, uint64_t *ret_subject, uint64_t *ret_length)
{
	struct intake_text device;

	if (!intake_text_take(&line, "unregister_netdevice: waiting for ") ||
	    !intake_text_take_until(&line, " to become free", &device))
		return false;
	*ret_subject = intake_hash_add(INTAKE_HASH_START, device.at, device.length);
	*ret_length = 10;
	return true;
}

/*
 * Take the length off "BUG: soft lockup - CPU#1 stuck for 22s! [acme:7]", "INFO: task acme:7
 * blocked for more than 120 seconds.", or "INFO: rcu_sched_state detected stall on CPU 3 (t=60000
 * jiffies)". The rest of the line is the subject.
 */
static bool take_length(struct intake_text line, uint64_t *ret_subject, uint64_t *ret_length,
			bool *ret_is_seconds)
{
	static const char *const words[] = { "stuck for ", " for more than ", " (t=" };
	struct intake_text before, rest;

	*ret_is_seconds = true;
	if (take_device(line, ret_subject, ret_length))
		return true;
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		rest = line;
		if (!intake_text_take_until(&rest, words[i], &before) ||
		    !intake_text_take_number(&rest, ret_length))
			continue;
		*ret_is_seconds = intake_text_starts(rest, "s") || intake_text_starts(rest, " s");
		*ret_subject = intake_hash_add(INTAKE_HASH_START, before.at, before.length);
		rest = intake_text_trim(rest);
		*ret_subject = intake_hash_add(*ret_subject, rest.at, rest.length);
		return true;
	}
	return false;
}

/*
 * Check whether a hang of @length that is reported at @clock_us is the reported @hang. After a
 * report that touches the watchdog, the watchdog needs up to two of its periods to begin again, and
 * a period is a fifth of the time after which it reports a hang (kernel/watchdog.c).
 */
static bool is_same(const struct intake_hang *hang, uint64_t length, bool is_seconds,
		    uint64_t clock_us)
{
	uint64_t passed_us = clock_us - hang->clock_us;

	if (clock_us < hang->clock_us)
		return false;
	if (!is_seconds || clock_us == 0 || hang->clock_us == 0)
		return length >= hang->length;
	return length > passed_us / 1000000 || passed_us - length * 1000000 <= length * 500000;
}

enum intake_hang_report intake_hangs_add(struct intake_hangs *hangs,
					 const struct intake_record *record,
					 struct intake_hang **ret)
{
	struct intake_text header = intake_header_text(record->text);
	uint64_t clock_us = intake_record_clock_us(record), subject, length;
	bool is_seconds, is_again = false;
	struct intake_hang *hang;

	*ret = NULL;
	if (!take_length(header, &subject, &length, &is_seconds))
		return INTAKE_HANG_NEW;
	hang = find(hangs, subject);
	if (hang)
		is_again = is_same(hang, length, is_seconds, clock_us);
	else
		hang = add(hangs, subject);
	hang->length = length;
	hang->clock_us = clock_us;
	hang->is_reported = hang->is_reported && is_again;
	*ret = hang;
	if (!is_again)
		return INTAKE_HANG_NEW;
	return hang->is_reported ? INTAKE_HANG_REPEATED : INTAKE_HANG_JOINED;
}

/*
 * Take "g=30125" of "(t=5250 jiffies g=30125 q=88)" and "(detected by 1, t=5252 jiffies, g=1157,
 * q=4)", or "s: 1157" of expedited stalls: "{ 1-... } 23003 jiffies s: 1157 root: 0x2/."
 */
static bool take_grace_period(struct intake_text line, struct intake_text *ret)
{
	struct intake_text before, rest;
	uint64_t number;

	if (!intake_text_take_until(&line, " jiffies", &before))
		return false;
	intake_text_take(&line, ",");
	rest = line;
	if (!intake_text_take(&rest, " g=") && !intake_text_take(&rest, " s: "))
		return false;
	intake_text_take(&rest, "-");
	if (!intake_text_take_number(&rest, &number))
		return false;
	line.length -= rest.length;
	*ret = line;
	return true;
}

bool intake_hangs_add_grace_period(struct intake_hangs *hangs, struct intake_text line,
				   struct intake_hang **ret)
{
	struct intake_text period;
	uint64_t subject;

	if (!take_grace_period(line, &period))
		return false;
	subject = intake_hash_add(INTAKE_HASH_START, period.at, period.length);
	*ret = find(hangs, subject);
	if (!*ret)
		*ret = add(hangs, subject);
	return true;
}
