// SPDX-License-Identifier: GPL-2.0-or-later
#include "inputs.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/cleanup.h"
#include "rotation.h"

/* The type of an entry in the known folder layouts. */
enum role {
	ROLE_OTHER,
	ROLE_FOLDER,
	ROLE_CRASH_TEXT, /* log of a crash: kdump-tools' dmesg.TIME, Fedora's vmcore-dmesg.txt */
	ROLE_CRASH_INCOMPLETE, /* truncated log of a crash: the tool was interrupted */
	ROLE_CRASH_DUMP,       /* kdump-tools' dump.TIME, Fedora's vmcore */
	ROLE_PSTORE_TEXT,      /* systemd-pstore's dmesg.txt, made of the parts in its folder */
	ROLE_PSTORE_PART,      /* dmesg-BACKEND-NUMBER, of /sys/fs/pstore and systemd-pstore */
};

/*
 * @number: position of a pstore part in the order of writing
 * @dump: number of the dump in its boot, from 1; 0 if unknown
 * @part: number of the part in its dump, from 1; 0 if unknown. Part 1 has the newest lines, because
 *	the kernel writes them first
 * @stem: the name without the suffixes of log rotation
 * @rotation: the suffixes of log rotation
 * @position: position in the order of reading
 */
struct entry {
	char *path;
	const char *name; /* points into @path */
	enum role role;
	char *stem;
	struct intake_rotation rotation;
	size_t position;
	size_t backend_length; /* length of "dmesg-BACKEND-" */
	uint64_t number;
	unsigned int dump;
	unsigned int part;
};

/*
 * @top: length of the operand in which the folder was found; 0 for the operands themselves
 * @streams: files that may be parts of a log, sorted by folder and stem, the oldest part first
 */
struct folder {
	size_t top;
	struct entry *entries;
	size_t count;
	size_t room;
	struct entry **streams;
	size_t stream_count;
	bool has[ROLE_PSTORE_PART + 1];
};

static void free_folder(struct folder *folder)
{
	size_t i;

	for (i = 0; i < folder->count; i++) {
		free(folder->entries[i].path);
		free(folder->entries[i].stem);
	}
	free(folder->entries);
	free(folder->streams);
}

static bool starts_with(const char *name, const char *start)
{
	return strncmp(name, start, strlen(start)) == 0;
}

/* kdump-tools names both files of a crash by the time of the crash: "dmesg.202611260441". */
static bool is_stamped(const char *name, const char *start)
{
	const char *stamp = name + strlen(start);

	return starts_with(name, start) && strspn(stamp, "0123456789") >= 12;
}

/*
 * "dmesg-efi-170000000001001", "dmesg-ramoops-0", "dmesg-erst-7000.enc.z": Linux fs/pstore/inode.c.
 */
static bool is_part(struct entry *entry)
{
	const char *number = strrchr(entry->name, '-');
	char *end;

	if (!number && starts_with(entry->name, "dmesg_"))
		number = strrchr(entry->name, '_');
	if (!number || number[1] < '0' || number[1] > '9' ||
	    !(starts_with(entry->name, "dmesg-") || starts_with(entry->name, "dmesg_")))
		return false;
	errno = 0;
	entry->number = strtoull(number + 1, &end, 10);
	entry->backend_length = (size_t)(number + 1 - entry->name);
	return errno == 0 && (*end == '\0' || strcmp(end, ".enc.z") == 0);
}

/*
 * efi_generate_id() in Linux drivers/firmware/efi/efi-pstore.c makes the number from seconds, two
 * digits for the part, and three digits for the dump.
 */
static void split_efi_number(struct entry *entry)
{
	uint64_t number = entry->number;

	entry->dump = (unsigned int)(number % 1000);
	entry->part = (unsigned int)(number / 1000 % 100);
	/* Sort dumps of the same second by dump, then by part. */
	entry->number = number / 100000 * 100000 + entry->dump * 100 + entry->part;
}

