// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Compare core/fdt.c with the device-tree compiler: each reads the FDTs that the other writes.
 *
 * Skipped (exit status 77) if dtc is not installed.
 */
#include "support.h"

#include <stdio.h>
#include <unistd.h>

#include "core/blob.h"

#define SKIPPED 77
#define STAMP "kexec_lineage.stamp=1,k,1,,6.1.0-56-cloud-amd64,fb31e585"

static char folder[] = "/tmp/lineage-dtc-XXXXXX";

static const char lineage_source[] = "/dts-v1/;\n"
				     "\n"
				     "/ {\n"
				     "\tcompatible = \"kexec-lineage-v1\";\n"
				     "\tstamp = \"1,k,1,,6.1.0-56-cloud-amd64,fb31e585\";\n"
				     "};\n";

static const char metadata_source[] = "/dts-v1/;\n"
				      "\n"
				      "/ {\n"
				      "\tkexec-metadata = ["
				      "01 00 00 00 37 2e 31 2e 31 33 00 00 00 00 00 00 00 00 00 00 "
				      "00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 "
				      "00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 "
				      "00 00 00 00 00 00 00 00 00 01 00 00 00];\n"
				      "};\n";

/* Run a command; return its exit status or -1, with its stdout and stderr. */
static int run(const char *command, char *buf, size_t size)
{
	FILE *pipe = popen(command, "r");
	size_t length;

	if (!pipe)
		return -1;
	length = fread(buf, 1, size - 1, pipe);
	buf[length] = '\0';
	return pclose(pipe);
}

static size_t read_file(const char *path, char *buf, size_t size)
{
	FILE *file = fopen(path, "rb");
	size_t length = 0;

	if (file) {
		length = fread(buf, 1, size, file);
		fclose(file);
	}
	return length;
}

static bool write_file(const char *path, const char *bytes, size_t size)
{
	FILE *file = fopen(path, "wb");
	bool good = file && fwrite(bytes, 1, size, file) == size;

	return file && fclose(file) == 0 && good;
}

/* Decompile @blob, compare with @source, and compile it again into @blob. */
static bool goes_through_dtc(char *blob, size_t *size, size_t room, const char *source)
{
	char path[64], command[256], said[4096];

	snprintf(path, sizeof(path), "%s/blob", folder);
	if (!write_file(path, blob, *size))
		return false;
	snprintf(command, sizeof(command), "dtc -I dtb -O dts %s 2>&1", path);
	if (run(command, said, sizeof(said)) || strcmp(said, source) != 0) {
		printf("%s\n%s\nis not\n%s\n", command, said, source);
		return false;
	}
	snprintf(command, sizeof(command),
		 "dtc -I dtb -O dts %s | dtc -I dts -O dtb -o %s.again 2>&1", path, path);
	if (run(command, said, sizeof(said)) || said[0]) {
		printf("%s\n%s\n", command, said);
		return false;
	}
	strcat(path, ".again");
	*size = read_file(path, blob, room);
	return *size > 0;
}

static bool lineage_goes_through(void)
{
	char blob[LINEAGE_KHO_FDT_MAX];
	struct lineage_stamp stamp;
	size_t size;

	return lineage_kho_blob_encode(STAMP, blob, sizeof(blob), &size) == 0 &&
	       goes_through_dtc(blob, &size, sizeof(blob), lineage_source) &&
	       lineage_kho_blob_decode(blob, size, &stamp, NULL) == 0 && stamp.lineage.count == 1 &&
	       stamp.lineage.chain_length == 20 &&
	       memcmp(stamp.lineage.chain, "6.1.0-56-cloud-amd64", 20) == 0;
}

static bool metadata_goes_through(void)
{
	struct lineage_metadata metadata = { "7.1.13", 1 };
	char blob[LINEAGE_METADATA_FDT_MAX];
	size_t size;

	if (lineage_metadata_blob_encode(&metadata, blob, sizeof(blob), &size) ||
	    !goes_through_dtc(blob, &size, sizeof(blob), metadata_source))
		return false;
	memset(&metadata, UNTOUCHED, sizeof(metadata));
	return lineage_metadata_blob_decode(blob, size, &metadata, NULL) == 0 &&
	       strcmp(metadata.previous_release, "7.1.13") == 0 && metadata.kexec_count == 1;
}

static void remove_files(void)
{
	static const char *const names[] = { "blob", "blob.again" };
	char path[64];
	size_t i;

	for (i = 0; i < COUNT_OF(names); i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
		unlink(path);
	}
	rmdir(folder);
}

int main(void)
{
	char version[256];
	bool lineage, metadata;

	if (run("dtc --version 2>&1", version, sizeof(version))) {
		printf("skipped: dtc is not installed (package device-tree-compiler)\n");
		return SKIPPED;
	}
	printf("%s", version);
	if (!mkdtemp(folder)) {
		perror(folder);
		return 1;
	}
	lineage = lineage_goes_through();
	metadata = metadata_goes_through();
	remove_files();
	printf("kexec-lineage: %s\nkexec-metadata: %s\n", lineage ? "good" : "FAILED",
	       metadata ? "good" : "FAILED");
	return !lineage || !metadata;
}
