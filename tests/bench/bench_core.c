// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Measure the time of the core's operations, compared with a simple implementation on libc and
 * zlib.
 *
 * Each operation and its simple implementation run alternately. The fastest run of each counts,
 * which reduces the effect of other load.
 * Usage: bench_core [RUNS]
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <zlib.h>

#include "core/cmdline.h"
#include "core/metadata.h"
#include "core/stamp.h"

#define RUNS_DEFAULT 15
#define OPERATIONS 20000

static const char chain[] = "7.2.12+deb13-amd64,6.12.111+deb12-amd64*2,6.1.0-56-cloud-amd64";
static const char made_for[] = "7.3.4+deb13-amd64";
static const char value[] = "1,k,4,7.3.4+deb13-amd64,7.2.12+deb13-amd64,6.12.111+deb12-amd64*2,"
			    "6.1.0-56-cloud-amd64,36ae3270";
/* 300 bytes with the old stamp in the middle. */
static const char line[] =
	"BOOT_IMAGE=/boot/vmlinuz-7.2.12+deb13-amd64 root=UUID=8c1bd4b2-6a0f-4e9b-9d57-0f4c5f2a7c11 "
	"ro console=tty0 console=ttyS0,115200n8 crashkernel=512M "
	"kexec_lineage.stamp=1,k,2,7.2.12+deb13-amd64,6.12.111+deb12-amd64*2,e8dcbbb8 "
	"kho=on dyndbg=\"file drivers/usb/* +p\" mitigations=auto panic=10 net.ifnames=0 quiet";

static struct lineage_stamp stamp = { .kind = LINEAGE_KIND_KEXEC };
static struct kho_kexec_metadata blob;

/* Collects the results, so that the compiler cannot remove the operations. */
static volatile uint32_t sink;

static void must(bool condition, const char *what)
{
	if (!condition) {
		fprintf(stderr, "bench_core: %s failed\n", what);
		exit(1);
	}
}

static void format_core(void)
{
	char buf[LINEAGE_STAMP_MAX + 1];
	size_t length;

	must(lineage_stamp_format(&stamp, buf, sizeof(buf), &length) == 0, "format");
	sink += (uint32_t)buf[length - 1];
}

static void format_peer(void)
{
	char buf[LINEAGE_STAMP_MAX + 1];
	int length = snprintf(buf, sizeof(buf), LINEAGE_STAMP_PREFIX "1,%c,%u,%s,%s", stamp.kind,
			      stamp.lineage.count, made_for, chain);
	uLong crc = crc32(0, (const Bytef *)buf + LINEAGE_STAMP_PREFIX_LENGTH,
			  (uInt)length - (uInt)LINEAGE_STAMP_PREFIX_LENGTH);

	length += snprintf(buf + length, sizeof(buf) - (size_t)length, ",%08lx", crc);
	sink += (uint32_t)buf[length - 1];
}

static void parse_core(void)
{
	struct lineage_stamp parsed;

	must(lineage_stamp_parse(value, sizeof(value) - 1, &parsed, NULL) == 0, "parse");
	sink += parsed.lineage.count;
}

static void parse_peer(void)
{
	char release[65], entries[1024];
	unsigned int version, count;
	unsigned long said;
	char kind;
	const char *comma = strrchr(value, ',');

	must(sscanf(value, "%u,%c,%u,%64[^,],%1023s", &version, &kind, &count, release, entries) ==
		     5,
	     "sscanf");
	must(sscanf(comma + 1, "%8lx", &said) == 1, "sscanf of the CRC");
	must(crc32(0, (const Bytef *)value, (uInt)(comma - value)) == said, "CRC");
	sink += count;
}

static void restamp_core(void)
{
	char buf[2048];
	size_t length;

	must(lineage_cmdline_stamp(line, sizeof(line) - 1, &stamp, LINEAGE_CMDLINE_MAX, buf,
				   sizeof(buf), &length) == 0,
	     "restamp");
	sink += (uint32_t)length;
}

/* Replace the stamp as a shell script would: assume no quotes, no "--", and at most one stamp. */
static void restamp_peer(void)
{
	static const char fresh[] = LINEAGE_STAMP_PREFIX
		"1,k,4,7.3.4+deb13-amd64,7.2.12+deb13-amd64,6.12.111+deb12-amd64*2,"
		"6.1.0-56-cloud-amd64,36ae3270";
	char *copy = strdup(line);
	char *old = strstr(copy, " " LINEAGE_STAMP_PREFIX);
	char *rest = strchr(old + 1, ' ');
	size_t length = strlen(copy) - (size_t)(rest - old);
	char buf[2048];

	memcpy(buf, copy, (size_t)(old - copy));
	memcpy(buf + (old - copy), rest, strlen(rest));
	buf[length] = ' ';
	memcpy(buf + length + 1, fresh, sizeof(fresh));
	sink += (uint32_t)buf[length / 2];
	free(copy);
}

static void decode_core(void)
{
	struct lineage_metadata metadata;

	must(lineage_metadata_decode(&blob, sizeof(blob), &metadata, NULL) == 0, "decode");
	sink += metadata.kexec_count;
}

static void decode_peer(void)
{
	struct kho_kexec_metadata copy;

	memcpy(&copy, &blob, sizeof(copy));
	/* Keep the compiler from optimising the copy away. */
	__asm__ volatile("" : : "r"(&copy) : "memory");
	sink += copy.kexec_count;
}

static const struct pair {
	const char *name;
	void (*core)(void);
	const char *peer_name;
	void (*peer)(void);
} pairs[] = {
	{ "stamp format", format_core, "snprintf + zlib crc32", format_peer },
	{ "stamp parse", parse_core, "sscanf + zlib crc32", parse_peer },
	{ "restamp 300 bytes", restamp_core, "strdup + strstr + memcpy", restamp_peer },
	{ "metadata decode", decode_core, "memcpy of 73 bytes", decode_peer },
};

static double now_ns(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

static double measure_ns(void (*operation)(void))
{
	double start = now_ns();
	int i;

	for (i = 0; i < OPERATIONS; i++)
		operation();
	return (now_ns() - start) / OPERATIONS;
}

static void print_pair(const struct pair *pair, int runs)
{
	double core = measure_ns(pair->core), peer = measure_ns(pair->peer);

	while (--runs > 0) {
		double core_again = measure_ns(pair->core), peer_again = measure_ns(pair->peer);

		core = core_again < core ? core_again : core;
		peer = peer_again < peer ? peer_again : peer;
	}
	printf("%-18s %9.1f   %-25s %9.1f %8.2f\n", pair->name, core, pair->peer_name, peer,
	       core / peer);
}

static void prepare(void)
{
	struct lineage_metadata metadata = { .previous_release = "7.2.12+deb13-amd64",
					     .kexec_count = 3 };

	strcpy(stamp.made_for, made_for);
	stamp.lineage.count = 4;
	stamp.lineage.chain_length = sizeof(chain) - 1;
	memcpy(stamp.lineage.chain, chain, sizeof(chain) - 1);
	must(lineage_metadata_encode(&metadata, &blob) == 0, "encode");
}

int main(int argc, char **argv)
{
	int runs = argc > 1 ? atoi(argv[1]) : RUNS_DEFAULT;
	size_t i;

	prepare();
	printf("%-18s %9s   %-25s %9s %8s\n", "operation", "ns", "peer", "ns", "ratio");
	for (i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
		print_pair(&pairs[i], runs);
	return 0;
}
