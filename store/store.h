/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The store of boots and crashes.
 *
 * The store has one interface and several back ends. The URL selects the back end: "sqlite:FILE" or
 * a plain path selects SQLite. Every function returns 0 or a negative errno value. On failure it
 * leaves its outputs (named ret) untouched, and store_error() returns one line for the user. The
 * error values:
 *
 *	-ENOENT			no such store, or no such boot
 *	-EACCES, -EROFS		no permission to read or write it
 *	-ENOSPC			the disk is full
 *	-EBUSY			locked by another program for longer than STORE_BUSY_MS
 *	-EBADMSG		the store is damaged
 *	-EPROTONOSUPPORT	created by a newer version, or not a store of this kind
 *	-EINVAL			a boot or crash that violates the rules below
 *	-EISDIR			a folder instead of a file
 *	-EIO, -ENOMEM		as usual
 *
 * Once a function has returned 0, its data is durable. A file keeps the data across a power cut.
 * For a server, the guarantees of the server apply.
 */
#ifndef LINEAGE_STORE_STORE_H
#define LINEAGE_STORE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "counts.h"
#include "kexec-lineage.h"
#include "lib/lost_kexec.h"

#define STORE_BUSY_MS 10000
#define STORE_ERROR_SIZE 512
#define STORE_LABEL_MAX 128
/* Maximum size of the lines of a crash report in a store. */
#define STORE_EXCERPT_MAX (16 * 1024)

struct store;

/* Signature of the crash of each lost kexec (store/rows/lost_kexec.h). */
#define STORE_LOST_SIGNATURE LINEAGE_LOST_SIGNATURE

/* Source of a lineage that no kernel, stamp or machine stated (@source of struct store_boot). */
#define STORE_INFERRED "inferred"

/** How a boot ended. */
enum store_end {
	STORE_END_UNKNOWN, /* unknown: a capture kernel, or a boot known only from a log */
	STORE_END_RUNNING, /* no end was recorded */
	STORE_END_CLEAN,   /* recorded at shutdown */
	STORE_END_KEXEC,   /* kexec without a shutdown, derived from the next boot */
	STORE_END_CRASH,   /* a capture kernel followed */
	STORE_END_UNCLEAN, /* no recorded shutdown: a reset, a power cut, an uncaptured crash */
	STORE_END_LOST,	   /* started by a kexec, and never showed a sign of life */
};

/** store_end_name() - "running", "clean" and so on; NULL for unknown; static */
const char *store_end_name(enum store_end end);

/**
 * struct store_boot - one boot; store/rows/encoding.h encodes @chain, @evidence and @conflicts
 *
 * A batch for a server holds tens of thousands of boots. The small members are last to avoid
 * padding.
 *
 * @sequence: output: position in the order in which the boots of the host were added. It does not
 *   depend on clocks.
 * @age: output: number of later boots of the host in the order of store_list_boots()
 * @host: name of the host, at most 128 bytes
 * @boot_id: unique among the boots of the host
 * @has_kernel_id: @boot_id is the kernel's random boot id, and not an id made by ingest
 * @aliases: other ids given to logs of the boot, separated by blanks; NULL for no id
 * @machine_id: another name of the host, from /etc/machine-id; NULL if unknown
 * @marks: line marks (lib/line_marks.h); NULL for none
 * @has_time: whether @time is known
 * @time: start of the kernel, seconds since 1970 UTC
 * @time_source: "record" or "log"; NULL if unknown
 * @has_wall_start: whether @wall_start is known
 * @wall_start: start by the clock of a log whose dates have no year or no zone, in seconds; only
 *	the difference between two such values is meaningful
 * @has_last_uptime: whether @last_uptime_us is known
 * @last_uptime_us: last time at which the boot is known to have run, microseconds since its start
 * @has_last_seen: whether @last_seen is known
 * @last_seen: last time at which the boot is known to have run, seconds since 1970 UTC
 * @release: release of the kernel; NULL if unknown, which is allowed only for a boot from a log
 * @build: output of uname -v; NULL if unknown
 * @build_id: build id of the kernel, hexadecimal; NULL if unknown
 * @boot: how the kernel was started
 * @previous_release: release of the previous kernel; NULL after a cold boot or if unknown
 * @has_count: whether @kexec_count is known
 * @kexec_count: kexecs since cold boot
 * @chain: previous releases; NULL for an empty chain
 * @chain_is_complete: the chain contains every kernel since the cold boot
 * @source: the source of the lineage: "record", "module", "log" (the module's lines), "kho",
 *   "stamp" or "inferred"; NULL for none
 * @is_recorded: the machine itself recorded this boot (the command record)
 * @stamp: value of the last stamp on the command line, valid or not; NULL if it was missing, or
 *   longer than a stamp can be
 * @evidence: the result of each source; NULL if unknown
 * @conflicts: contradictions between the sources; NULL for none
 * @label: group of comparable boots, for example a hardware model; NULL or "" for none; at most
 *   STORE_LABEL_MAX bytes
 * @label_is_given: the user gave the label; otherwise it is the hardware that the log names
 * @end: how the boot ended
 * @has_end_time: whether @end_time is known
 * @end_time: when the end was recorded, seconds since 1970 UTC
 * @is_part: the facts are from a log that begins in the middle of the boot; store_add_part() sets
 *   this. The start is less exact.
 * @has_kexec_time: whether the boot started a kexec; only the machine itself records this
 * @kexec_time: when the boot started the kexec, seconds since 1970 UTC
 * @kexec_release: release of the kernel that the kexec started; NULL if unknown
 */
