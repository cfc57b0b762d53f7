// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of lib/merge.c: all ways in which sources agree or differ. */
#include "support_lib.h"

#include <cmocka.h>
#include <stdio.h>

#include "lib/merge.h"

#define BEFORE_COLD "this is a cold boot (evidence), but it reports a previous kernel; not used"
#define MAYBE_COLD "says that this boot was a kexec, but it may be a cold boot: evidence"
#define UNPROVEN                                                                                  \
	"neither the boot loader (evidence) nor a release shows that it was made for this boot; " \
	"not used"
#define ATTESTED(previous, true_previous)               \
	"stale: says the previous kernel was " previous \
	", IMA's list, which the TPM attests, says " true_previous "; not used"
#define ATTESTED_CHAIN "stale: its chain contradicts IMA's list, which the TPM attests; not used"
#define OLD_LINE "the loader copied an old command line; not used"

/* What one source shows; all zero: the source is absent. */
struct said {
	const char *previous; /* NULL: absent */
	uint32_t count;	      /* 0: unknown */
	const char *chain;
	const char *made_for;
	char kind;		      /* 0: k */
	bool is_metadata;	      /* for log: the line is from metadata */
	uint32_t kho;		      /* for kho: count in the record kexec-lineage; 0: no record */
	bool no_metadata;	      /* for kho: only the record kexec-lineage exists */
	bool contradicts;	      /* for kho: its two blobs contradict each other */
	enum lineage_history history; /* for stamp */
	enum lineage_boot boot;	      /* for module */
	bool attested;		      /* for ima */
};

struct row {
	const char *name;
	const char *release;
	enum lineage_boot boot;
	struct said kho, stamp, module, log;
	enum lineage_boot is_boot;
	const char *previous; /* NULL: unknown */
	int64_t count;	      /* -1: unknown */
	const char *chain;
	const char *conflicts[4];
	struct said ima;
	bool lower_bound;
};

#define K LINEAGE_BOOT_KEXEC
#define C LINEAGE_BOOT_CAPTURE
#define U LINEAGE_BOOT_UNKNOWN
#define COLD LINEAGE_BOOT_COLD /* as a trace: another loader than kexec */
#define NEXT LINEAGE_HISTORY_NEXT
#define REPEATED LINEAGE_HISTORY_REPEATED

