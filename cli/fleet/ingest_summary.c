// SPDX-License-Identifier: GPL-2.0-or-later
#include "ingest_summary.h"

#include <inttypes.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "cli/common/output.h"
#include "lib/cleanup.h"

#define SHOWN_MAX 20

struct ingest_title {
	uint64_t crashes;
	char text[];
};

static int compare_texts(const void *left, const void *right)
{
	return strcmp(((const struct ingest_title *)left)->text,
		      ((const struct ingest_title *)right)->text);
}

void ingest_summary_add(struct ingest_summary *summary, const char *title)
{
	LINEAGE_AUTO_FREE struct ingest_title *own = malloc(sizeof(*own) + strlen(title) + 1);
	struct ingest_title **found = NULL;

	if (own) {
		own->crashes = 0;
		strcpy(own->text, title);
		found = summary->count < INGEST_TITLES_MAX
				? tsearch(own, &summary->titles, compare_texts)
				: tfind(own, &summary->titles, compare_texts);
	}
	if (!found) {
		summary->others++;
		return;
	}
	(*found)->crashes++;
	if (*found == own) {
		own = NULL; /* the tree owns it now */
		summary->count++;
	}
}

/* The entries that a tree walk has collected. */
struct list {
	const struct ingest_title **titles;
	size_t length;
};

static void collect(const void *node, VISIT visit, void *data)
{
	struct list *list = data;

	if (visit == postorder || visit == leaf)
		list->titles[list->length++] = *(const struct ingest_title *const *)node;
}

static int compare_counts(const void *left, const void *right)
{
	const struct ingest_title *a = *(const struct ingest_title *const *)left;
	const struct ingest_title *b = *(const struct ingest_title *const *)right;

	if (a->crashes != b->crashes)
		return a->crashes < b->crashes ? 1 : -1;
	return strcmp(a->text, b->text);
}

void ingest_summary_print(const struct ingest_summary *summary, FILE *stream)
{
	LINEAGE_AUTO_FREE const struct ingest_title **titles =
		calloc(summary->count + 1, sizeof(*titles));
	struct list list = { .titles = titles };
	size_t i;

	if (!titles)
		return;
	twalk_r(summary->titles, collect, &list);
	qsort(titles, list.length, sizeof(*titles), compare_counts);
	for (i = 0; i < list.length && i < SHOWN_MAX; i++) {
		LINEAGE_AUTO_FREE char *title = printable(titles[i]->text);

		fprintf(stream, "%8" PRIu64 "  %s\n", titles[i]->crashes, title);
	}
	if (list.length > i)
		fprintf(stream, "%8s  and %zu more%s\n", "", list.length - i,
			summary->others > 0 ? " (approximately)" : "");
}

void ingest_summary_deinit(struct ingest_summary *summary)
{
	tdestroy(summary->titles, free);
	summary->titles = NULL;
}