struct store_boot {
	int64_t sequence;
	int64_t age;
	const char *host;
	const char *boot_id;
	const char *aliases;
	const char *machine_id;
	const char *marks;
	int64_t time;
	const char *time_source;
	int64_t wall_start;
	int64_t last_uptime_us;
	int64_t last_seen;
	const char *release;
	const char *build;
	const char *build_id;
	const char *previous_release;
	const char *chain;
	const char *source;
	const char *stamp;
	const char *evidence;
	const char *conflicts;
	const char *label;
	int64_t end_time;
	int64_t kexec_time;
	const char *kexec_release;
	uint32_t kexec_count;
	enum lineage_boot boot;
	enum store_end end;
	bool has_kernel_id;
	bool has_time;
	bool has_wall_start;
	bool has_last_uptime;
	bool has_last_seen;
	bool has_count;
	bool chain_is_complete;
	bool is_recorded;
	bool is_part;
	bool label_is_given;
	bool has_end_time;
	bool has_kexec_time;
};

/** store_boot_is_inferred() - return whether the lineage of a boot was inferred */
static inline bool store_boot_is_inferred(const struct store_boot *boot)
{
	return boot->source && strcmp(boot->source, STORE_INFERRED) == 0;
}

/**
 * struct store_crash - one crash of a boot; store/rows/encoding.h encodes @frames
 * @host: host of the boot
 * @machine_id: another name of the host, used to find the boot if several hosts are called @host;
 *   NULL if unknown. It is not stored with the crash.
 * @boot_id: boot id of the boot, which must be in the store
 * @has_time: whether @time is known
 * @time: seconds since 1970 UTC
 * @has_uptime: whether @uptime_us is known
 * @uptime_us: microseconds since the start of the kernel
 * @title: readable one-line name
 * @type: class: "oops", "panic" and so on
 * @frame: function that the crash is attributed to; NULL if unknown
 * @module: module of @frame; NULL for none
 * @frames: functions of the stack, newest first; NULL if unknown
 * @excerpt: the lines of the report, each ended by a newline, at most STORE_EXCERPT_MAX bytes; NULL
 *	if unknown. A file keeps them for few crashes of each signature, and a server for none.
 * @signature: grouping key; "" for none; crashes without a key are not related to each other
 * @order: output of store_list_range_crashes(): position in the order in which the store received
 *	its crashes. store_copy_crash() keeps this order; 0 for unknown.
 */
struct store_crash {
	const char *host;
	const char *machine_id;
	const char *boot_id;
	bool has_time;
	int64_t time;
	bool has_uptime;
	int64_t uptime_us;
	const char *title;
	const char *type;
	const char *frame;
	const char *module;
	const char *frames;
	const char *excerpt;
	const char *signature;
	int64_t order;
};

/**
 * struct store_signature - all crashes with one grouping key
 * @crashes: number of crashes
 * @example: the crash that was recorded first, with its own title
 */
struct store_signature {
	int64_t crashes;
	struct store_crash example;
};