/* clang-format off */
static const struct row rows[] = {
	{ "nothing", "R", K, .is_boot = K, .count = -1, .chain = "" },
	{ "nothing, unknown", "R", U, .is_boot = U, .count = -1, .chain = "" },
	{ "nothing, capture", "R", C, .is_boot = C, .count = -1, .chain = "" },
	{ "cold", "R", COLD, .is_boot = COLD, .count = 0, .chain = "" },
	{ "cold, the sources without KHO disagree", "R", COLD,
	  .stamp = { "B", 2, "B" }, .module = { "C", 3, "C" }, .log = { "D", 4 },
	  .is_boot = COLD, .count = 0, .chain = "",
	  .conflicts = { "stamp: stale: " BEFORE_COLD, "module: stale: " BEFORE_COLD,
			 "log: stale: " BEFORE_COLD } },
	{ "cold, a stamp for another", "R", COLD, .stamp = { "B", 2, "B", "X" }, .is_boot = COLD,
	  .count = 0, .chain = "", .conflicts = { "stamp: stale: " BEFORE_COLD } },
	{ "not kexec, but KHO", "R", COLD, .kho = { "A", 1 }, .is_boot = U, .previous = "A",
	  .count = 1, .chain = "A", .conflicts = { "kho: " MAYBE_COLD } },
	{ "not kexec, but KHO, and a stamp for no kernel", "R", COLD, .kho = { "A", 1 },
	  .stamp = { "A", 2, "A,B" }, .is_boot = U, .previous = "A", .count = 1, .chain = "A",
	  .conflicts = { "kho: " MAYBE_COLD, "stamp: stale: " UNPROVEN } },
	{ "not kexec, but a stamp for this kernel", "R", COLD, .stamp = { "B", 2, "B,A", "R" },
	  .is_boot = U, .previous = "B", .count = 2, .chain = "B,A",
	  .conflicts = { "stamp: " MAYBE_COLD } },
	{ "not kexec, but the stamp of the previous boot for this kernel", "R", COLD,
	  .stamp = { "B", 2, "B", "R", .history = REPEATED }, .is_boot = U, .count = -1,
	  .chain = "",
	  .conflicts = { "stamp: " MAYBE_COLD,
			 "stamp: stale: the previous boot had the same stamp: " OLD_LINE } },
	{ "metadata", "R", K, .kho = { "A", 1 }, .is_boot = K, .previous = "A", .count = 1,
	  .chain = "A" },
	{ "metadata settles the boot", "R", U, .kho = { "A", 1 }, .is_boot = K, .previous = "A",
	  .count = 1, .chain = "A" },
	{ "metadata in the log settles the boot", "R", U, .log = { "A", 1, .is_metadata = true },
	  .is_boot = K, .previous = "A", .count = 1, .chain = "A" },
	{ "the module's log line does not settle the boot", "R", U, .log = { "A", 1 },
	  .is_boot = U, .previous = "A", .count = 1, .chain = "A" },
	{ "metadata does not change a capture boot", "R", C, .kho = { "A", 1 }, .is_boot = C,
	  .previous = "A", .count = 1, .chain = "A" },
	{ "metadata without count", "R", K, .kho = { "A" }, .is_boot = K, .previous = "A",
	  .count = -1, .chain = "A" },
	{ "metadata without count, stamp", "R", K, .kho = { "A" }, .stamp = { "A", 4, "A,B" },
	  .is_boot = K, .previous = "A", .count = 4, .chain = "A,B" },
	{ "odd release is encoded", "R", K, .kho = { "A,%", 1 }, .is_boot = K, .previous = "A,%",
	  .count = 1, .chain = "A%2C%25" },
	{ "stamp", "R", K, .stamp = { "A", 3, "A,B*2", "R" }, .is_boot = K, .previous = "A",
	  .count = 3, .chain = "A,B*2" },
	{ "stamp without a release", "R", K, .stamp = { "A", 3, "A,B*2" }, .is_boot = K,
	  .previous = "A",
	  .count = 3, .chain = "A,B*2" },
	{ "stamp, release unknown", "", K, .stamp = { "A", 3, "A,B*2", "X" }, .is_boot = K,
	  .previous = "A", .count = 3, .chain = "A,B*2" },
	{ "stamp, unknown boot", "R", U, .stamp = { "A", 3, "A" }, .is_boot = U, .count = -1,
	  .chain = "", .conflicts = { "stamp: stale: " UNPROVEN } },
	{ "stamp for this kernel, unknown boot", "R", U, .stamp = { "A", 3, "A", "R" },
	  .is_boot = U, .previous = "A", .count = 3, .chain = "A" },
	{ "stamp, the module found a kexec", "R", U, .stamp = { "A", 3, "A", "R" },
	  .module = { "A", 3, "A", .boot = K }, .is_boot = K, .previous = "A", .count = 3,
	  .chain = "A" },
	{ "stamp that the previous boot made", "R", U, .stamp = { "A", 3, "A", .history = NEXT },
	  .is_boot = U, .previous = "A", .count = 3, .chain = "A" },
	{ "stamp that the previous boot had", "R", K,
	  .stamp = { "A", 3, "A", .history = REPEATED }, .is_boot = K, .count = -1, .chain = "",
	  .conflicts = { "stamp: stale: the previous boot had the same stamp: " OLD_LINE } },
	{ "capture stamp, unknown boot", "R", U, .stamp = { "A", 3, "A", .kind = 'p' },
	  .is_boot = U, .count = -1, .chain = "", .conflicts = { "stamp: stale: " UNPROVEN } },
	{ "capture stamp, capture boot", "R", C, .stamp = { "A", 3, "A", .kind = 'p' },
	  .is_boot = C, .previous = "A", .count = 3, .chain = "A" },
	{ "stamp for another", "R", K, .stamp = { "A", 3, "A", "X" }, .is_boot = K, .count = -1,
	  .chain = "",
	  .conflicts = { "stamp: stale: made for X, but R is running: " OLD_LINE } },
	{ "capture stamp, kexec boot", "R", K, .stamp = { "A", 3, "A", .kind = 'p' },
	  .is_boot = K, .count = -1, .chain = "",
	  .conflicts = { "stamp: stale: made for a capture kernel, but this is not one: "
			 OLD_LINE } },
	{ "kexec stamp, capture boot", "R", C, .stamp = { "A", 3, "A", "R" }, .is_boot = C,
	  .count = -1, .chain = "",
	  .conflicts = { "stamp: stale: not made for a capture kernel, but this is one: the "
			 "loader copied the crashed kernel's command line; not used" } },
	{ "capture stamp, metadata settles a kexec boot", "R", U, .kho = { "A", 3 },
	  .stamp = { "A", 5, "A", .kind = 'p' }, .is_boot = K, .previous = "A", .count = 3,
	  .chain = "A",
	  .conflicts = { "stamp: stale: made for a capture kernel, but this is not one: "
			 OLD_LINE } },
	{ "metadata contradicts the stamp", "R", K, .kho = { "A", 1 }, .stamp = { "B", 7, "B" },
	  .is_boot = K, .previous = "A", .count = 1, .chain = "A",
	  .conflicts = { "stamp: stale: says the previous kernel was B, KHO's metadata says A; not "
			 "used" } },
	{ "metadata in the log contradicts the stamp", "R", K, .stamp = { "B", 7, "B" },
	  .log = { "A", 1, .is_metadata = true }, .is_boot = K, .previous = "A", .count = 1,
	  .chain = "A",
	  .conflicts = { "stamp: stale: says the previous kernel was B, KHO's metadata says A; not "
			 "used" } },
	{ "counts are equal", "R", K, .kho = { "A", 3 }, .stamp = { "A", 3, "A" }, .is_boot = K,
	  .previous = "A", .count = 3, .chain = "A" },
	{ "KHO restarted", "R", K, .kho = { "A", 1 }, .stamp = { "A", 3, "A,B*2" }, .is_boot = K,
	  .previous = "A", .count = 3, .chain = "A,B*2",
	  .conflicts = { "kho: restarted its count: 1, stamp says 3" } },
	{ "KHO restarted, shown by the log", "R", K, .stamp = { "A", 3, "A,B*2" },
	  .log = { "A", 1, .is_metadata = true }, .is_boot = K, .previous = "A", .count = 3,
	  .chain = "A,B*2", .conflicts = { "log: restarted its count: 1, stamp says 3" } },
	{ "a hop without a stamp", "R", K, .kho = { "A", 5 }, .stamp = { "A", 3, "A,B*2" },
	  .is_boot = K, .previous = "A", .count = 5, .chain = "A,B*2",
	  .conflicts = { "stamp: counts 3, KHO 5: an intermediate kernel was loaded without a stamp"
			 "; the larger count is used" } },
	{ "module alone", "R", K, .module = { "A", 2, "A,B" }, .is_boot = K, .previous = "A",
	  .count = 2, .chain = "A,B" },
	{ "module without count", "R", K, .module = { "A", 0, "A,B" }, .is_boot = K,
	  .previous = "A", .count = -1, .chain = "A,B" },
	{ "module's chain for the metadata", "R", K, .kho = { "A", 2 }, .module = { "A", 2, "A,B" },
	  .is_boot = K, .previous = "A", .count = 2, .chain = "A,B" },
	{ "log's chain for the metadata", "R", K, .kho = { "A", 2 }, .log = { "A", 2, "A,B" },
	  .is_boot = K, .previous = "A", .count = 2, .chain = "A,B" },
	{ "stamp's chain before the module's", "R", K, .stamp = { "A", 2, "A,B" },
	  .module = { "A", 2, "A,C" }, .log = { "A", 2, "A,D" }, .is_boot = K, .previous = "A",
	  .count = 2, .chain = "A,B" },
	{ "module's chain before the log's", "R", K, .module = { "A", 2, "A,C" },
	  .log = { "A", 2, "A,D" }, .is_boot = K, .previous = "A", .count = 2, .chain = "A,C" },
	{ "module names another kernel", "R", K, .kho = { "A", 2 }, .module = { "B", 2, "B,C" },
	  .is_boot = K, .previous = "A", .count = 2, .chain = "A",
	  .conflicts = { "module: says the previous kernel was B; A is used" } },
	{ "module and log have other counts", "R", K, .stamp = { "A", 5, "A" },
	  .module = { "A", 4 },
	  .log = { "A", 3 }, .is_boot = K, .previous = "A", .count = 5, .chain = "A",
	  .conflicts = { "module: counts 4; 5 is used", "log: counts 3; 5 is used" } },
	{ "metadata in the log may have another count", "R", K, .kho = { "A", 5 },
	  .log = { "A", 3, .is_metadata = true }, .is_boot = K, .previous = "A", .count = 5,
	  .chain = "A" },
	{ "log names another kernel", "R", K, .module = { "A", 2 }, .log = { "B", 2 },
	  .is_boot = K, .previous = "A", .count = 2, .chain = "A",
	  .conflicts = { "log: says the previous kernel was B; A is used" } },
	{ "log alone", "R", K, .log = { "A", 2, "A,B" }, .is_boot = K, .previous = "A", .count = 2,
	  .chain = "A,B" },
	{ "stale stamp, module", "R", K, .stamp = { "X", 9, "X", "Y" }, .module = { "A", 2 },
	  .is_boot = K, .previous = "A", .count = 2, .chain = "A",
	  .conflicts = { "stamp: stale: made for Y, but R is running: " OLD_LINE } },
	{ "metadata without count, module", "R", K, .kho = { "A" }, .module = { "A", 2, "A,B" },
	  .is_boot = K, .previous = "A", .count = -1, .chain = "A,B" },
	{ "kexec-lineage alone", "R", K, .kho = { "A", 0, "A,B*2", .kho = 3, .no_metadata = true },
	  .is_boot = K, .previous = "A", .count = 3, .chain = "A,B*2" },
	{ "kexec-lineage settles the boot", "R", U,
	  .kho = { "A", 0, "A", .kho = 1, .no_metadata = true }, .is_boot = K, .previous = "A",
	  .count = 1, .chain = "A" },
	{ "not kexec, but kexec-lineage", "R", COLD,
	  .kho = { "A", 0, "A,B", .kho = 2, .no_metadata = true }, .is_boot = U, .previous = "A",
	  .count = 2, .chain = "A,B", .conflicts = { "kho: " MAYBE_COLD } },
	{ "kexec-lineage's chain before the module's", "R", K,
	  .kho = { "A", 2, "A,B", .kho = 2 }, .module = { "A", 2, "A,C" }, .log = { "A", 2, "A,D" },
	  .is_boot = K, .previous = "A", .count = 2, .chain = "A,B" },
	{ "kexec-lineage, module has another count", "R", K,
	  .kho = { "A", 0, "A,B", .kho = 2, .no_metadata = true }, .module = { "A", 9, "A,C" },
	  .is_boot = K, .previous = "A", .count = 2, .chain = "A,B",
	  .conflicts = { "module: counts 9; 2 is used" } },
	{ "metadata contradicts a stamp, the module knows the chain", "R", K, .kho = { "A", 5 },
	  .stamp = { "B", 2, "B" }, .module = { "A", 5, "A,C" }, .is_boot = K, .previous = "A",
	  .count = 5, .chain = "A,C",
	  .conflicts = { "stamp: stale: says the previous kernel was B, KHO's metadata says A; not "
			 "used" } },
	{ "KHO's blobs contradict each other", "R", K,
	  .kho = { "A", 2, .contradicts = true }, .is_boot = K, .previous = "A", .count = 2,
	  .chain = "A", .conflicts = { "kho: one says this, one that; not used" } },
	{ "KHO's blobs contradict each other and the stamp", "R", K,
	  .kho = { "A", 2, .contradicts = true }, .stamp = { "B", 7, "B" }, .is_boot = K,
	  .previous = "A", .count = 2, .chain = "A",
	  .conflicts = { "kho: one says this, one that; not used",
			 "stamp: stale: says the previous kernel was B, KHO's metadata says A; not "
			 "used" } },
	{ "KHO restarted, kexec-lineage did not", "R", K,
	  .kho = { "A", 1, "A,B*2", .kho = 3 }, .is_boot = K, .previous = "A", .count = 3,
	  .chain = "A,B*2", .conflicts = { "kho: restarted its count: 1, kexec-lineage says 3" } },
	{ "KHO restarted, kexec-lineage and stamp did not", "R", K,
	  .kho = { "A", 1, "A,B*2", .kho = 3 }, .stamp = { "A", 3, "A,B*2" }, .is_boot = K,
	  .previous = "A", .count = 3, .chain = "A,B*2",
	  .conflicts = { "kho: restarted its count: 1, kexec-lineage says 3" } },
	{ "metadata counts more than kexec-lineage", "R", K,
	  .kho = { "A", 5, "A,B*2", .kho = 3 }, .is_boot = K, .previous = "A", .count = 5,
	  .chain = "A,B*2", .conflicts = { "kho: kexec-lineage counts 3, kexec-metadata 5; the "
					   "larger count is used" } },
	{ "metadata counts more than kexec-lineage and stamp", "R", K,
	  .kho = { "A", 5, "A,B*2", .kho = 3 }, .stamp = { "A", 4, "A,C*3" }, .is_boot = K,
	  .previous = "A", .count = 5, .chain = "A,C*3",
	  .conflicts = { "kho: kexec-lineage counts 3, kexec-metadata 5; the larger count is used",
			 "stamp: counts 4, KHO 5: an intermediate kernel was loaded without a stamp"
			 "; the larger count is used" } },
	{ "stamp counts more than both of KHO", "R", K,
	  .kho = { "A", 1, "A,B*2", .kho = 3 }, .stamp = { "A", 4, "A,C*3" }, .is_boot = K,
	  .previous = "A", .count = 4, .chain = "A,C*3",
	  .conflicts = { "kho: restarted its count: 1, stamp says 4",
			 "kho: kexec-lineage counts 3, stamp 4; the larger count is used" } },
	{ "stamp counts more than kexec-lineage alone", "R", K,
	  .kho = { "A", 0, "A,B", .kho = 2, .no_metadata = true }, .stamp = { "A", 3, "A,C" },
	  .is_boot = K, .previous = "A", .count = 3, .chain = "A,C",
	  .conflicts = { "kho: kexec-lineage counts 2, stamp 3; the larger count is used" } },
	{ "kexec-lineage counts more than the stamp", "R", K,
	  .kho = { "A", 0, "A,B", .kho = 3, .no_metadata = true }, .stamp = { "A", 2, "A,C*4" },
	  .is_boot = K, .previous = "A", .count = 3, .chain = "A,B",
	  .conflicts = { "stamp: counts 2, KHO 3: an intermediate kernel was loaded without a stamp"
			 "; the larger count is used" } },
	{ "equal counts, the stamp names more", "R", K,
	  .kho = { "A", 3, "A", .kho = 3 }, .stamp = { "A", 3, "A,C" }, .is_boot = K,
	  .previous = "A", .count = 3, .chain = "A,C" },
	{ "equal counts, kexec-lineage names more", "R", K,
	  .kho = { "A", 3, "A,B*2", .kho = 3 }, .stamp = { "A", 3, "A,C" }, .is_boot = K,
	  .previous = "A", .count = 3, .chain = "A,B*2" },
	{ "equal counts, equal chains", "R", K,
	  .kho = { "A", 3, "A,B", .kho = 3 }, .stamp = { "A", 3, "A,C" }, .is_boot = K,
	  .previous = "A", .count = 3, .chain = "A,B" },
	{ "kexec-lineage contradicts the stamp", "R", K,
	  .kho = { "A", 0, "A,B", .kho = 2, .no_metadata = true }, .stamp = { "B", 7, "B" },
	  .is_boot = K, .previous = "A", .count = 2, .chain = "A,B",
	  .conflicts = { "stamp: stale: says the previous kernel was B, KHO's kexec-lineage says A"
			 "; not used" } },
	{ "stale stamp, kexec-lineage", "R", K, .kho = { "A", 1, "A,B", .kho = 2 },
	  .stamp = { "A", 9, "A,C", "X" }, .is_boot = K, .previous = "A", .count = 2,
	  .chain = "A,B", .conflicts = { "stamp: stale: made for X, but R is running: " OLD_LINE,
					 "kho: restarted its count: 1, kexec-lineage says 2" } },
	{ "metadata without count, kexec-lineage", "R", K, .kho = { "A", 0, "A,B", .kho = 2 },
	  .is_boot = K, .previous = "A", .count = 2, .chain = "A,B" },
	{ "attested alone", "R", K, .ima = { "A", 2, "A,B", "R", .attested = true }, .is_boot = K,
	  .previous = "A", .count = 2, .chain = "A,B", .lower_bound = true },
	{ "attested settles the boot", "R", U, .ima = { "A", 1, "A", .attested = true },
	  .is_boot = K, .previous = "A", .count = 1, .chain = "A", .lower_bound = true },
	{ "attested, not kexec", "R", COLD, .ima = { "A", 1, "A", .attested = true },
	  .is_boot = U, .previous = "A", .count = 1, .chain = "A", .lower_bound = true,
	  .conflicts = { "ima: " MAYBE_COLD } },
	{ "not attested", "R", K, .ima = { "A", 2, "A,B" }, .is_boot = K, .count = -1,
	  .chain = "" },
	{ "not attested, after a cold boot", "R", COLD, .ima = { "A", 1, "A" }, .is_boot = COLD,
	  .count = 0, .chain = "", .conflicts = { "ima: stale: " BEFORE_COLD } },
	{ "attested for another kernel", "R", K, .ima = { "A", 2, "A,B", "X", .attested = true },
	  .is_boot = K, .count = -1, .chain = "",
	  .conflicts = { "ima: stale: ends with X, but R is running; not used" } },
	{ "attested, the stamp agrees", "R", K, .ima = { "A", 2, "A,B", .attested = true },
	  .stamp = { "A", 2, "A,B", "R" }, .is_boot = K, .previous = "A", .count = 2,
	  .chain = "A,B" },
	{ "attested, the stamp reaches back further", "R", K,
	  .ima = { "A", 2, "A*2", .attested = true }, .stamp = { "A", 5, "A*4,C", "R" },
	  .is_boot = K, .previous = "A", .count = 5, .chain = "A*4,C" },
	{ "attested, the stamp does not reach back as far", "R", K,
	  .ima = { "A", 3, "A*2,B", .attested = true }, .stamp = { "A", 1, "A", "R" },
	  .is_boot = K, .previous = "A", .count = 3, .chain = "A*2,B", .lower_bound = true,
	  .conflicts = { "ima: counts 3, the other sources 1; the larger count is used" } },
	{ "attested, forged stamp, module and log", "R", K,
	  .ima = { "A", 2, "A,B", .attested = true }, .stamp = { "F", 7, "F", "R" },
	  .module = { "F", 7, "F" }, .log = { "F", 7, "F" }, .is_boot = K, .previous = "A",
	  .count = 2, .chain = "A,B", .lower_bound = true,
	  .conflicts = { "stamp: " ATTESTED("F", "A"), "module: " ATTESTED("F", "A"),
			 "log: " ATTESTED("F", "A") } },
	{ "attested, forged chain", "R", K, .ima = { "A", 2, "A,B", .attested = true },
	  .stamp = { "A", 7, "A,F*6", "R" }, .is_boot = K, .previous = "A", .count = 2,
	  .chain = "A,B", .lower_bound = true, .conflicts = { "stamp: " ATTESTED_CHAIN } },
	{ "attested, forged runs", "R", K, .ima = { "A", 2, "A*2", .attested = true },
	  .stamp = { "A", 2, "A,B", "R" }, .is_boot = K, .previous = "A", .count = 2,
	  .chain = "A*2", .lower_bound = true, .conflicts = { "stamp: " ATTESTED_CHAIN } },
	{ "attested contradicts KHO", "R", K, .ima = { "A", 1, "A", .attested = true },
	  .kho = { "B", 4 }, .is_boot = K, .previous = "A", .count = 1, .chain = "A",
	  .lower_bound = true, .conflicts = { "kho: " ATTESTED("B", "A") } },
	{ "attested without a release, stamp", "R", K, .ima = { "", 3, .attested = true },
	  .stamp = { "A", 1, "A", "R" }, .is_boot = K, .previous = "A", .count = 3, .chain = "A",
	  .lower_bound = true,
	  .conflicts = { "ima: counts 3, the other sources 1; the larger count is used" } },
	{ "attested without a release alone", "R", K, .ima = { "", 3, .attested = true },
	  .is_boot = K, .count = -1, .chain = "" },
	{ "attested gives metadata the chain", "R", K, .ima = { "A", 2, "A,B", .attested = true },
	  .kho = { "A", 2 }, .is_boot = K, .previous = "A", .count = 2, .chain = "A,B" },
	{ "largest counts", "R", K, .kho = { "A", 4294967294 }, .stamp = { "A", 4294967295, "A" },
	  .is_boot = K, .previous = "A", .count = 4294967295, .chain = "A",
	  .conflicts = { "kho: restarted its count: 4294967294, stamp says 4294967295" } },
};
/* clang-format on */

