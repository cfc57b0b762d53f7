/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The store of boots and crashes.
 *
 * One interface over several back ends; a store's URL selects one: "sqlite:FILE", or a bare path
 * for the same. Every function returns 0 or a negative errno value and leaves its outputs (named
 * ret) alone on failure; store_error() then has a line for people. The vocabulary:
 *
 *	-ENOENT			there is no such store, or no such boot
 *	-EACCES, -EROFS		it may not be read, or written
 *	-ENOSPC			the disk is full
 *	-EBUSY			others have it locked for longer than STORE_BUSY_MS
 *	-EBADMSG		it is damaged
 *	-EPROTONOSUPPORT	a newer version made it, or it is of another kind
 *	-EINVAL			a boot or crash that breaks the rules below
 *	-EISDIR			it is a folder
 *	-EIO, -ENOMEM		as always
 *
 * What was written stays written once a function has returned 0: in a file through a power cut, too, on a server as far as
 * the server sees to that.
 */
#ifndef LINEAGE_STORE_STORE_H
#define LINEAGE_STORE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kexec-lineage.h"

#define STORE_BUSY_MS 10000
#define STORE_ERROR_SIZE 512
#define STORE_LABEL_MAX 128

struct store;

/** How a boot ended. */
enum store_end {
	STORE_END_UNKNOWN, /* nothing tells: of a capture kernel, or of a boot known from a log */
	STORE_END_RUNNING, /* it runs, as far as anybody said */
	STORE_END_CLEAN,   /* marked at shutdown */
	STORE_END_KEXEC,   /* kexec without a shutdown: the next boot came out of it */
	STORE_END_CRASH,   /* a capture kernel came up out of it */
	STORE_END_UNCLEAN, /* no mark: a reset, a power cut, or a crash that nothing captured */
};

/** "running", "clean" and so on, NULL for unknown; static */
const char *store_end_name(enum store_end end);

/**
 * struct store_boot - one boot; store/rows/encoding.h makes and reads @chain, @evidence and @conflicts
 * @sequence: out: grows with every boot of the host that is added; its order, whatever clocks say
 * @age: out: how many boots of its host were added after it
 * @host: who; at most 128 bytes
 * @boot_id: its own name among the host's boots
 * @has_time: whether @time is known
 * @time: when the kernel started, seconds since 1970 UTC
 * @release: of the kernel; NULL where not known, which only a boot known from a log may have
 * @build: uname -v; NULL where not known
 * @build_id: of the kernel, hexadecimal; NULL where not known
 * @boot: how it came up
 * @previous_release: of the kernel that kexec'ed it; NULL after a cold boot or where not known
 * @has_count: whether @kexec_count is known
 * @kexec_count: kexecs since cold boot
 * @chain: releases before this one; NULL for none
 * @chain_is_complete: the chain names every kernel back to the cold boot
 * @stamp: value of the last stamp on its command line, however bad; NULL where there was none,
 *	or it was longer than any stamp may be
 * @evidence: what each source said; NULL if unknown
 * @conflicts: contradictions between the sources; NULL for none
 * @label: which boots it may be compared with: a hardware model, say; NULL or "" for none;
 *	at most STORE_LABEL_MAX bytes
 * @end: how it ended
 * @has_end_time: whether @end_time is known
 * @end_time: when that was written down, seconds since 1970 UTC
 */
struct store_boot {
	int64_t sequence;
	int64_t age;
	const char *host;
	const char *boot_id;
	bool has_time;
	int64_t time;
	const char *release;
	const char *build;
	const char *build_id;
	enum lineage_boot boot;
	const char *previous_release;
	bool has_count;
	uint32_t kexec_count;
	const char *chain;
	bool chain_is_complete;
	const char *stamp;
	const char *evidence;
	const char *conflicts;
	const char *label;
	enum store_end end;
	bool has_end_time;
	int64_t end_time;
};

/**
 * struct store_crash - one crash of a boot; store/rows/encoding.h makes and reads @frames
 * @host: whose
 * @boot_id: which boot's, which is in the store
 * @has_time: whether @time is known
 * @time: seconds since 1970 UTC
 * @has_uptime: whether @uptime_us is known
 * @uptime_us: microseconds since the kernel started
 * @title: readable name
 * @type: class: "oops", "panic" and so on
 * @frame: guilty function; NULL where not known
 * @module: the module it is in; NULL where none
 * @frames: of the stack, newest first; NULL if unknown
 * @signature: grouping key; "" where there is none: such crashes have nothing in common
 */
struct store_crash {
	const char *host;
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
	const char *signature;
};

/**
 * struct store_transition - how often, and how well, one kernel came up out of another
 * @previous_release: NULL after a cold boot, or where not known: @boot tells which
 * @release: of the kernel that came up; NULL where not known
 * @boot: how it came up
 * @has_count: whether @kexec_count is known
 * @kexec_count: at which kexec since cold boot
 * @label: label of the boots; "" for none; NULL where all are taken together
 * @boots: how many
 * @unclean: how many of them ended in a crash or without a shutdown (crash, unclean)
 * @crashes: crashes known of them
 */
struct store_transition {
	const char *previous_release;
	const char *release;
	enum lineage_boot boot;
	bool has_count;
	uint32_t kexec_count;
	const char *label;
	int64_t boots;
	int64_t unclean;
	int64_t crashes;
};

/**
 * struct store_crash_transition - boots of a transition that had a crash, once or more often
 * @signature: the crash's grouping key; "" for all that have none
 * @at: the transition; its @boots are those, @unclean and @crashes are 0
 */
struct store_crash_transition {
	const char *signature;
	struct store_transition at;
};

/**
 * struct store_signature - what is known of all crashes with one grouping key
 * @crashes: how many
 * @example: the first that was written down, with its own title
 */
