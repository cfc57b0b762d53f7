/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is a line of a kernel log, whatever it was written down in?
 *
 * Decoders make records out of an encoding's bytes; the recogniser sees records only, never a
 * prefix, an escape or a fragment.
 */
#ifndef LINEAGE_INTAKE_DECODE_RECORD_H
#define LINEAGE_INTAKE_DECODE_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Longer lines are cut: the kernel's own have at most 1 KiB (PRINTKRB_RECORD_MAX, LOG_LINE_MAX). */
#define INTAKE_LINE_MAX 8192

/** struct intake_text - some bytes, not terminated, not owned; of no length where not told */
struct intake_text {
	const char *at;
	size_t length;
};

/** Who was running when the kernel printed (CONFIG_PRINTK_CALLER). */
enum intake_context {
	INTAKE_CONTEXT_NONE, /* not told */
	INTAKE_CONTEXT_TASK, /* "T123" */
	INTAKE_CONTEXT_CPU,  /* "C1": no task, an interrupt */
};

/**
 * struct intake_record - one line that the kernel printed
 * @host: which host's, where the encoding tells
 * @boot_id: which of its boots, where the encoding tells
 * @release: of the kernel that printed it, where the encoding tells
 * @has_sequence: whether @sequence is known
 * @sequence: of the record in its boot; the lines of one record share it
 * @has_uptime: whether @uptime_us is known
 * @uptime_us: microseconds since the kernel started
 * @has_time: whether @time is known
 * @time: seconds since 1970 UTC
 * @wall_us: where neither is known, microseconds by a clock of which only differences mean something: a date
 *	without its year or zone; 0 where there is none
 * @context: who was running
 * @context_id: the task's or CPU's number
 * @level: syslog level 0 to 7; -1 where not told
 * @is_from_user: user space wrote it into the log (its syslog facility is not the kernel's)
 * @text: without prefix and newline; any bytes, but no newline; at most INTAKE_LINE_MAX
 * @offset: of the line in its input, in bytes
 *
 * Lives until the function that is handed it returns.
 */
struct intake_record {
	struct intake_text host;
	struct intake_text boot_id;
	struct intake_text release;
	bool has_sequence;
	uint64_t sequence;
	bool has_uptime;
	uint64_t uptime_us;
	bool has_time;
	int64_t time;
	uint64_t wall_us;
	enum intake_context context;
	uint32_t context_id;
	int level;
	bool is_from_user;
	struct intake_text text;
	uint64_t offset;
};

/** intake_record_clock_us() - when it was, by whatever clock the encoding tells; 0 where by none */
uint64_t intake_record_clock_us(const struct intake_record *record);

/** What can be wrong with a piece of input; the rest of it is read. To add one: its name, too. */
enum intake_fault {
	INTAKE_FAULT_LONG_LINE,	  /* cut at INTAKE_LINE_MAX */
	INTAKE_FAULT_ESCAPE,	  /* \x without two hexadecimal digits: kept as it is */
	INTAKE_FAULT_HEADER,	  /* a line that is none of its encoding: left out */
	INTAKE_FAULT_JSON,	  /* no JSON object, or nested too deep: left out */
	INTAKE_FAULT_FIELD,	  /* a field that is not what it should be: taken for absent */
	INTAKE_FAULT_FRAGMENT,	  /* of a message whose other parts never came, or overlap */
	INTAKE_FAULT_LOST,	  /* sequence numbers are missing */
	INTAKE_FAULT_BACKWARDS,	  /* a sequence number went back without a boot */
	INTAKE_FAULT_CUT,	  /* a compressed stream ends too early */
	INTAKE_FAULT_COMPRESSION, /* a compressed stream is damaged: it ends there */
	INTAKE_FAULT_WINDOW, /* needs more memory to decompress than there is for one: it ends there */
	INTAKE_FAULT_EXPANSION,	       /* expands too far: it ends there */
	INTAKE_FAULT_CHANGED,	       /* a file became shorter while it was read */
	INTAKE_FAULT_VMCORE,	       /* no log could be found in a vmcore, or not all of it */
	INTAKE_FAULT_TOO_MANY_CRASHES, /* more open at a time than are kept: the oldest was closed */
	INTAKE_FAULT_TOO_MANY_HOSTS,   /* more at a time than are kept: the oldest was forgotten */
	INTAKE_FAULTS,
};

/** intake_fault_text() - one line for people, static */
const char *intake_fault_text(enum intake_fault fault);

/**
 * struct intake_sink - where a decoder puts what it reads
 * @record: takes a record
 * @fault: takes a fault and where it was, in bytes from the start of the input
 * @data: handed to both
 */
struct intake_sink {
	void (*record)(void *data, const struct intake_record *record);
	void (*fault)(void *data, enum intake_fault fault, uint64_t offset);
	void *data;
};

#endif /* LINEAGE_INTAKE_DECODE_RECORD_H */