static void fill(struct lineage_finding *finding, const struct said *said, bool is_metadata)
{
	finding->status = LINEAGE_STATUS_ABSENT;
	if (!said->previous)
		return;
	finding->status = LINEAGE_STATUS_OK;
	finding->is_metadata = (is_metadata && !said->no_metadata) || said->is_metadata;
	strcpy(finding->previous_release, said->previous);
	finding->has_count = said->count > 0;
	finding->lineage.count = said->count;
	if (said->chain) {
		finding->lineage.chain_length = (uint32_t)strlen(said->chain);
		memcpy(finding->lineage.chain, said->chain, finding->lineage.chain_length);
	}
	if (said->made_for)
		strcpy(finding->made_for, said->made_for);
	finding->kind = (enum lineage_kind)(said->kind ? said->kind : 'k');
	finding->metadata_count = finding->is_metadata ? said->count : 0;
	finding->kho_count = said->kho;
	if (said->kho > said->count) {
		finding->has_count = true;
		finding->lineage.count = said->kho;
	}
	finding->contradicts = said->contradicts;
	finding->history = said->history;
	finding->boot = said->boot;
	finding->is_attested = said->attested;
	if (said->contradicts)
		strcpy(finding->detail, "one says this, one that; not used");
}

static void check_row(const struct row *row, const struct lineage_merge *merge)
{
	const struct lineage *lineage = &merge->lineage;
	size_t i;

	assert_int_equal(merge->boot.boot, row->is_boot);
	assert_int_equal(merge->has_previous, row->previous != NULL);
	if (row->previous)
		assert_string_equal(merge->previous_release, row->previous);
	assert_int_equal(merge->has_count, row->count >= 0);
	if (row->count >= 0)
		assert_int_equal(lineage->count, (uint32_t)row->count);
	assert_int_equal(lineage->chain_length, strlen(row->chain));
	assert_memory_equal(lineage->chain, row->chain, lineage->chain_length);
	for (i = 0; i < COUNT_OF(row->conflicts) && row->conflicts[i]; i++) {
		assert_true(i < merge->conflict_count);
		assert_string_equal(merge->conflicts[i], row->conflicts[i]);
	}
	assert_int_equal(merge->conflict_count, i);
	assert_int_equal(merge->is_lower_bound, row->lower_bound);
}

