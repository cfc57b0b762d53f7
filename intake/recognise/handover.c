// SPDX-License-Identifier: GPL-2.0-or-later
#include "handover.h"

#include <stdio.h>
#include <stdlib.h>

#include "firmware.h"
#include "intake/decode/text.h"
#include "lib/lost_kexec.h"

/* Tolerance for the printk times of two CPUs. */
#define BACK_US (1000000ULL / 2)
/* Time in which the kernel may still print after it has reported a restart. */
#define LATER_US (10 * 1000000ULL)
#define UNKNOWN_RELEASE "unknown release"

/* Match lines of Linux kernel/kexec_core.c kernel_kexec() and arch/arm64/kernel/machine_kexec.c. */
static enum intake_start start_of(struct intake_text line)
{
	line = intake_text_trim(line);
	intake_text_take(&line, "kexec_core: ");
	intake_text_take(&line, "kexec: ");
	if (intake_text_is(line, "Starting new kernel"))
		return INTAKE_START_KEXEC;
	return intake_text_is(line, "Starting crashdump kernel...") ? INTAKE_START_CAPTURE
								    : INTAKE_START_NONE;
}

/* Match "Rebooting in N seconds.." (Linux kernel/panic.c). */
static bool is_reboot_after_panic(struct intake_text line)
{
	uint64_t seconds;

	return intake_text_take(&line, "Rebooting in ") &&
	       intake_text_take_number(&line, &seconds) && intake_text_is(line, " seconds..");
}

/*
 * Match the kernel's last line before it resets or halts the machine (Linux kernel/reboot.c,
 * kernel/panic.c, arch/x86/kernel/reboot.c).
 */
bool intake_is_restart(struct intake_text line)
{
	static const char *const lines[] = { "Restarting system", "machine restart", "Power down",
					     "System halted" };

	line = intake_text_trim(line);
	intake_text_take(&line, "reboot: ");
	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++)
		if (intake_text_is(line, lines[i]))
			return true;
	return intake_text_starts(line, "Restarting system with command '") ||
	       is_reboot_after_panic(line);
}

/*
 * Match lines that a kernel prints after it has reported the start (Linux arch/arm64/kernel/psci.c
 * and machine_kexec.c, arch/powerpc/kexec/core_64.c, virt/kvm/kvm_main.c).
 */
static bool is_of_shutdown(struct intake_text line)
{
	static const char *const lines[] = {
		"psci: CPU",
		"Bye",
		"kvm: exiting",
		"kexec: waiting for cpu",
		"kexec: Starting switchover",
		"Will call new kernel at ",
		"FDT image at ",
		"reboot: ",
		"smpboot: CPU",
	};

	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++)
		if (intake_text_starts(line, lines[i]))
			return true;
	return false;
}

/* Forget everything, except whether another kernel may have started since the last banner. */
static void forget(struct intake_handover *handover)
{
	bool is_foreign = handover->is_foreign || handover->is_confirmed ||
			  handover->has_firmware || handover->has_restart;

	*handover = (struct intake_handover){ .is_foreign = is_foreign,
					      .has_panicked = handover->has_panicked };
}

/* Note the start of a kexec. The module reports it first, and then the kernel does. */
static void begin(struct intake_handover *handover, enum intake_start start,
		  const struct intake_record *record)
{
	bool has_begun = handover->has_firmware || handover->has_restart;
	bool is_same = handover->is_reported && !handover->is_confirmed && !has_begun &&
		       start == INTAKE_START_KEXEC;
	/* Two consoles may print the same line to one log. */
	bool is_again = handover->is_confirmed && !has_begun && start == handover->start &&
			record->has_uptime && record->uptime_us == handover->uptime_us;

	if (is_again)
		return;
	if (!is_same) {
		forget(handover);
		handover->offset = record->offset;
	}
	handover->start = start;
	handover->uptime_us = record->has_uptime ? record->uptime_us : 0;
	handover->has_time = record->has_time;
	handover->time = record->time;
	handover->wall_us = record->wall_us;
	/* After a panic, the kernel can only start a capture kernel. */
	handover->has_other =
		handover->is_foreign || (start == INTAKE_START_KEXEC && handover->has_panicked);
	handover->is_erased = false;
	handover->is_alive = false;
}