/**
 * struct store_host - the boots of one host
 * @host: name of the host in the store
 * @names: all its names, separated by blanks; @host is one of them
 * @sources: sources of its boots, separated by blanks: "record" if the machine recorded boots
 *	itself, "log" if boots were found in logs, and the sources of lineages (@source of struct
 *	store_boot)
 * @boots, @crashes: numbers of its boots and of their crashes
 * @has_times: whether @first and @last are known
 * @first, @last: first and last time at which the host is known to have run, seconds since 1970 UTC
 */
struct store_host {
	const char *host;
	const char *names;
	const char *sources;
	int64_t boots;
	int64_t crashes;
	bool has_times;
	int64_t first;
	int64_t last;
};

/**
 * struct store_selection - the boots to remove
 * @host: only boots of the host with this name; NULL for all hosts
 * @boot_id: only the boot with this id, or with an id that begins with these 8 or more characters;
 *	NULL for all
 * @has_before: only boots that were last seen before @before; boots without any time are kept
 * @before: seconds since 1970 UTC
 */
struct store_selection {
	const char *host;
	const char *boot_id;
	bool has_before;
	int64_t before;
};

/**
 * struct store_filter - the boots to list
 * @host: only boots of this host, by any of its names; NULL for all
 * @has_since: only boots that started at @since or later
 * @since: seconds since 1970 UTC
 * @previous_release: only boots with this previous release; NULL for all
 * @only_crashed: only boots with the end crash, unclean or lost
 * @skips_inferred: leave out lost kexecs that were inferred, and do not match @previous_release
 *	with an inferred lineage
 * @limit: only the newest @limit boots; 0 for all
 */
struct store_filter {
	const char *host;
	bool has_since;
	int64_t since;
	const char *previous_release;
	bool only_crashed;
	bool skips_inferred;
	size_t limit;
};

/**
 * struct store_period - the boots that started at @since or later, and before @until
 *
 * The time at which a boot was last seen stands for a start that is unknown or from a clock that
 * was not set (STORE_CLOCK_IS_SET_S). A boot without any time is in no period that has a limit. All
 * times are seconds since 1970 UTC.
 */
struct store_period {
	bool has_since;
	int64_t since;
	bool has_until;
	int64_t until;
};

/**
 * struct store_look - one look of triage --watch that spent a part of the false discovery rate
 * @watched: the value of --watch
 * @number: 1 for the first look
 * @time: seconds since 1970 UTC
 * @digest: digest of the data
 * @crashes: number of crashes of the watched releases
 * @level: the part of the rate that the look spent
 * @decision: "go", "hold" or "stop"
 * @found: names of the established findings, one a line
 */
struct store_look {
	const char *watched;
	int64_t number;
	int64_t time;
	const char *digest;
	int64_t crashes;
	double level;
	const char *decision;
	const char *found;
};

/**
 * struct store_seal - a week that was to be sealed
 * @week: full weeks from 1970-01-01 to its start; it is the week of the first report of its boots
 * @is_sealed: false if another program wrote to the week meanwhile
 */
struct store_seal {
	uint16_t week;
	bool is_sealed;
};
#define STORE_WEEK_S (7 * 24 * 60 * 60)

/** Access mode of store_open(). */
enum store_access {
	STORE_READ,  /* change nothing, not even the schema version */
	STORE_WRITE, /* create the store and its folder if they are missing */
};

/**
 * store_open() - open a store
 * @url: URL or path of the store
 * @access: access mode
 * @ret: the store. The caller closes it, even after a failure, since the store holds the error
 *   message. NULL if memory ran out.
 */
int store_open(const char *url, enum store_access access, struct store **ret);

/**
 * store_is_built() - return whether this program links the back end of @url; true for an unknown
 * scheme
 */
bool store_is_built(const char *url);

/**
 * store_is_same() - return whether two URLs are known to name the same store
 *
 * A file is recognised by any of its paths, a server only by its host name and port.
 */
bool store_is_same(const char *url, const char *other);

/**
 * store_is_copy() - return whether the store is a temporary copy
 *
 * A file of an older version that is opened for reading is copied, and the copy is migrated.
 * Changes of the copy are lost.
 */
bool store_is_copy(const struct store *store);

/**
 * store_refused() - return the number of boots that were not added because their weeks were pruned
 *
 * Only a server refuses boots (store/clickhouse/pruned.h). Their crashes are refused, too.
 */
uint64_t store_refused(const struct store *store);