/* Return what the boot loader of a kernel leaves. */
static struct lineage_boot_finding traces_of(enum lineage_boot boot)
{
	struct lineage_boot_finding traces = { .evidence = "evidence" };

	traces.is_capture = boot == C;
	if (boot == COLD)
		traces.loader = LINEAGE_LOADER_OTHER;
	else if (boot != U)
		traces.loader = LINEAGE_LOADER_KEXEC;
	return traces;
}

static void merges_every_row(void **state)
{
	size_t i;

	for (i = 0; i < COUNT_OF(rows); i++) {
		const struct row *row = &rows[i];
		struct lineage_merge merge = { .boot = traces_of(row->boot) };

		print_message("  %s\n", row->name);
		strcpy(merge.release, row->release);
		fill(&merge.findings[LINEAGE_SOURCE_IMA], &row->ima, false);
		fill(&merge.findings[LINEAGE_SOURCE_KHO], &row->kho, true);
		fill(&merge.findings[LINEAGE_SOURCE_STAMP], &row->stamp, false);
		fill(&merge.findings[LINEAGE_SOURCE_MODULE], &row->module, false);
		fill(&merge.findings[LINEAGE_SOURCE_LOG], &row->log, false);
		lineage_merge(&merge);
		check_row(row, &merge);
	}
}

