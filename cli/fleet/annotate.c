// SPDX-License-Identifier: GPL-2.0-or-later
/* The command annotate: change and print the file of known bugs. */
#include <errno.h>
#include <fcntl.h>
#include <json.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/common/command.h"
#include "cli/common/fleet.h"
#include "cli/common/machine_history.h"
#include "cli/common/output.h"
#include "known_files.h"
#include "lib/cleanup.h"
#include "lib/replace.h"
#include "signature_key.h"

enum {
	OPTION_URL,
	OPTION_FIXED_IN,
	OPTION_COMMIT,
	OPTION_NOTE,
	OPTION_IGNORE,
	OPTION_RELEASE,
	OPTION_PREVIOUS,
	OPTION_REMOVE,
	OPTION_EXPORT,
	OPTION_IMPORT,
	OPTION_KNOWN,
	OPTION_STORE,
};

#define LOCK_MS 10000
#define LOCK_STEP_MS 50
#define HEX_DIGITS 32 /* length of a signature */

/* The options that give values, and their keys. */
static const struct {
	int option;
	enum known_key key;
} changes[] = {
	{ OPTION_URL, KNOWN_URL },	   { OPTION_FIXED_IN, KNOWN_FIXED_IN },
	{ OPTION_COMMIT, KNOWN_COMMIT },   { OPTION_NOTE, KNOWN_NOTE },
	{ OPTION_RELEASE, KNOWN_RELEASE }, { OPTION_PREVIOUS, KNOWN_PREVIOUS },
};
#define CHANGES (sizeof(changes) / sizeof(changes[0]))

/**
 * struct target - the file that is changed
 * @path: its path; owned
 * @lock: a lock on its folder, so that two programs do not change it at the same time
 * @list: its content; owned
 */
struct target {
	char *path;
	int lock;
	struct known_list list;
};

static void target_deinit(struct target *target)
{
	if (target->lock >= 0)
		close(target->lock);
	free(target->path);
	known_list_deinit(&target->list);
}
#define AUTO_TARGET __attribute__((cleanup(target_deinit))) struct target

/* Lock a folder. Other users can lock it as well, so do not wait forever. */
static bool lock(int folder)
{
	for (int waited = 0; flock(folder, LOCK_EX | LOCK_NB); waited += LOCK_STEP_MS) {
		if (waited >= LOCK_MS)
			return false;
		usleep(LOCK_STEP_MS * 1000);
	}
	return true;
}

/* Lock the folder of the file, and read the file. Return false after an error message. */
static bool open_target(const struct context *context, const char *option, struct target *ret)
{
	LINEAGE_AUTO_FREE char *copy = NULL;
	const char *folder;

	ret->path = known_files_path(context, option);
	if (!ret->path)
		return false;
	copy = strdup(ret->path);
	folder = copy ? dirname(copy) : "";
	if (!option)
		mkdir(folder, 0755); /* an error shows below */
	ret->lock = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (ret->lock < 0) {
		complain("annotate: cannot open the folder %s: %s", folder, strerror(errno));
		return false;
	}
	if (!lock(ret->lock)) {
		complain("annotate: another program has locked the folder %s for %d s; try again "
			 "later",
			 folder, LOCK_MS / 1000);
		return false;
	}
	return known_file_read("annotate", ret->path, true, &ret->list);
}

/* Replace the content in memory. Return false after an error message. */
static bool change_target(struct target *target, const char *text, size_t size)
{
	struct known_list list = { 0 };
	struct known_error problem = { 0 };
	int error = known_parse(text, size, &list, &problem);

	if (error == -EILSEQ)
		complain("annotate: the file would be invalid: line %zu: %s", problem.line,
			 problem.text);
	else if (error)
		complain("%s", strerror(-error));
	if (error)
		return false;
	known_list_deinit(&target->list);
	target->list = list;
	return true;
}

/* Write the content. Return false after an error message. */
static bool write_target(const struct target *target)
{
	int error = lineage_file_write(target->path, target->list.text, target->list.size);

	if (error)
		complain("annotate: cannot write %s: %s", target->path, strerror(-error));
	return error == 0;
}