/**
 * store_restrict() - restrict the counts of a store to a period
 *
 * From then on, store_list_transitions(), store_list_crash_transitions(),
 * store_list_lengths(), store_list_crash_lengths(),
 * store_list_chains(), store_list_shared_crashes(), store_list_signatures(), store_list_host_days()
 * and store_has_one_host() count only the boots of the period. Do not change the store afterwards,
 * and call the function at most once.
 */
int store_restrict(struct store *store, const struct store_period *period);

/** store_close() - close a store; does nothing for NULL */
void store_close(struct store *store);

static inline void store_cleanup_close(struct store **store)
{
	store_close(*store);
}

/* Call store_close() at the end of the scope. Initialise the variable at its declaration. */
#define STORE_AUTO_CLOSE __attribute__((cleanup(store_cleanup_close)))

/** store_error() - the error message of the last failed call, one line; a static text for NULL */
const char *store_error(const struct store *store);

/**
 * store_set_aside() - rename a damaged store, to make room for a new one
 * @url: URL of the store
 * @ret: the new name of the damaged store; the caller frees it; NULL if the store is not damaged
 *   (another program may have renamed it a moment ago)
 *
 * All data is kept, so that the store can be repaired.
 *
 * Return: 0; -EPROTONOSUPPORT if the back end cannot rename a store; -ENOMEM; the negative errno of
 * rename(2).
 */
int store_set_aside(const char *url, char **ret);

/**
 * store_add_boot() - add a boot, once
 * @store: the store
 * @boot: the boot; its @end is running if the machine records the boot now, else the end that the
 *   source shows, or unknown
 * @ret_before: how the previous boot of the host ended, derived from this boot; unknown if there is
 *   no previous boot, and always unknown on a server within a batch
 *
 * If rows in the store describe the same boot (identity.h), these rows and @boot are merged into
 * one row, which keeps the facts of each. The result does not depend on the order of additions. If
 * the machine recorded a clean end and now records the boot as running (the service was stopped and
 * started again), the clean end is undone.
 */
int store_add_boot(struct store *store, const struct store_boot *boot, enum store_end *ret_before);

/**
 * store_rename_host() - move the boots of a host to another host name
 * @from: the old name; if no boot has it, nothing is changed
 * @to: the new name, such as a machine id; the store may already have boots with this name
 *
 * Rows of the same boot are merged.
 */
int store_rename_host(struct store *store, const char *from, const char *to);

/**
 * store_add_part() - add the facts of a log that begins in the middle of a boot
 * @part: the facts; @boot_id begins with "part-" if it is not the kernel's boot id
 *
 * The part completes the row of its boot, now or when this row is added. A part alone never counts
 * as a boot.
 */
int store_add_part(struct store *store, const struct store_boot *part);

/**
 * store_end_boot() - record that a boot ended cleanly
 * @time: seconds since 1970 UTC
 *
 * Return: also -ENOENT if the boot is not in the store.
 */
int store_end_boot(struct store *store, const char *host, const char *boot_id, int64_t time);

/**
 * store_kexec_started() - record that a boot has started a kexec, which ended the boot
 * @release: release of the kernel that the kexec starts; NULL if unknown
 * @time: seconds since 1970 UTC
 *
 * A later call replaces the facts of an earlier call. store_add_boot() removes the facts if it
 * records the boot again as running.
 *
 * Return: 0; -ENOENT if the boot is not in the store; or another error of the store.
 */
int store_kexec_started(struct store *store, const char *host, const char *boot_id,
			const char *release, int64_t time);

/**
 * store_add_crash() - add a crash, once
 * @ret_is_new: false if the store already has this crash; always true on a server within a batch
 *
 * Return: also -ENOENT if its boot is not in the store.
 */
int store_add_crash(struct store *store, const struct store_crash *crash, bool *ret_is_new);

/**
 * store_begin_batch() - begin a batch of additions that are committed together
 *
 * A batch is much faster for many additions. In a file, nothing is kept until store_end_batch() has
 * returned 0, and other writers wait until then. On a server, a failure can leave the boots without
 * their crashes; repeating the additions completes the data.
 */
int store_begin_batch(struct store *store);

/** store_batch_max() - recommended number of additions in a batch */
size_t store_batch_max(const struct store *store);

/** store_end_batch() - commit the additions since store_begin_batch() */
int store_end_batch(struct store *store);

/*
 * Called for each row. The row is valid during the call. A return value other than 0 ends the list.
 */