/* pstore_dump() in Linux fs/pstore/platform.c writes "REASON#DUMP PartPART" above each part. */
static void read_part_header(struct entry *entry)
{
	LINEAGE_AUTO_CLOSE int fd =
		open(entry->path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	unsigned int dump, part;
	char head[64];
	ssize_t got = fd < 0 ? -1 : read(fd, head, sizeof(head) - 1);

	if (got <= 0)
		return;
	head[got] = '\0';
	if (sscanf(head, "%*[A-Za-z]#%9u Part%9u", &dump, &part) != 2)
		return;
	entry->dump = dump;
	entry->part = part;
}

static void find_part(struct entry *entry)
{
	/* The first name of this backend was "efi". Newer kernels use the name of its module. */
	if (starts_with(entry->name, "dmesg-efi-") || starts_with(entry->name, "dmesg-efi_pstore-"))
		split_efi_number(entry);
	read_part_header(entry);
}

static enum role role_of(struct entry *entry, const struct stat *status)
{
	const char *name = entry->name;

	if (S_ISDIR(status->st_mode))
		return ROLE_FOLDER;
	/* Ignore an empty text file, so that the dump is read instead. */
	if (starts_with(name, "vmcore-dmesg-incomplete"))
		return ROLE_CRASH_INCOMPLETE;
	if (strcmp(name, "dmesg.txt") == 0)
		return status->st_size > 0 ? ROLE_PSTORE_TEXT : ROLE_OTHER;
	if (is_stamped(name, "dmesg.") || starts_with(name, "vmcore-dmesg"))
		return status->st_size > 0 ? ROLE_CRASH_TEXT : ROLE_OTHER;
	if (is_stamped(name, "dump.") || strcmp(name, "vmcore") == 0 ||
	    starts_with(name, "vmcore."))
		return ROLE_CRASH_DUMP;
	return is_part(entry) ? ROLE_PSTORE_PART : ROLE_OTHER;
}

static int add_entry(struct folder *folder, const char *parent, const char *name)
{
	struct entry *entry;

	if (folder->count == folder->room) {
		size_t room = folder->room ? 2 * folder->room : 32;
		struct entry *more = reallocarray(folder->entries, room, sizeof(*more));

		if (!more)
			return -ENOMEM;
		folder->entries = more;
		folder->room = room;
	}
	entry = &folder->entries[folder->count];
	*entry = (struct entry){ 0 };
	if (asprintf(&entry->path, "%s%s%s", parent, parent[strlen(parent) - 1] == '/' ? "" : "/",
		     name) < 0)
		return -ENOMEM;
	entry->name = entry->path + strlen(entry->path) - strlen(name);
	folder->count++;
	return 0;
}

static int rank(enum role role)
{
	return role == ROLE_FOLDER ? 2 : role == ROLE_PSTORE_PART;
}

/* Keep parts of one backend together, in the order of writing. */
static int compare_parts(const struct entry *a, const struct entry *b)
{
	size_t common =
		a->backend_length < b->backend_length ? a->backend_length : b->backend_length;
	int order = strncmp(a->name, b->name, common);

	if (order)
		return order;
	if (a->backend_length != b->backend_length)
		return a->backend_length < b->backend_length ? -1 : 1;
	return a->number < b->number ? -1 : a->number > b->number;
}

/* Sort files first, then parts of pstore, then folders; each by name. */
static int compare(const void *left, const void *right)
{
	const struct entry *a = left, *b = right;
	int order = rank(a->role) - rank(b->role);

	if (order == 0 && a->role == ROLE_PSTORE_PART)
		order = compare_parts(a, b);
	return order ? order : strcmp(a->name, b->name);
}

/* Keep the last entry of @folder only if it is a regular file or a folder. */
static void look_at(struct folder *folder, const struct intake_inputs *inputs)
{
	struct entry *entry = &folder->entries[folder->count - 1];
	struct stat status;
	bool is_wanted = false;

	if (lstat(entry->path, &status) != 0)
		inputs->unreadable(inputs->data, entry->path, -errno);
	else
		is_wanted = S_ISREG(status.st_mode) || S_ISDIR(status.st_mode);
	if (!is_wanted) {
		free(entry->path);
		folder->count--;
		return;
	}
	entry->role = role_of(entry, &status);
	if (entry->role == ROLE_PSTORE_PART)
		find_part(entry);
	folder->has[entry->role] = true;
}

static int list(const char *path, const struct intake_inputs *inputs, struct folder *folder)
{
	DIR *handle = opendir(path);
	const struct dirent *found;
	int error = 0;

	if (!handle) {
		inputs->unreadable(inputs->data, path, -errno);
		return 0;
	}
	while (!error && (errno = 0, found = readdir(handle))) {
		if (strcmp(found->d_name, ".") == 0 || strcmp(found->d_name, "..") == 0)
			continue;
		error = add_entry(folder, path, found->d_name);
		if (!error)
			look_at(folder, inputs);
	}
	if (!error && errno)
		inputs->unreadable(inputs->data, path, -errno);
	closedir(handle);
	if (folder->count > 0)
		qsort(folder->entries, folder->count, sizeof(*folder->entries), compare);
	return error;
}

static bool is_crash(enum role role)
{
	return role >= ROLE_CRASH_TEXT && role <= ROLE_PSTORE_PART;
}

static int give_file(const struct folder *folder, const struct entry *entry,
		     const struct intake_inputs *inputs)
{
	const char *path = entry->path;
	struct intake_input input = { .name = path,
				      .paths = &path,
				      .count = 1,
				      .top = folder->top,
				      .stem = entry->rotation.is_sure ? entry->stem : NULL,
				      .is_crash = is_crash(entry->role) };

	return inputs->input(inputs->data, &input);
}

/* Return whether a better file of the same folder contains the same crash. */
static bool is_duplicate(const struct folder *folder, enum role role)
{
	switch (role) {
	case ROLE_CRASH_DUMP:
		return folder->has[ROLE_CRASH_TEXT];
	case ROLE_CRASH_INCOMPLETE:
		return folder->has[ROLE_CRASH_TEXT] || folder->has[ROLE_CRASH_DUMP];
	case ROLE_PSTORE_PART:
		return folder->has[ROLE_PSTORE_TEXT];
	default:
		return false;
	}
}

static bool is_same_backend(const struct entry *a, const struct entry *b)
{
	return a->role == b->role && a->backend_length == b->backend_length &&
	       strncmp(a->name, b->name, a->backend_length) == 0;
}

/*
 * Check whether @entry can be from the same boot as the part @before it: a later part of the same
 * dump, or a part of a later dump.
 */
static bool goes_on(const struct entry *before, const struct entry *entry)
{
	return is_same_backend(before, entry) &&
	       (entry->part == 0 || entry->dump > before->dump ||
		(entry->dump == before->dump && entry->part > before->part));
}

static size_t count_parts(const struct entry *first, size_t left)
{
	const struct entry *before = first;
	size_t count = 1;

	for (; count < left && goes_on(before, &first[count]); count++)
		if (first[count].part != 0)
			before = &first[count];
	return count;
}

/* Pass an input with several paths to the receiver. The input is named after the part @path. */
static int give_paths(const char *path, const char *const *paths, struct intake_input *input,
		      const struct intake_inputs *inputs)
{
	LINEAGE_AUTO_FREE char *name = NULL;

	if (asprintf(&name, "%s (%zu parts)", path, input->count) < 0) {
		name = NULL;
		return -ENOMEM;
	}
	input->name = name;
	input->paths = paths;
	return inputs->input(inputs->data, input);
}

static int give_parts(const struct folder *folder, const struct entry *first, size_t count,
		      const struct intake_inputs *inputs)
{
	LINEAGE_AUTO_FREE const char **paths = calloc(count, sizeof(*paths));
	struct intake_input input = { .count = count, .top = folder->top, .is_crash = true };

	if (!paths)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++)
		paths[i] = first[i].path;
	return give_paths(paths[0], paths, &input, inputs);
}