/* Parse "RELEASE (count N)", or "unknown release (count N)". */
static void take_target(struct intake_handover *handover, struct intake_text line)
{
	struct intake_text release;
	uint64_t count;

	if (!intake_text_take(&line, UNKNOWN_RELEASE)) {
		release = intake_text_take_word(&line);
		handover->has_release = lineage_release_is_valid(release.at, release.length);
		if (!handover->has_release)
			return;
		memcpy(handover->release, release.at, release.length);
		handover->release[release.length] = '\0';
	}
	handover->has_count = intake_text_take(&line, " (count ") &&
			      intake_text_take_number(&line, &count) && count > 0 &&
			      count <= UINT32_MAX && intake_text_starts(line, ")");
	if (handover->has_count)
		handover->count = (uint32_t)count;
}

/*
 * If a line of firmware follows lines that a kernel printed before its banner, the banner was cut
 * off, and the kernel may have run.
 */
static void note_firmware(struct intake_handover *handover, const struct intake_record *record)
{
	if (!handover->has_firmware && !handover->has_restart)
		handover->began = record->offset;
	handover->has_firmware = true;
	if (handover->start != INTAKE_START_NONE && handover->has_early)
		handover->has_other = true;
}

static void note_restart(struct intake_handover *handover, const struct intake_record *record)
{
	if (!handover->has_firmware && !handover->has_restart)
		handover->began = record->offset;
	handover->has_restart = true;
	if (handover->start == INTAKE_START_NONE)
		handover->uptime_us = record->has_uptime ? record->uptime_us : 0;
}

/* Evaluate a line of a running kernel after a restart or firmware, if no kexec was started. */
static void learn_running_line(struct intake_handover *handover, const struct intake_record *record)
{
	bool is_last_line = handover->has_restart && !handover->has_firmware &&
			    record->uptime_us + BACK_US >= handover->uptime_us &&
			    record->uptime_us <= handover->uptime_us + LATER_US;

	if (!is_last_line)
		forget(handover);
}

/*
 * Evaluate a line of a kernel, or a line of a program if it has a time. A line at time 0 belongs to
 * the next kernel, whose banner follows. If the time is earlier than the time of the start, another
 * kernel printed the line. After the module's report, the old kernel may print lines while it shuts
 * down its devices.
 */
static void learn_kernel_line(struct intake_handover *handover, const struct intake_record *record)
{
	if (record->uptime_us == 0) {
		handover->has_early = true;
	} else if (handover->start == INTAKE_START_NONE) {
		learn_running_line(handover, record);
		if (!record->is_from_user &&
		    intake_text_starts(record->text, "Kernel panic - not syncing"))
			handover->has_panicked = true;
	} else if (handover->uptime_us == 0) {
		forget(handover);
	} else if (record->uptime_us + BACK_US < handover->uptime_us) {
		handover->is_alive = true;
		handover->has_other = true;
	} else if (!handover->is_confirmed) {
		handover->is_alive = true;
	} else if (record->is_from_user || !is_of_shutdown(record->text)) {
		handover->has_other = true;
	}
}

static void learn_other_line(struct intake_handover *handover, const struct intake_record *record)
{
	bool has_begun = handover->has_firmware || handover->has_restart;

	switch (intake_console_classify(record->text)) {
	case INTAKE_CONSOLE_FIRMWARE:
		note_firmware(handover, record);
		break;
	case INTAKE_CONSOLE_SETUP:
		/*
		 * A kexec may have started the setup program, unless a kernel has already printed
		 * lines.
		 */
		if (handover->start != INTAKE_START_NONE && !has_begun && !handover->has_early)
			handover->has_other = true;
		else
			note_firmware(handover, record);
		break;
	case INTAKE_CONSOLE_ALIVE:
		forget(handover);
		break;
	case INTAKE_CONSOLE_OTHER:
		handover->has_other = handover->has_other || !has_begun;
		break;
	case INTAKE_CONSOLE_BETWEEN:
		break;
	}
}

