// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of the reader of mountinfo. golden/test_kexec_start.py makes file systems writable. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>

#include "host/mounts.h"

#define ROOT "25 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw\n"
#define SUBVOLUME "25 1 0:22 /@ / rw,relatime shared:1 - btrfs /dev/vda rw,subvol=/@\n"
#define NOTE "/var/lib/x/note"

static void test_fields(void **state)
{
	char text[] =
		"\n"
		"25 1 254:0 / / rw - ext4 /dev/vda\n"
		"x 1 254:0 / / rw - ext4 /dev/vda rw\n"
		"25 1 254:0 / / rw shared:1 ext4 /dev/vda rw\n"
		"40 25 254:1 /a\\040b /c\\134d ro,nosuid,noatime - ext4 /dev/vdb rw,sync,x=ro\n"
		"7 1 0:9 / / rw,nodev,noexec,relatime,nodiratime,nosymfollow a:1 b - xfs s "
		"ro,dirsync,mand,lazytime";
	struct lineage_host_mount mount = { .id = -7 };
	char *rest = text;

	assert_true(lineage_host_mounts_next(&rest, &mount));
	assert_int_equal(mount.id, 40);
	assert_string_equal(mount.device, "254:1");
	assert_string_equal(mount.root, "/a b");
	assert_string_equal(mount.point, "/c\\d");
	assert_string_equal(mount.type, "ext4");
	assert_int_equal(mount.flags, MS_NOSUID | MS_NOATIME | MS_SYNCHRONOUS);
	assert_false(mount.is_read_only);
	assert_true(lineage_host_mounts_next(&rest, &mount));
	assert_int_equal(mount.id, 7);
	assert_int_equal(mount.flags, MS_NODEV | MS_NOEXEC | MS_RELATIME | MS_NODIRATIME | 256 |
					      MS_DIRSYNC | MS_MANDLOCK | MS_LAZYTIME);
	assert_true(mount.is_read_only);
	assert_false(lineage_host_mounts_next(&rest, &mount));
	assert_int_equal(mount.id, 7);
}

static void expect_reach(bool reach, const char *mounts)
{
	char *text = strdup(mounts);

	assert_int_equal(lineage_host_mounts_reach(text, NOTE), reach);
	free(text);
}

static void test_reach(void **state)
{
	expect_reach(true, ROOT);
	expect_reach(true, ROOT "26 25 254:9 / /va rw - ext4 s rw\n");
	expect_reach(true, ROOT "26 25 254:9 / /var/lib/x/note2 rw - ext4 s rw\n");
	expect_reach(false, ROOT "26 25 254:9 / /var rw - ext4 s rw\n");
	expect_reach(false, ROOT "26 25 0:9 /y /var/lib/x rw - tmpfs s rw\n");
	expect_reach(false, "");
	expect_reach(false, "26 25 254:9 / /var rw - ext4 s rw\n");
}

/* The sandbox of a unit mounts the folder of the note at the same path. */
static void test_reach_bind_mounts(void **state)
{
	expect_reach(true, ROOT "26 25 254:0 /var/lib/x /var/lib/x rw - ext4 s rw\n");
	expect_reach(true, ROOT "26 25 254:0 /var /var rw - ext4 s rw\n"
				"27 26 254:0 /var/lib/x /var/lib/x rw - ext4 s rw\n");
	expect_reach(false, ROOT "26 25 254:0 /data/x /var/lib/x rw - ext4 s rw\n");
	expect_reach(false, ROOT "26 25 254:0 / /var/lib/x rw - ext4 s rw\n");
	expect_reach(true, SUBVOLUME "26 25 0:22 /@/var/lib/x /var/lib/x rw - btrfs s rw\n");
	expect_reach(false, SUBVOLUME "26 25 0:22 /@var /var rw - btrfs s rw\n");
	expect_reach(false, SUBVOLUME "26 25 0:22 /var/lib/x /var/lib/x rw - btrfs s rw\n");
}

/* A later mount covers an earlier one at the same path. */
static void test_reach_covered(void **state)
{
	expect_reach(true, "20 1 0:2 / / rw - rootfs s rw\n" ROOT);
	expect_reach(false, ROOT "26 25 254:0 /var /var rw - ext4 s rw\n"
				 "27 26 254:9 / /var rw - ext4 s rw\n");
	expect_reach(false, ROOT "26 25 254:0 /var/lib /var/lib rw - ext4 s rw\n"
				 "27 25 254:9 / /var rw - ext4 s rw\n");
}

static void expect_have(bool have, const char *mounts)
{
	char *text = strdup(mounts);

	assert_int_equal(lineage_host_mounts_have(text, "/efi", "efivarfs"), have);
	free(text);
}

static void test_have(void **state)
{
	expect_have(true, ROOT "31 25 0:29 / /efi ro - efivarfs s rw\n");
	expect_have(false, ROOT "31 25 0:29 / /efi rw - efivarfs s ro\n");
	expect_have(false, ROOT "31 25 0:29 / /efi rw - tmpfs s rw\n");
	expect_have(false, ROOT "31 25 0:29 / /efi rw - efivarfs s rw\n"
				"32 31 0:30 / /efi rw - tmpfs s rw\n");
	expect_have(false, ROOT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_reach),
		cmocka_unit_test(test_reach_bind_mounts),
		cmocka_unit_test(test_reach_covered),
		cmocka_unit_test(test_have),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