struct store_signature {
	int64_t crashes;
	struct store_crash example;
};

/**
 * struct store_filter - which boots
 * @host: of this host; NULL for all
 * @has_since: only those that started at @since or later
 * @since: seconds since 1970 UTC
 * @previous_release: only those that came from this release; NULL for all
 * @only_crashed: only those that ended in a crash or unclean
 * @limit: only the newest so many of them; 0 for all
 */
struct store_filter {
	const char *host;
	bool has_since;
	int64_t since;
	const char *previous_release;
	bool only_crashed;
	size_t limit;
};

/** What it is opened for. */
enum store_access {
	STORE_READ,  /* changes nothing, not even to make it newer */
	STORE_WRITE, /* makes it, and its folder, where they are missing */
};

/**
 * store_open() - open a store
 * @url: which
 * @access: what for
 * @ret: the store, to close also where opening failed: then it holds the reason. NULL where
 *	there was no memory for that.
 */
int store_open(const char *url, enum store_access access, struct store **ret);

/** store_is_built() - false if @url is of a kind that is known, and not linked into this program */
bool store_is_built(const char *url);

/** store_close() - close it; NULL is fine */
void store_close(struct store *store);

static inline void store_cleanup_close(struct store **store)
{
	store_close(*store);
}

/* store_close() at the end of the scope; initialise the variable where it is declared. */
#define STORE_AUTO_CLOSE __attribute__((cleanup(store_cleanup_close)))

/** store_error() - why the last call failed, one line; static text for NULL */
const char *store_error(const struct store *store);

/**
 * store_set_aside() - make room for a new store in place of a damaged one
 * @url: which
 * @ret: what the damaged one is called now, the caller frees; NULL where it was not damaged after
 *	all (another program may have done the same a moment ago)
 *
 * Nothing of it is lost: somebody may want to repair it.
 *
 * Return: 0; -EPROTONOSUPPORT where this kind of store has no such thing; -ENOMEM; the negative
 * errno of renaming.
 */
int store_set_aside(const char *url, char **ret);

/**
 * store_add_boot() - write a boot down, once
 * @store: where
 * @boot: the boot; its @end is running, or unknown where a log told of it
 * @ret_before: how the boot before, of the same host, ended by what this one shows; unknown
 *	where there is none, and on a server within a batch
 *
 * A boot that is there already stays as it is, but for one thing: if it was marked clean and
 * runs on (somebody stopped the service and started it again), it is running again.
 */
int store_add_boot(struct store *store, const struct store_boot *boot, enum store_end *ret_before);

/**
 * store_end_boot() - write down that a boot ended clean
 * @time: seconds since 1970 UTC
 *
 * Return: also -ENOENT where the boot is not in the store.
 */
int store_end_boot(struct store *store, const char *host, const char *boot_id, int64_t time);

/**
 * store_add_crash() - write a crash down, once
 * @ret_is_new: false where the very crash was there; on a server always true within a batch
 *
 * Return: also -ENOENT where its boot is not in the store.
 */
int store_add_crash(struct store *store, const struct store_crash *crash, bool *ret_is_new);

/**
 * store_begin_batch() - what is added until the batch ends is kept together
 *
 * Many times faster where there is much to add. In a file nothing of it stays before store_end_batch() has returned 0, and
 * others who write have to wait for that; on a server the boots may stay without their crashes, until it is added again.
 */
int store_begin_batch(struct store *store);

/** store_batch_max() - how many additions to a batch this store likes best */
size_t store_batch_max(const struct store *store);

/** store_end_batch() - keep what was added since store_begin_batch() */
int store_end_batch(struct store *store);

/* Called for each row, which lives until it returns; anything but 0 ends the list. */
typedef int store_boot_visitor(const struct store_boot *boot, void *data);
typedef int store_transition_visitor(const struct store_transition *transition, void *data);
typedef int store_crash_visitor(const struct store_crash_transition *transition, void *data);
typedef int store_signature_visitor(const struct store_signature *signature, void *data);

/**
 * store_list_boots() - boots, oldest first
 *
 * Return: also what the visitor returned.
 */
int store_list_boots(struct store *store, const struct store_filter *filter,
		     store_boot_visitor *visit, void *data);

/**
 * store_list_transitions() - the transitions of all hosts, by release, previous release, count
 * @by_label: by label, too; otherwise boots of all labels are taken together
 *
 * SQLite keeps them up to date at every write, so that this takes as long as there are transitions, however many boots
 * there are. A server counts its boots.
 *
 * Return: also what the visitor returned.
 */
int store_list_transitions(struct store *store, bool by_label, store_transition_visitor *visit,
			   void *data);

/**
 * store_list_crash_transitions() - at which transitions each crash was seen
 *
 * By signature, release, previous release, count, label; kept up to date, or counted, as the transitions are.
 *
 * Return: also what the visitor returned.
 */
int store_list_crash_transitions(struct store *store, store_crash_visitor *visit, void *data);

/**
 * store_list_signatures() - every signature, by itself
 *
 * Return: also what the visitor returned.
 */
int store_list_signatures(struct store *store, store_signature_visitor *visit, void *data);

/**
 * store_count_hosts() - how many hosts had a crash
 * @crash: its signature and release; of @at the way to come up and the previous release count as well, where @boot is not
 *	LINEAGE_BOOT_UNKNOWN. The rest does not count.
 * @ret: how many
 *
 * Takes as long as there are such crashes.
 */
int store_count_hosts(struct store *store, const struct store_crash_transition *crash,
		      int64_t *ret);

/** store_has_one_host() - are all boots of one host? Also where there are none. */
int store_has_one_host(struct store *store, bool *ret);

#endif /* LINEAGE_STORE_STORE_H */