static int give_stream(const struct folder *folder, struct entry *const *first, size_t count,
		       const struct intake_inputs *inputs)
{
	LINEAGE_AUTO_FREE const char **paths = calloc(count, sizeof(*paths));
	struct intake_input input = { .count = count, .top = folder->top, .stem = first[0]->stem };

	if (!paths)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++)
		paths[i] = first[i]->path;
	return give_paths(paths[count - 1], paths, &input, inputs);
}

static size_t folder_length(const struct entry *entry)
{
	return (size_t)(entry->name - entry->path);
}

/* Compare the folders and stems of two files. */
static int compare_stems(const struct entry *a, const struct entry *b)
{
	size_t a_length = folder_length(a), b_length = folder_length(b);
	int order = strncmp(a->path, b->path, a_length < b_length ? a_length : b_length);

	if (order || a_length != b_length)
		return order ? order : a_length < b_length ? -1 : 1;
	return strcmp(a->stem, b->stem);
}

static int compare_streams(const void *left, const void *right)
{
	const struct entry *a = *(struct entry *const *)left, *b = *(struct entry *const *)right;
	int order = compare_stems(a, b);

	if (order == 0)
		order = intake_rotation_compare(&a->rotation, &b->rotation);
	return order ? order : strcmp(a->path, b->path);
}