/* Set values of a paragraph in memory. Return false after an error message. */
static bool set(struct target *target, const struct known_bug *change, const char *comment)
{
	LINEAGE_AUTO_FREE char *text = NULL;
	size_t size;

	if (known_list_set(&target->list, change, comment, &text, &size)) {
		complain("%s", strerror(ENOMEM));
		return false;
	}
	return change_target(target, text, size);
}

static void print_object(const struct known_bug *bug)
{
	struct json_object *object = json_object_new_object();

	for (int key = 0; key < KNOWN_KEYS; key++) {
		LINEAGE_AUTO_FREE char *name = strdup(known_key_name((enum known_key)key));

		for (char *at = name; at && *at; at++)
			*at = *at == '-' ? '_' : *at;
		if (key < KNOWN_IGNORE)
			json_add(object, name, json_text(bug->values[key]));
		else
			json_add(object, name,
				 json_object_new_boolean(known_bug_is(bug, (enum known_key)key)));
	}
	json_print(object);
}

/* Print a paragraph. @number: paragraphs printed so far */
static void print_bug(const struct known_bug *bug, size_t number, bool is_json)
{
	if (is_json) {
		print_object(bug);
		return;
	}
	if (number > 0)
		putchar('\n');
	known_bug_write(bug, stdout);
}

static int export(const struct context *context, const struct arguments *arguments)
{
	KNOWN_AUTO_FILES files = { 0 };
	const struct known_list *const lists[] = { &files.local, &files.shipped };
	size_t count = 0;

	if (!known_files_read("annotate", context, arguments->values[OPTION_KNOWN], &files))
		return STATUS_FAILED;
	for (size_t i = 0; i < 2; i++)
		for (size_t j = 0; j < lists[i]->count; j++)
			print_bug(&lists[i]->bugs[j], count++, context->json);
	if (count > 0)
		return STATUS_DONE;
	complain("annotate: no known bug is in the files");
	return STATUS_NOTHING;
}

/* Print each value that an import replaces by another one. */
static void print_replaced(const struct known_list *list, const struct known_bug *bug)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct known_bug *old = &list->bugs[i];

		for (int key = KNOWN_COMMIT; known_bug_is_same(old, bug) && key < KNOWN_KEYS; key++)
			if (old->values[key] && bug->values[key] &&
			    strcmp(old->values[key], bug->values[key]) != 0)
				complain("annotate: %s of '%s': '%s' replaces '%s'",
					 known_key_name((enum known_key)key),
					 old->values[KNOWN_SIGNATURE] ? old->values[KNOWN_SIGNATURE]
								      : old->values[KNOWN_TITLE],
					 bug->values[key], old->values[key]);
	}
}

static int import(const struct context *context, const struct arguments *arguments)
{
	const char *path = arguments->values[OPTION_IMPORT];
	AUTO_TARGET target = { .lock = -1 };
	KNOWN_AUTO_LIST list = { 0 };

	if (!known_file_read("annotate", strcmp(path, "-") == 0 ? "/dev/stdin" : path, false,
			     &list) ||
	    !open_target(context, arguments->values[OPTION_KNOWN], &target))
		return STATUS_FAILED;
	for (size_t i = 0; i < list.count; i++) {
		print_replaced(&target.list, &list.bugs[i]);
		if (!set(&target, &list.bugs[i], NULL))
			return STATUS_FAILED;
	}
	if (!write_target(&target))
		return STATUS_FAILED;
	printf("%zu known bug%s imported into %s\n", list.count, list.count == 1 ? "" : "s",
	       target.path);
	return STATUS_DONE;
}

/** struct keys - the signatures of a store, and the title of each */
struct keys {
	struct store_names signatures;
	struct store_names titles;
};

static int add_signature(const struct store_signature *signature, void *data)
{
	struct keys *keys = data;
	LINEAGE_AUTO_FREE char *pair = NULL;
	uint32_t number;

	if (!signature->example.signature[0])
		return 0;
	if (asprintf(&pair, "%s\n%s", signature->example.signature, signature->example.title) < 0 ||
	    store_names_add(&keys->signatures, signature->example.signature, &number) ||
	    store_names_add(&keys->titles, pair, &number))
		return 1;
	return 0;
}