void intake_handover_learn(struct intake_handover *handover, const struct intake_record *record,
			   bool is_timed)
{
	struct intake_text line = record->text;
	bool is_kernel = !record->is_from_user && (record->has_uptime || !is_timed);
	enum intake_start start = is_kernel ? start_of(line) : INTAKE_START_NONE;

	handover->is_erased = handover->is_erased || record->is_erased;
	if (start != INTAKE_START_NONE) {
		begin(handover, start, record);
		handover->is_confirmed = true;
	} else if (is_kernel && intake_text_take(&line, "kexec_lineage: kexec to ")) {
		forget(handover);
		begin(handover, INTAKE_START_KEXEC, record);
		handover->is_reported = true;
		take_target(handover, line);
	} else if (is_kernel && intake_is_restart(line)) {
		note_restart(handover, record);
	} else if (record->has_uptime) {
		learn_kernel_line(handover, record);
	} else if (!record->is_from_user) {
		learn_other_line(handover, record);
	}
}

void intake_handover_doubt(struct intake_handover *handover, const struct intake_record *record)
{
	if (!record->is_from_user && !record->has_uptime &&
	    intake_console_classify(record->text) != INTAKE_CONSOLE_BETWEEN)
		handover->has_other = true;
}

bool intake_handover_is_open(const struct intake_handover *handover)
{
	return handover->has_firmware || handover->has_restart ||
	       (handover->start != INTAKE_START_NONE && !handover->has_other &&
		!handover->is_alive);
}

bool intake_handover_needs_all(const struct intake_handover *handover, uint64_t offset)
{
	return handover->start == INTAKE_START_KEXEC &&
	       offset - handover->offset < INTAKE_HANDOVER_BYTES;
}

/* Return whether so much time has passed that another kernel may have run unseen. */
static bool is_late(const struct intake_handover *handover, const struct intake_record *record)
{
	if (handover->has_time && record->has_time)
		return record->time - handover->time > INTAKE_HANDOVER_S ||
		       record->time < handover->time - INTAKE_HANDOVER_S;
	if (handover->wall_us > 0 && record->wall_us > 0)
		return record->wall_us > handover->wall_us + INTAKE_HANDOVER_S * 1000000ULL;
	return record->offset - handover->offset > INTAKE_HANDOVER_BYTES;
}

/*
 * Copy the chain of @before, and add the release of @before as the newest entry. The entries and
 * their texts are one allocation.
 */
static struct lineage_entry *extend_chain(const struct intake_boot *before, size_t *ret)
{
	size_t length = before->has_previous ? before->chain_length : 0;
	bool is_again = length > 0 && strcmp(before->chain[0].release, before->release) == 0;
	size_t size = sizeof(struct lineage_entry) + strlen(before->release) + 1;
	struct lineage_entry *entries;
	char *name;

	for (size_t i = 0; i < length; i++)
		size += sizeof(struct lineage_entry) + strlen(before->chain[i].release) + 1;
	entries = malloc(size);
	if (!entries)
		return NULL;
	name = (char *)(entries + length + 1);
	entries[0] = (struct lineage_entry){
		.release = name,
		.runs = is_again ? before->chain[0].runs + (before->chain[0].runs < UINT32_MAX) : 1,
	};
	name = stpcpy(name, before->release) + 1;
	*ret = 1;
	for (size_t i = is_again; i < length; i++) {
		entries[*ret] =
			(struct lineage_entry){ .release = name, .runs = before->chain[i].runs };
		name = stpcpy(name, before->chain[i].release) + 1;
		++*ret;
	}
	return entries;
}