/* Sort the files that are not from a crash by log, and the parts of a log by age. */
static int find_streams(struct folder *folder)
{
	char stem[INTAKE_NAME_SIZE];

	folder->streams = calloc(folder->count + 1, sizeof(struct entry *));
	if (!folder->streams)
		return -ENOMEM;
	for (size_t i = 0; i < folder->count; i++) {
		struct entry *entry = &folder->entries[i];

		entry->position = i;
		if (entry->role != ROLE_OTHER || !entry->path)
			continue;
		intake_rotation_parse(entry->name, stem, &entry->rotation);
		entry->stem = strdup(stem);
		if (!entry->stem)
			return -ENOMEM;
		folder->streams[folder->stream_count++] = entry;
	}
	qsort(folder->streams, folder->stream_count, sizeof(*folder->streams), compare_streams);
	return 0;
}

/* Find the first entry with the same folder and stem as @entry. */
static struct entry *const *first_of_stem(const struct folder *folder, const struct entry *entry)
{
	size_t from = 0, to = folder->stream_count;

	while (from < to) {
		size_t middle = (from + to) / 2;

		if (compare_stems(folder->streams[middle], entry) < 0)
			from = middle + 1;
		else
			to = middle;
	}
	return folder->streams + from;
}

/*
 * Find the parts of the log of @entry. A file with a number is a part if the name alone proves
 * rotation, or if the folder also contains the file without a number.
 */
static struct entry *const *find_stream(const struct folder *folder, const struct entry *entry,
					size_t *ret_count)
{
	struct entry *const *end = folder->streams + folder->stream_count;
	struct entry *const *first = first_of_stem(folder, entry);
	struct entry *const *last = first;

	while (last + 1 < end && compare_stems(last[1], entry) == 0)
		last++;
	while (first < last && !first[0]->rotation.is_sure &&
	       last[0]->rotation.kind != INTAKE_ROTATION_NONE)
		first++;
	*ret_count = (size_t)(last - first) + 1;
	return first;
}

/* Return whether an operand was given twice. */
static bool is_repeated(struct entry *const *first, size_t count)
{
	return strcmp(first[count - 1]->path, first[count - 2]->path) == 0;
}

