// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of keyed hashes of host names: the vectors of RFC 4231, and key files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/host_key.h"

/* The test cases of RFC 4231; @result has 16 bytes for the case with a truncated result. */
static const struct {
	uint8_t key[131];
	size_t key_size;
	const char *text;
	const char *result;
} vectors[] = {
	{ { [0 ... 19] = 0x0b },
	  20,
	  "Hi There",
	  "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7" },
	{ "Jefe", 4, "what do ya want for nothing?",
	  "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843" },
	{ { [0 ... 19] = 0xaa },
	  20,
	  "\xdd\xdd\xdd\xdd\xdd\xdd\xdd\xdd\xdd\xdd\xdd\xdd\xdd\xdd\xdd\xdd\xdd"
	  "\xdd\xdd\xdd\xdd\xdd\xdd\xdd\xdd\xdd\xdd\xdd\xdd\xdd\xdd\xdd\xdd\xdd"
	  "\xdd\xdd\xdd\xdd\xdd\xdd\xdd\xdd\xdd\xdd\xdd\xdd\xdd\xdd\xdd\xdd",
	  "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe" },
	{ "\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f\x10\x11\x12\x13\x14\x15\x16"
	  "\x17\x18\x19",
	  25,
	  "\xcd\xcd\xcd\xcd\xcd\xcd\xcd\xcd\xcd\xcd\xcd\xcd\xcd\xcd\xcd\xcd\xcd"
	  "\xcd\xcd\xcd\xcd\xcd\xcd\xcd\xcd\xcd\xcd\xcd\xcd\xcd\xcd\xcd\xcd\xcd"
	  "\xcd\xcd\xcd\xcd\xcd\xcd\xcd\xcd\xcd\xcd\xcd\xcd\xcd\xcd\xcd\xcd",
	  "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b" },
	{ { [0 ... 19] = 0x0c }, 20, "Test With Truncation", "a3b6167473100ee06e0c796c2955552b" },
	{ { [0 ... 130] = 0xaa },
	  131,
	  "Test Using Larger Than Block-Size Key - Hash Key First",
	  "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54" },
	{ { [0 ... 130] = 0xaa },
	  131,
	  "This is a test using a larger than block-size key and a larger than block-size data. "
	  "The key needs to be hashed before being used by the HMAC algorithm.",
	  "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2" },
};

static void test_rfc_4231(void **state)
{
	for (size_t i = 0; i < sizeof(vectors) / sizeof(*vectors); i++) {
		uint8_t result[LINEAGE_HMAC_BYTES];
		char hex[2 * LINEAGE_HMAC_BYTES + 1];

		lineage_hmac(vectors[i].key, vectors[i].key_size, vectors[i].text,
			     strlen(vectors[i].text), result);
		for (size_t j = 0; j < sizeof(result); j++)
			sprintf(hex + 2 * j, "%02x", result[j]);
		hex[strlen(vectors[i].result)] = '\0';
		assert_string_equal(hex, vectors[i].result);
	}
}

static void test_hashed_names(void **state)
{
	struct lineage_host_key key = { "what do ya want for nothing?" }, other = { "Jefe" };
	char hashed[LINEAGE_HASHED_SIZE], again[LINEAGE_HASHED_SIZE];

	lineage_host_hash(&other, "what do ya want for nothing?", hashed);
	/* A key is padded with zeros, so this is the second vector. */
	assert_string_equal(hashed, "hashed-5bdcc146bf60754e6a042426089575c7");
	assert_true(lineage_host_is_hashed(hashed));
	lineage_host_hash(&key, hashed, again);
	assert_string_equal(again, hashed);
	lineage_host_hash(&key, "web1", again);
	lineage_host_hash(&other, "web1", hashed);
	assert_string_not_equal(again, hashed);
	assert_false(lineage_host_is_hashed("web1"));
	assert_false(lineage_host_is_hashed("hashed-5bdcc146bf60754e6a042426089575c"));
	assert_false(lineage_host_is_hashed("hashed-5bdcc146bf60754e6a042426089575c77"));
	assert_false(lineage_host_is_hashed("hashed-5bdcc146bf60754e6a042426089575cX"));
	assert_false(lineage_host_is_hashed("5bdcc146bf60754e6a042426089575c7"));
}

#define KEY "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"

static const struct {
	const char *text;
	mode_t mode;
	int error;
} files[] = {
	{ KEY "\n", 0600, 0 },
	{ KEY "\n", 0400, 0 },
	{ KEY "\n", 0640, -EPERM },
	{ KEY "\n", 0604, -EPERM },
	{ KEY, 0600, -EILSEQ },
	{ KEY "\n\n", 0600, -EILSEQ },
	{ KEY "0\n", 0600, -EILSEQ },
	{ "", 0600, -EILSEQ },
	{ "0001020304050607\n", 0600, -EILSEQ },
	{ "G00102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n", 0600, -EILSEQ },
};

static void test_files(void **state)
{
	char folder[] = "/tmp/test-key-XXXXXX", path[64];
	struct lineage_host_key key;

	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/key", folder);
	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
		FILE *file = fopen(path, "w");

		assert_non_null(file);
		fputs(files[i].text, file);
		fclose(file);
		assert_int_equal(chmod(path, files[i].mode), 0);
		memset(&key, 0xff, sizeof(key));
		assert_int_equal(lineage_host_key_read(path, &key), files[i].error);
		assert_int_equal(lineage_host_key_make(path, &key), files[i].error);
		for (size_t j = 0; j < sizeof(key.bytes); j++)
			assert_int_equal(key.bytes[j], files[i].error ? 0xff : j);
	}
	unlink(path);
	assert_int_equal(mkdir(path, 0700), 0);
	assert_int_equal(lineage_host_key_read(path, &key), -EILSEQ);
	rmdir(path);
	rmdir(folder);
}

static void test_new_key(void **state)
{
	char folder[] = "/tmp/test-key-XXXXXX", path[96], state_folder[64];
	struct lineage_host_key key, again;
	struct stat status;
	mode_t mask = umask(0);

	assert_non_null(mkdtemp(folder));
	snprintf(state_folder, sizeof(state_folder), "%s/state", folder);
	snprintf(path, sizeof(path), "%s/key", state_folder);
	assert_int_equal(lineage_host_key_read(path, &key), -ENOENT);
	assert_int_equal(lineage_host_key_make(path, &key), 0);
	umask(mask);
	assert_int_equal(stat(path, &status), 0);
	assert_int_equal(status.st_mode & 07777, 0600);
	assert_int_equal(status.st_nlink, 1);
	assert_int_equal(lineage_host_key_make(path, &again), 0);
	assert_memory_equal(&key, &again, sizeof(key));
	unlink(path);
	assert_int_equal(lineage_host_key_make(path, &again), 0);
	assert_memory_not_equal(&key, &again, sizeof(key));
	unlink(path);
	assert_int_equal(rmdir(state_folder), 0); /* no temporary file is left */
	rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rfc_4231),
		cmocka_unit_test(test_hashed_names),
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_new_key),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
