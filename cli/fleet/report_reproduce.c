// SPDX-License-Identifier: GPL-2.0-or-later
#include "report_reproduce.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lib/cleanup.h"
#include "triage/figure.h"

#define KEXECS_MAX 12 /* maximum number of kexecs whose commands are printed one by one */
#define CONFIDENCE 0.95

/* Write a word for a shell. A release is untrusted: a log may name any. */
static void write_word(const char *prefix, const char *release, size_t length, FILE *stream)
{
	static const char safe[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				   "0123456789._+-";
	LINEAGE_AUTO_FREE char *word = strndup(release, length);

	if (word && word[strspn(word, safe)] == '\0') {
		fprintf(stream, "%s%s", prefix, word);
		return;
	}
	fprintf(stream, "%s'", prefix);
	for (const char *at = word; at && *at; at++) {
		if (*at == '\'')
			fputs("'\\'", stream);
		putc(*at, stream);
	}
	putc('\'', stream);
}

/* Return the number of kernels of a chain, each run counted. */
static uint64_t count_kernels(const char *chain)
{
	uint64_t count = 0;
	uint32_t runs;
	size_t length;

	while (report_chain_next(&chain, &length, &runs))
		count += runs;
	return count;
}

/* Write the commands for a machine: start the first kernel, then load and start each next one. */
static void write_machine(const char *chain, FILE *stream)
{
	bool is_first = true;
	const char *release;
	uint32_t runs;
	size_t length;

	while ((release = report_chain_next(&chain, &length, &runs))) {
		if (length == 0)
			continue;
		for (uint32_t run = 0; run < runs && run <= KEXECS_MAX; run++) {
			if (is_first) {
				write_word("# cold boot of ", release, length, stream);
				putc('\n', stream);
				is_first = false;
				continue;
			}
			write_word("kexec-lineage load -s -l /boot/vmlinuz-", release, length,
				   stream);
			write_word(" --initrd=/boot/initrd.img-", release, length, stream);
			fputs(" --reuse-cmdline && systemctl kexec\n", stream);
		}
	}
	fputs("kexec-lineage show\n", stream);
}

/* Write the commands for the lab: QEMU runs the same kernels. */
static void write_lab(const char *chain, FILE *stream)
{
	const char *release;
	uint32_t runs;
	size_t length;

	fputs("python3 -m lab kexec --logs build/reproduce", stream);
	while ((release = report_chain_next(&chain, &length, &runs)))
		for (uint32_t run = 0; length > 0 && run < runs && run <= KEXECS_MAX; run++)
			write_word(" /boot/vmlinuz-", release, length, stream);
	fputs("\nkexec-lineage ingest -v build/reproduce/serial.log\n", stream);
}

/* Make "about 42 boots show it at least once with a probability of 95 %". */
static char *make_tries(const struct report_facts *facts)
{
	bool is_found = facts->dependence.verdict >= TRIAGE_LEAD;
	uint64_t boots = is_found ? facts->dependence.table.boots : facts->one->boots;
	uint64_t crashes = is_found ? facts->dependence.table.crashes : facts->one->crashes;
	const char *unit = triage_figure_unit(facts->report->exposure, facts->one->signature, 2);
	char some[TRIAGE_FIGURE_SIZE], all[TRIAGE_FIGURE_SIZE], tries[TRIAGE_FIGURE_SIZE];
	double share;

	if (boots == 0 || crashes == 0 || triage_exposure_is_crashes_only(facts->report->exposure))
		return NULL;
	triage_figure_count(crashes, some);
	triage_figure_count(boots, all);
	if (crashes >= boots)
		return triage_format("All %s of these %s had the crash: one try may be enough.",
				     all, unit);
	share = (double)crashes / (double)boots;
	triage_figure_count((uint64_t)ceil(log(1 - CONFIDENCE) / log1p(-share)), tries);
	return triage_format("At the observed share (%s of %s %s), %s tries show the crash at "
			     "least once with a probability of 95 %%.",
			     some, all, unit, tries);
}

static void write_text(char *text, const struct report_form *form, FILE *stream)
{
	LINEAGE_AUTO_FREE char *own = text;

	if (own)
		form->paragraph(own, stream);
}

/* Write the lines that @write makes as a block. */
static void write_block(const char *chain, void (*write)(const char *chain, FILE *stream),
			const struct report_form *form, FILE *stream)
{
	LINEAGE_AUTO_FREE char *lines = NULL;
	size_t size;
	FILE *memory = open_memstream(&lines, &size);

	if (!memory)
		return;
	write(chain, memory);
	if (fclose(memory) == 0)
		form->block(lines, stream);
}

void report_reproduce(const struct report_facts *facts, const struct report_form *form,
		      FILE *stream)
{
	const char *chain = report_facts_path(facts);
	uint64_t kernels = chain ? count_kernels(chain) : 0;

	if (!chain)
		return;
	form->heading("How to reproduce it", stream);
	write_text(make_tries(facts), form, stream);
	if (kernels > KEXECS_MAX + 1) {
		write_text(triage_format("The most frequent chain has %" PRIu64
					 " kexecs; the table of chains shows it. Repeat this for "
					 "each of them:",
					 kernels - 1),
			   form, stream);
		form->block("kexec-lineage load -s -l KERNEL --initrd=INITRD --reuse-cmdline && "
			    "systemctl kexec\n",
			    stream);
		return;
	}
	if (*chain == '\n')
		write_text(strdup("The kernels before the first one are unknown."), form, stream);
	form->paragraph("On a machine, run each line in the kernel that the previous line started:",
			stream);
	write_block(chain, write_machine, form, stream);
	form->paragraph("In virtual machines, from the sources of kexec-lineage. A bug that needs "
			"certain hardware does not occur there:",
			stream);
	write_block(chain, write_lab, form, stream);
}