/* Pass a log with all its parts if @entry is its first part in the order of the folder. */
static int give_log(const struct folder *folder, const struct entry *entry,
		    const struct intake_inputs *inputs)
{
	size_t count;
	struct entry *const *first = find_stream(folder, entry, &count);
	size_t leader = entry->position;
	bool is_part = false;

	for (size_t i = 0; i < count; i++) {
		is_part = is_part || first[i] == entry;
		if (first[i]->position < leader)
			leader = first[i]->position;
	}
	if (!is_part || count == 1 || is_repeated(first, count))
		return give_file(folder, entry, inputs);
	return leader == entry->position ? give_stream(folder, first, count, inputs) : 0;
}

static bool is_sosreport(const struct folder *folder)
{
	for (size_t i = 0; i < folder->count; i++)
		if (folder->entries[i].role == ROLE_FOLDER &&
		    strcmp(folder->entries[i].name, INTAKE_SOSREPORT_SIGN) == 0)
			return true;
	return false;
}

static int search(const char *path, size_t top, const struct intake_inputs *inputs,
		  unsigned int depth)
{
	__attribute__((cleanup(free_folder))) struct folder folder = { .top = top };
	int error = list(path, inputs, &folder);
	size_t i, count;

	if (!error && inputs->sosreport && is_sosreport(&folder))
		return inputs->sosreport(inputs->data, path, top);
	if (!error)
		error = find_streams(&folder);
	for (i = 0; !error && i < folder.count; i += count) {
		const struct entry *entry = &folder.entries[i];

		count = 1;
		if (is_duplicate(&folder, entry->role))
			continue;
		if (entry->role == ROLE_PSTORE_PART)
			count = count_parts(entry, folder.count - i);
		if (count > 1)
			error = give_parts(&folder, entry, count, inputs);
		else if (entry->role == ROLE_OTHER)
			error = give_log(&folder, entry, inputs);
		else if (entry->role != ROLE_FOLDER)
			error = give_file(&folder, entry, inputs);
		else if (depth == INTAKE_DEPTH_MAX)
			inputs->unreadable(inputs->data, entry->path, -ELOOP);
		else
			error = search(entry->path, top, inputs, depth + 1);
	}
	return error;
}

/* Fill an entry with an operand. Report a missing operand and leave its entry without a path. */
static int take_operand(const char *path, const struct intake_inputs *inputs, struct entry *entry)
{
	const char *slash = strrchr(path, '/');
	struct stat status = { .st_mode = S_IFIFO };

	if (strcmp(path, "-") != 0 && stat(path, &status) != 0) {
		inputs->unreadable(inputs->data, path, -errno);
		return 0;
	}
	entry->path = strdup(path);
	if (!entry->path)
		return -ENOMEM;
	entry->name = entry->path + (slash ? slash + 1 - path : 0);
	if (S_ISREG(status.st_mode) || S_ISDIR(status.st_mode))
		entry->role = role_of(entry, &status);
	return 0;
}

static int give_operand(const struct folder *folder, const struct entry *entry,
			const struct intake_inputs *inputs)
{
	if (!entry->path)
		return 0;
	if (entry->role == ROLE_FOLDER)
		return search(entry->path, strlen(entry->path), inputs, 0);
	return entry->role == ROLE_OTHER ? give_log(folder, entry, inputs)
					 : give_file(folder, entry, inputs);
}

int intake_inputs_find(const char *const *paths, size_t count, const struct intake_inputs *inputs)
{
	__attribute__((cleanup(free_folder))) struct folder folder = { 0 };
	int error = 0;

	folder.entries = calloc(count + 1, sizeof(*folder.entries));
	if (!folder.entries)
		return -ENOMEM;
	folder.count = count;
	for (size_t i = 0; i < count && !error; i++)
		error = take_operand(paths[i], inputs, &folder.entries[i]);
	if (!error)
		error = find_streams(&folder);
	for (size_t i = 0; i < count && !error; i++)
		error = give_operand(&folder, &folder.entries[i], inputs);
	return error;
}