/* Copy the signature and the title that a key names in a store. */
static bool find_in_store(const struct context *context, const char *option, const char *key,
			  char **ret, char **ret_title)
{
	LINEAGE_AUTO_FREE char *url = history_url(context, option);
	STORE_AUTO_CLOSE struct store *store = history_open_to_read(url);
	struct keys keys = { 0 };
	const char *found = NULL;
	uint32_t number;

	if (store && store_list_signatures(store, add_signature, &keys))
		complain("%s", store_error(store));
	else if (store)
		found = signature_key_find("annotate", &keys.signatures, key);
	if (found && store_names_find(&keys.signatures, found, &number)) {
		*ret = strdup(found);
		*ret_title = printable(strchr(keys.titles.texts[number], '\n') + 1);
	}
	store_names_deinit(&keys.signatures);
	store_names_deinit(&keys.titles);
	return found != NULL;
}

/* Copy the signature that a key names: in the store, in the file, or a complete signature. */
static bool find_signature(const struct context *context, const struct arguments *arguments,
			   const struct known_list *list, char **ret, char **ret_title)
{
	const char *key = arguments->operands[0], *found = NULL;
	size_t length = strlen(key), count = 0;

	if (arguments->values[OPTION_STORE])
		return find_in_store(context, arguments->values[OPTION_STORE], key, ret, ret_title);
	for (size_t i = 0; i < list->count; i++) {
		const char *signature = list->bugs[i].values[KNOWN_SIGNATURE];

		if (!signature || strncmp(signature, key, length) != 0 ||
		    (found && strcmp(found, signature) == 0))
			continue;
		found = signature;
		count++;
	}
	if ((length == HEX_DIGITS && strspn(key, "0123456789abcdef") == length) ||
	    strcmp(key, STORE_LOST_SIGNATURE) == 0)
		found = key;
	else if (count != 1)
		found = NULL;
	if (found)
		*ret = strdup(found);
	else
		complain("annotate: '%s' is not a complete signature; name the store with --store",
			 key);
	return found != NULL;
}

/* Print the paragraphs of a signature. */
static int print_known(const struct known_list *list, const char *signature, bool is_json)
{
	size_t count = 0;

	for (size_t i = 0; i < list->count; i++) {
		const char *own = list->bugs[i].values[KNOWN_SIGNATURE];

		if (own && strcmp(own, signature) == 0)
			print_bug(&list->bugs[i], count++, is_json);
	}
	if (count > 0)
		return STATUS_DONE;
	complain("annotate: the file has nothing about '%s'", signature);
	return STATUS_NOTHING;
}

static int remove_bug(struct target *target, const struct known_bug *wanted)
{
	for (size_t i = 0; i < target->list.count; i++) {
		LINEAGE_AUTO_FREE char *text = NULL;
		size_t size;

		if (!known_bug_is_same(&target->list.bugs[i], wanted))
			continue;
		if (known_list_remove(&target->list, &target->list.bugs[i], &text, &size)) {
			complain("%s", strerror(ENOMEM));
			return STATUS_FAILED;
		}
		return change_target(target, text, size) && write_target(target) ? STATUS_DONE
										 : STATUS_FAILED;
	}
	complain("annotate: the file has nothing about '%s'", wanted->values[KNOWN_SIGNATURE]);
	return STATUS_NOTHING;
}

/*
 * If the user names no releases, take them from the only paragraph of the signature, whose strings
 * are not copied. Return false after an error message if there are several.
 */
static bool complete(const struct known_list *list, struct known_bug *bug)
{
	const struct known_bug *found = NULL;

	for (size_t i = 0; i < list->count; i++) {
		const char *signature = list->bugs[i].values[KNOWN_SIGNATURE];

		if (bug->values[KNOWN_RELEASE] || bug->values[KNOWN_PREVIOUS] || !signature ||
		    strcmp(signature, bug->values[KNOWN_SIGNATURE]) != 0)
			continue;
		if (found) {
			complain("annotate: the lines %zu and %zu are about '%s'; choose one with "
				 "--release and --previous",
				 found->line, list->bugs[i].line, signature);
			return false;
		}
		found = &list->bugs[i];
	}
	for (int key = KNOWN_TITLE; found && key <= KNOWN_PREVIOUS; key++)
		bug->values[key] = found->values[key];
	return true;
}

/* Whether a value can stand in a line of the file, and adds no other line. */
static bool is_one_line(const char *value)
{
	while (*value && (unsigned char)*value >= ' ' && *value != 0x7f)
		value++;
	return *value == '\0';
}

