/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The record: one line of a kernel log, independent of the encoding.
 *
 * Decoders convert the bytes of an encoding to records. The recogniser receives only records, which
 * contain no prefixes, escapes or fragments.
 */
#ifndef LINEAGE_INTAKE_DECODE_RECORD_H
#define LINEAGE_INTAKE_DECODE_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Longer lines are truncated. Lines of the kernel have at most 1 KiB (PRINTKRB_RECORD_MAX,
 * LOG_LINE_MAX).
 */
#define INTAKE_LINE_MAX 8192

/** struct intake_text - bytes that are not terminated and not owned; length 0 if unknown */
struct intake_text {
	const char *at;
	size_t length;
};

/** The context that printed a line (CONFIG_PRINTK_CALLER). */
enum intake_context {
	INTAKE_CONTEXT_NONE, /* unknown */
	INTAKE_CONTEXT_TASK, /* "T123" */
	INTAKE_CONTEXT_CPU,  /* "C1": an interrupt, no task */
};

/** Whether a line has a syslog prefix. */
enum intake_syslog {
	INTAKE_SYSLOG_NONE,
	INTAKE_SYSLOG_DOUBTFUL, /* "DATE WORD WORD: ": the words may belong to the message */
	INTAKE_SYSLOG_SURE,
	INTAKE_SYSLOG_REFUSED, /* set before decoding: the line must not be parsed as syslog */
};

/**
 * struct intake_record - one line that the kernel printed
 * @host: the host, if the encoding has it
 * @boot_id: the boot, if the encoding has it
 * @machine_id: systemd's id of the machine, if the encoding has it
 * @lane: not 0 if the line had a prefix of unknown shape; lines of other lanes may be from another
 *	machine (lane.h)
 * @syslog: whether the line has a syslog prefix
 * @is_glued: the uptime was found inside the line, after other text
 * @unglued: the text to use if the uptime turns out to be a part of the message
 * @release: release of the kernel that printed the line, if the encoding has it
 * @has_sequence: whether @sequence is known
 * @sequence: number of the record in its boot; all lines of a record have the same number
 * @has_uptime: whether @uptime_us is known
 * @uptime_us: microseconds since the kernel started
 * @has_time: whether @time is known
 * @time: seconds since 1970 UTC
 * @wall_us: time in microseconds from a date without year or zone, so that only the difference
 *	between two such times is meaningful; used if the record has no other time; 0 if unknown
 * @context: type of the context that printed the line
 * @context_id: number of the task or CPU
 * @level: syslog level 0 to 7; -1 if unknown
 * @is_from_user: user space wrote the line to the log (its syslog facility is not the kernel's)
 * @is_erased: the screen of a terminal was erased before the line
 * @text: without prefix and newline; any other bytes; at most INTAKE_LINE_MAX
 * @offset: offset of the line in its input, in bytes
 *
 * A record is valid until the function that receives it returns.
 */
struct intake_record {
	struct intake_text host;
	struct intake_text boot_id;
	struct intake_text machine_id;
	uint64_t lane;
	enum intake_syslog syslog;
	bool is_glued;
	struct intake_text unglued;
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
	bool is_erased;
	struct intake_text text;
	uint64_t offset;
};

/** intake_record_clock_us() - return the record's time, by whichever clock it has; 0 if unknown */
uint64_t intake_record_clock_us(const struct intake_record *record);

/**
 * Faults of the input. Reading continues unless stated otherwise. To add a fault, also add its text
 * in record.c.
 */
enum intake_fault {
	INTAKE_FAULT_LONG_LINE,	  /* truncated at INTAKE_LINE_MAX */
	INTAKE_FAULT_ESCAPE,	  /* \x without two hexadecimal digits: kept unchanged */
	INTAKE_FAULT_HEADER,	  /* a line that is invalid in its encoding: skipped */
	INTAKE_FAULT_JSON,	  /* not a JSON object, or nested too deep: skipped */
	INTAKE_FAULT_NO_MESSAGE,  /* a JSON object without a known message field: skipped */
	INTAKE_FAULT_FIELD,	  /* an invalid field: treated as absent */
	INTAKE_FAULT_FRAGMENT,	  /* other fragments of the message are missing, or overlap */
	INTAKE_FAULT_LOST,	  /* sequence numbers are missing */
	INTAKE_FAULT_BACKWARDS,	  /* a sequence number decreased without a new boot */
	INTAKE_FAULT_CUT,	  /* a compressed stream is truncated */
	INTAKE_FAULT_COMPRESSION, /* a compressed stream is corrupt: reading ends there */
	INTAKE_FAULT_WINDOW, /* decompression needs more memory than allowed: reading ends there */
	INTAKE_FAULT_EXPANSION,	       /* the expansion ratio is too large: reading ends there */
	INTAKE_FAULT_CHANGED,	       /* a file became shorter while it was read */
	INTAKE_FAULT_VMCORE,	       /* a vmcore has no readable log, or only a part of it */
	INTAKE_FAULT_TOO_MANY_CRASHES, /* too many open crashes: the oldest was closed */
	INTAKE_FAULT_TOO_MANY_HOSTS,   /* too many hosts: the oldest was dropped */
	INTAKE_FAULTS,
};

/** intake_fault_text() - return a static one-line description */
const char *intake_fault_text(enum intake_fault fault);

/**
 * struct intake_field_names - field names given by the user; NULL for the known names
 * @message: "NAME", or "NAME.NAME" for a field of an object inside the record
 * @time: as @message, for the time
 * @host: as @message, for the host
 */
struct intake_field_names {
	const char *message;
	const char *time;
	const char *host;
};

/**
 * struct intake_sink - receiver of the output of a decoder
 * @record: receives a record
 * @fault: receives a fault and its offset in the input, in bytes
 * @data: passed to both functions
 * @fields: field names given by the user; may be NULL
 */
struct intake_sink {
	void (*record)(void *data, const struct intake_record *record);
	void (*fault)(void *data, enum intake_fault fault, uint64_t offset);
	void *data;
	const struct intake_field_names *fields;
};

#endif /* LINEAGE_INTAKE_DECODE_RECORD_H */