typedef int store_boot_visitor(const struct store_boot *boot, void *data);
typedef int store_boot_crash_visitor(const struct store_crash *crash, void *data);
typedef int store_transition_visitor(const struct store_transition *transition, void *data);
typedef int store_crash_visitor(const struct store_crash_transition *transition, void *data);
typedef int store_host_day_visitor(const struct store_host_day *at, void *data);
typedef int store_chain_visitor(const struct store_chain *chain, void *data);
typedef int store_ancestors_visitor(const struct store_ancestors *ancestors, void *data);
typedef int store_length_visitor(const struct store_length *length, void *data);
typedef int store_crash_length_visitor(const struct store_crash_length *length, void *data);
typedef int store_host_visitor(const struct store_host *host, void *data);
typedef int store_seal_visitor(const struct store_seal *seal, void *data);
typedef int store_signature_visitor(const struct store_signature *signature, void *data);

/**
 * store_seal() - let a server store the sums of weeks, so that lists need not count their boots
 * @now: seconds since 1970 UTC
 * @all: also the weeks to which boots are still added; they are counted again after the next
 *	addition
 * @visit: called for each week that was not sealed, after it was sealed
 *
 * Nothing else changes: a list returns the same rows before and after. A file is always sealed.
 *
 * Return: also the value of the visitor.
 */
int store_seal(struct store *store, int64_t now, bool all, store_seal_visitor *visit, void *data);

/**
 * store_list_boots() - list boots by host, the oldest first
 *
 * A boot that is known only from a log is placed by its time, whenever the log was read.
 *
 * Return: also the value of the visitor.
 */
int store_list_boots(struct store *store, const struct store_filter *filter,
		     store_boot_visitor *visit, void *data);

/**
 * store_list_recorded() - list the newest @limit boots that the machine @host recorded, the oldest
 * first; @age counts only the boots of this list
 *
 * Return: also the value of the visitor.
 */
int store_list_recorded(struct store *store, const char *host, size_t limit,
			store_boot_visitor *visit, void *data);

/**
 * store_list_crashes() - list the crashes of a boot, in the order in which they were added
 * @host, @boot_id: the boot, with the names that store_list_boots() reports
 *
 * Return: also the value of the visitor.
 */
int store_list_crashes(struct store *store, const char *host, const char *boot_id,
		       store_boot_crash_visitor *visit, void *data);

/**
 * store_find_excerpt() - find the lines of a crash report
 * @release: prefer a crash of this release; NULL for any
 * @ret: the lines, which the caller frees; NULL if the store has none
 */
int store_find_excerpt(struct store *store, const char *signature, const char *release, char **ret);

/**
 * store_list_transitions() - list the transitions of all hosts
 * @by_label: list each label, and inferred lineages, separately; otherwise sum over all of them
 *
 * The order is release, previous release, count. SQLite updates the counts at every write, so the
 * time of a call depends on the number of transitions and not on the number of boots. A server
 * counts the weeks that are not sealed on each call.
 *
 * Return: also the value of the visitor.
 */
int store_list_transitions(struct store *store, bool by_label, store_transition_visitor *visit,
			   void *data);

/**
 * store_list_crash_transitions() - list the transitions at which each crash occurred
 *
 * The order is signature, release, previous release, count, label, @is_inferred. SQLite updates
 * these counts at every write; a server counts the weeks that are not sealed on each call.
 *
 * Return: also the value of the visitor.
 */
int store_list_crash_transitions(struct store *store, store_crash_visitor *visit, void *data);

/**
 * store_list_lengths() - list the boots whose length is known, by transition and band
 *
 * The order is release, previous release, boot, count, label, @is_inferred, band. SQLite updates
 * these sums at every write; a server sums the weeks that are not sealed on each call.
 *
 * Return: also the value of the visitor.
 */
int store_list_lengths(struct store *store, store_length_visitor *visit, void *data);

/**
 * store_list_crash_lengths() - list the boots that had a crash, once for each signature and once
 * for any crash except a lost kexec, in any order; lost kexecs are left out
 *
 * Several rows can have the same key: add them up. SQLite keeps sums of most boots. Return: also
 * the value of the visitor.
 */
int store_list_crash_lengths(struct store *store, store_crash_length_visitor *visit, void *data);