/* Make the boot that @before started by kexec. The boot id is used only if the kexec was lost. */
static struct intake_boot *make_next(const struct intake_handover *handover,
				     const struct intake_boot *before)
{
	struct intake_boot *next = calloc(1, sizeof(*next));

	if (!next)
		return NULL;
	memcpy(next->host, before->host, sizeof(next->host));
	memcpy(next->machine_id, before->machine_id, sizeof(next->machine_id));
	memcpy(next->hardware, before->hardware, sizeof(next->hardware));
	snprintf(next->boot_id, sizeof(next->boot_id), LINEAGE_LOST_PREFIX "%.*s",
		 (int)(sizeof(next->boot_id) - sizeof(LINEAGE_LOST_PREFIX)), before->boot_id);
	next->has_kernel_id = before->has_kernel_id;
	next->marks = before->marks;
	next->has_time = handover->has_time;
	next->time = handover->time;
	next->has_start = handover->has_time;
	next->start = handover->time;
	if (!next->has_start && before->has_start && handover->uptime_us > 0) {
		next->has_start = true;
		next->start = before->start + (int64_t)(handover->uptime_us / 1000000);
	}
	next->end = INTAKE_END_LOST;
	if (handover->has_release)
		memcpy(next->release, handover->release, sizeof(next->release));
	next->boot = LINEAGE_BOOT_KEXEC;
	next->has_previous = true;
	memcpy(next->previous_release, before->release, sizeof(next->previous_release));
	next->has_count = before->has_count || handover->has_count;
	next->kexec_count = before->has_count
				    ? before->kexec_count + (before->kexec_count < UINT32_MAX)
				    : handover->count;
	next->source = handover->is_reported ? "log" : "inferred";
	return next;
}

/* Return whether the banner of the next kernel contradicts the release that the module reported. */
static bool is_other_kernel(const struct intake_handover *handover,
			    const struct intake_record *record)
{
	struct intake_text line = record->text, release;

	if (!handover->has_release || !intake_text_take(&line, "Linux version "))
		return false;
	release = intake_text_take_word(&line);
	return !intake_text_is(release, handover->release);
}

void intake_handover_conclude(const struct intake_handover *handover,
			      const struct intake_boot *before, const struct intake_record *record,
			      bool infer, struct intake_origin *ret)
{
	bool is_started = handover->start != INTAKE_START_NONE && !handover->has_restart &&
			  !is_late(handover, record);
	bool is_reset = handover->has_firmware || handover->has_restart;
	bool is_plain = !is_reset && !handover->is_erased && !record->is_erased;

	if (is_reset)
		ret->boot = LINEAGE_BOOT_COLD;
	if (!is_started || handover->has_other || !before->release[0])
		return;
	if (is_plain && handover->start == INTAKE_START_CAPTURE)
		ret->boot = LINEAGE_BOOT_CAPTURE;
	if (handover->start != INTAKE_START_KEXEC || !(infer || handover->is_reported))
		return;
	ret->next = make_next(handover, before);
	if (!ret->next)
		return;
	ret->offset = handover->offset;
	ret->chain = extend_chain(before, &ret->next->chain_length);
	ret->next->chain = ret->chain;
	ret->next->chain_is_complete =
		ret->chain && (before->boot == LINEAGE_BOOT_COLD || before->chain_is_complete);
	if (is_plain && !is_other_kernel(handover, record))
		ret->boot = LINEAGE_BOOT_KEXEC;
	ret->is_lost = !handover->is_alive && before->boot_id[0];
}

void intake_origin_deinit(struct intake_origin *origin)
{
	free(origin->chain);
	free(origin->next);
	*origin = (struct intake_origin){ 0 };
}

void intake_origin_crash(const struct intake_origin *origin, struct intake_crash *ret)
{
	*ret = (struct intake_crash){
		.boot = origin->next,
		.has_time = origin->next->has_start,
		.time = origin->next->start,
		.offset = origin->offset,
		.title = { .title = LINEAGE_LOST_TITLE,
			   .type = LINEAGE_LOST_TYPE,
			   .signature = LINEAGE_LOST_SIGNATURE },
	};
}
