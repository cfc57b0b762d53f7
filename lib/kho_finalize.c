// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Query and set whether Kexec HandOver (KHO) is finalized.
 *
 * Before Linux 7.1 KHO hands nothing over unless userspace finalizes it. Userspace must do so
 * before the next kernel is loaded on 6.18, and before the reboot on 6.19 and 7.0 (Linux
 * kernel/kexec_handover.c and kernel/liveupdate/kexec_handover_debugfs.c).
 */
#include <errno.h>
#include <string.h>

#include "core/blob.h"
#include "cleanup.h"
#include "kexec-lineage.h"
#include "root.h"

#define OUT_FOLDER "sys/kernel/debug/kho/out"
#define FINALIZE_PATH OUT_FOLDER "/finalize"

static int read_state(const struct lineage_root *root, bool *ret)
{
	LINEAGE_AUTO_FREE char *line = NULL;
	int error;

	if (!lineage_root_has(root, FINALIZE_PATH))
		return -ENODATA;
	error = lineage_root_read_line(root, FINALIZE_PATH, &line);
	if (error)
		return error;
	if (strcmp(line, "0") != 0 && strcmp(line, "1") != 0)
		return -EILSEQ;
	*ret = line[0] == '1';
	return 0;
}

int lineage_kho_is_finalized(const char *path, bool *ret)
{
	LINEAGE_AUTO_ROOT struct lineage_root root = LINEAGE_ROOT_INIT;
	int error = lineage_root_init(&root, path);

	return error ? error : read_state(&root, ret);
}

/* Linux 6.18 shows the subtrees only after finalization. */
static bool hands_over_lineage(const struct lineage_root *root)
{
	return lineage_root_has(root, OUT_FOLDER "/sub_fdts/" LINEAGE_KHO_NODE_NAME) ||
	       lineage_root_has(root, OUT_FOLDER "/sub_fdts/" KHO_KEXEC_METADATA_NODE_NAME);
}

int lineage_kho_finalize(const char *path, bool *ret_has_lineage)
{
	LINEAGE_AUTO_ROOT struct lineage_root root = LINEAGE_ROOT_INIT;
	int error;

	error = lineage_root_init(&root, path);
	if (!error)
		error = lineage_root_write(&root, FINALIZE_PATH, "1");
	if (!error)
		*ret_has_lineage = hands_over_lineage(&root);
	return error;
}