/* Change the paragraph of a key, or print it if no change is requested. */
static int change(const struct context *context, const struct arguments *arguments)
{
	AUTO_TARGET target = { .lock = -1 };
	LINEAGE_AUTO_FREE char *signature = NULL;
	LINEAGE_AUTO_FREE char *title = NULL;
	static char yes[] = "yes";
	struct known_bug bug = { 0 };
	bool has_change = arguments->values[OPTION_IGNORE] != NULL;

	if (!open_target(context, arguments->values[OPTION_KNOWN], &target))
		return STATUS_FAILED;
	if (!find_signature(context, arguments, &target.list, &signature, &title))
		return STATUS_NOTHING;
	bug.values[KNOWN_SIGNATURE] = signature;
	for (size_t i = 0; i < CHANGES; i++) {
		const char *value = arguments->values[changes[i].option];

		if (value && !is_one_line(value)) {
			complain(
				"annotate: invalid value of an option: it has a control character");
			return STATUS_USAGE;
		}
		bug.values[changes[i].key] = (char *)(uintptr_t)value;
		has_change |= value && changes[i].key >= KNOWN_COMMIT;
	}
	if (arguments->values[OPTION_IGNORE])
		bug.values[KNOWN_IGNORE] = yes;
	if (!has_change && !arguments->values[OPTION_REMOVE])
		return print_known(&target.list, signature, context->json);
	if (!complete(&target.list, &bug))
		return STATUS_FAILED;
	if (arguments->values[OPTION_REMOVE])
		return remove_bug(&target, &bug);
	return set(&target, &bug, title) && write_target(&target) ? STATUS_DONE : STATUS_FAILED;
}

static int run(const struct context *context, const struct arguments *arguments)
{
	bool exports = arguments->values[OPTION_EXPORT] != NULL;
	bool imports = arguments->values[OPTION_IMPORT] != NULL;

	if (exports + imports + (arguments->operand_count > 0) != 1) {
		complain("annotate: expected one of KEY, --export and --import=FILE");
		return STATUS_USAGE;
	}
	if (exports)
		return export(context, arguments);
	return imports ? import(context, arguments) : change(context, arguments);
}

const struct command command_annotate = {
	.name = "annotate",
	.operands = "[OPTION]... KEY | --export | --import=FILE",
	.summary = ANNOTATE_SUMMARY,
	.help = "Note that a crash is a known bug: its description, the releases with the fix, or\n"
		"that nobody needs to look at it. triage and report print the notes, and 'triage\n"
		"--hide-known' leaves such crashes out. KEY is the signature that triage prints; with\n"
		"--store, its first characters are enough. Without a change, print the notes:\n"
		"\n"
		"  kexec-lineage annotate --store=fleet.db 1f0e9a --fixed-in=6.1.160\n"
		"  kexec-lineage annotate --store=fleet.db 1f0e9a --note='firmware of model X' --ignore\n"
		"  kexec-lineage annotate --export > known-bugs\n"
		"\n"
		"The notes are in a text file, /etc/kexec-lineage/known-bugs, which can be kept in git:\n"
		"see kexec-lineage-known-bugs(5). A change keeps all other lines of the file. An empty\n"
		"value, as in --url=, removes a line. The package has a list of public bugs.",
	.options = { { "url", "URL", "where the bug is described" },
		     { "fixed-in", "RELEASES", "releases with the fix" },
		     { "commit", "COMMIT", "commit of the fix" },
		     { "note", "TEXT", "one line of text" },
		     { "ignore", NULL, "nobody needs to look at this crash" },
		     { "release", "RELEASES", "only in these releases: 6.1.*, 6.2..6.5" },
		     { "previous", "RELEASES", "only if it depends on these previous releases" },
		     { "remove", NULL, "remove the notes about KEY" },
		     { "export", NULL, "print all known bugs, also those of the package" },
		     { "import", "FILE", "add the known bugs of a file ('-': stdin)" },
		     KNOWN_OPTION,
		     { "store", "URL", "store that has the signature KEY" } },
	.exit_status = "0 done, 1 failed, 2 wrong usage, 3 nothing is known about KEY",
	.operands_max = 1,
	.run = run,
};