/**
 * store_list_chains() - list the boots after at least two kexecs, or after an unknown number of
 *	kexecs, with their chains, in any order
 * @only_crashed: list only boots that had a crash, one by one, once for each signature and once for
 *	any crash except a lost kexec
 * @visit_sums: receives the sums by ancestor that the store keeps. The boots in these sums are not
 *	listed. Several rows can have the same key: add them up. Rows of crashed boots whose
 *	ancestors are unknown, or whose signature is "", may be missing. NULL: list all boots
 *
 * Without @only_crashed, @signature is NULL. Return: also the value of a visitor.
 */
int store_list_chains(struct store *store, bool only_crashed, store_ancestors_visitor *visit_sums,
		      store_chain_visitor *visit, void *data);

/**
 * store_list_shared_crashes() - list the boots that had a crash with one of two signatures, one by
 * one, in any order
 * @with_chains: with their chains; a server then reads all boots
 * @visit: receives the transition of the boot; its @crashes is 1 if the boot had crashes with both
 *	signatures, else 0
 *
 * Without @with_chains, the time depends on the number of crashes. Return: also the value of the
 * visitor.
 */
int store_list_shared_crashes(struct store *store, const char *signature, const char *other,
			      bool with_chains, store_chain_visitor *visit, void *data);

/**
 * store_list_signatures() - list all signatures, sorted by signature
 *
 * Return: also the value of the visitor.
 */
int store_list_signatures(struct store *store, store_signature_visitor *visit, void *data);

/**
 * struct store_host_filter - the boots of store_list_host_days()
 * @release: the release; NULL for all releases
 * @signature: count the boots that had a crash with this signature; NULL: any crash except a lost
 *	kexec
 * @with_chains: list the boots of each chain separately
 * @only_crashed: list only the boots that had the crash
 * @hashes: list only hosts whose store_host_hash() is below this; 0 for all hosts. @only_crashed is
 *	false unless @hashes is 0
 */
struct store_host_filter {
	const char *release;
	const char *signature;
	bool with_chains;
	bool only_crashed;
	uint64_t hashes;
};

/**
 * store_list_host_days() - list the boots of a release by host, day, transition and band, in this
 * order
 *
 * Only cold boots and boots after a kexec are listed. The time depends on the number of boots; with
 * @hashes, on the number of boots of these hosts; with @only_crashed, on the number of crashes. On
 * a server, the weeks that are not sealed are read as a whole.
 *
 * Return: also the value of the visitor.
 */
int store_list_host_days(struct store *store, const struct store_host_filter *filter,
			 store_host_day_visitor *visit, void *data);

/**
 * store_expect_host_days() - announce a later store_list_host_days() with this filter, so that a
 * back end can request the list before it is needed. Call store_restrict() before.
 */
void store_expect_host_days(struct store *store, const struct store_host_filter *filter);

/**
 * store_list_hosts() - list all hosts, by name
 *
 * Return: also the value of the visitor.
 */
int store_list_hosts(struct store *store, store_host_visitor *visit, void *data);

/**
 * store_remove() - remove boots with their crashes
 * @what: the boots to remove
 * @is_dry_run: report the boots but do not remove them
 * @visit: receives each host of a removed boot, with the numbers of the removed boots and crashes
 *
 * The names of hosts without any boot are removed as well. In a file, the removal is complete or
 * has no effect. On a server, a failure can leave boots without their crashes; the call can be
 * repeated.
 *
 * Return: also the value of the visitor.
 */
int store_remove(struct store *store, const struct store_selection *what, bool is_dry_run,
		 store_host_visitor *visit, void *data);

typedef int store_look_visitor(const struct store_look *look, void *data);

/**
 * store_list_looks() - list the looks of --watch=@watched, by number
 * @watched: NULL for the looks of all values, by value and number
 *
 * Return: also the value of the visitor; -EPROTONOSUPPORT if the back end keeps no looks.
 */
int store_list_looks(struct store *store, const char *watched, store_look_visitor *visit,
		     void *data);

/**
 * store_add_look() - add a look
 *
 * store_remove() does not remove looks.
 *
 * Return: 0; -EEXIST if another program has added a look with this number; -EPROTONOSUPPORT if the
 * back end keeps no looks; or another error of the store.
 */
int store_add_look(struct store *store, const struct store_look *look);

/** store_has_one_host() - return whether all boots belong to one host; true for an empty store */
int store_has_one_host(struct store *store, bool *ret);

#endif /* LINEAGE_STORE_STORE_H */