/* Sources that are malformed or forbidden are treated as absent. */
static void uses_only_what_is_ok(void **state)
{
	static const enum lineage_status others[] = { LINEAGE_STATUS_ABSENT,
						      LINEAGE_STATUS_FORBIDDEN,
						      LINEAGE_STATUS_MALFORMED,
						      LINEAGE_STATUS_UNSUPPORTED };
	static const struct said said = { .previous = "A", .count = 3, .chain = "A" };
	size_t i;
	int source;

	for (i = 0; i < COUNT_OF(others); i++) {
		struct lineage_merge merge = { .release = "R", .boot = traces_of(K) };

		for (source = 0; source < LINEAGE_SOURCES; source++) {
			fill(&merge.findings[source], &said, source == LINEAGE_SOURCE_KHO);
			merge.findings[source].status = others[i];
		}
		lineage_merge(&merge);
		assert_false(merge.has_previous || merge.has_count);
		assert_int_equal(merge.conflict_count, 0);
	}
}

static void explains_a_stale_stamp(void **state)
{
	struct lineage_merge merge = { .release = "R", .boot = traces_of(K) };
	static const struct said said = {
		.previous = "A", .count = 3, .chain = "A", .made_for = "X"
	};

	fill(&merge.findings[LINEAGE_SOURCE_STAMP], &said, false);
	for (int source = LINEAGE_SOURCE_MODULE; source < LINEAGE_SOURCES; source++)
		merge.findings[source].status = LINEAGE_STATUS_ABSENT;
	merge.findings[LINEAGE_SOURCE_KHO].status = LINEAGE_STATUS_ABSENT;
	merge.findings[LINEAGE_SOURCE_IMA].status = LINEAGE_STATUS_ABSENT;
	lineage_merge(&merge);
	assert_true(merge.findings[LINEAGE_SOURCE_STAMP].is_stale);
	assert_string_equal(merge.findings[LINEAGE_SOURCE_STAMP].detail,
			    "stale: made for X, but R is running: " OLD_LINE);
}

static void names_the_sources(void **state)
{
	assert_string_equal(lineage_source_name(LINEAGE_SOURCE_IMA), "ima");
	assert_string_equal(lineage_source_name(LINEAGE_SOURCE_KHO), "kho");
	assert_string_equal(lineage_source_name(LINEAGE_SOURCE_STAMP), "stamp");
	assert_string_equal(lineage_source_name(LINEAGE_SOURCE_MODULE), "module");
	assert_string_equal(lineage_source_name(LINEAGE_SOURCE_LOG), "log");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(merges_every_row),
		cmocka_unit_test(uses_only_what_is_ok),
		cmocka_unit_test(explains_a_stale_stamp),
		cmocka_unit_test(names_the_sources),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
