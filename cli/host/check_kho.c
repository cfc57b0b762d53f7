// SPDX-License-Identifier: GPL-2.0-or-later
#include "check_kho.h"

#include <errno.h>
#include <json-c/json.h>
#include <stdio.h>
#include <string.h>

#include "cli/common/output.h"
#include "report.h"

static void print_error(const struct lineage_kho_cross *cross)
{
	fputs("crosses   KHO of the image: unknown, because ", stdout);
	if (cross->error == -ENODATA)
		puts("only a bzImage, an arm64 Image (without an EFI header only as a gzip file) and "
		     "an ELF file of a kernel can be searched");
	else if (cross->error == -ENOENT)
		printf("%s is not installed, which uncompresses it\n", cross->program);
	else if (cross->error == -ETIMEDOUT)
		printf("%s wrote nothing for 10 s\n", cross->program);
	else
		printf("it cannot be read: %s\n", image_error(cross->error));
}

void check_kho_print(const struct lineage_kho_cross *cross)
{
	const char *line = cross->line == LINEAGE_KHO_CROSSES
				   ? "; of it, the next kernel reads only kexec-metadata"
				   : "";

	if (cross->error) {
		print_error(cross);
		return;
	}
	fputs("crosses   KHO of the image: ", stdout);
	if (!*cross->image.abi)
		puts("none, so what KHO passes on is lost (warn)");
	else if (cross->image.is_ambiguous)
		puts("unknown, because it contains several versions of the ABI");
	else if (!*cross->running)
		printf("%s; the version of the running kernel is unknown\n", cross->image.abi);
	else if (cross->all == LINEAGE_KHO_CROSSES)
		printf("%s, as in the running kernel: what KHO passes on crosses if KHO is on in "
		       "the next kernel (kho=on), and if kexec_file_load() loads it with KHO "
		       "finalized (ok)\n",
		       cross->image.abi);
	else
		printf("%s, and %s in the running kernel: what KHO passes on is lost%s (warn)\n",
		       cross->image.abi, cross->running, line);
}

static struct json_object *crossing(enum lineage_kho_crossing crossing)
{
	return crossing == LINEAGE_KHO_UNKNOWN
		       ? NULL
		       : json_object_new_boolean(crossing == LINEAGE_KHO_CROSSES);
}

struct json_object *check_kho_to_json(const struct lineage_kho_cross *cross)
{
	struct json_object *object = json_object_new_object();
	bool is_known = !cross->error && !cross->image.is_ambiguous;

	json_add(object, "running", json_text(*cross->running ? cross->running : NULL));
	json_add(object, "image", json_text(is_known ? cross->image.abi : NULL));
	json_add(object, "all", crossing(cross->all));
	json_add(object, "line", crossing(cross->line));
	return object;
}
