// SPDX-License-Identifier: GPL-2.0-or-later
/* Lines of a crash report that name a task. */
#include "task_line.h"

bool intake_task_line(struct intake_text line, uint64_t *ret)
{
	struct intake_text skipped;

	if (intake_text_take(&line, "CPU: "))
		return intake_text_take_until(&line, " PID: ", &skipped) &&
		       intake_text_take_number(&line, ret);
	return intake_text_take(&line, "Pid: ") && intake_text_take_number(&line, ret) &&
	       intake_text_starts(line, ", comm: ");
}

/**
 * struct place - where a line names a task
 * @before: text before the name or the number
 * @after: text that must follow the number; NULL if anything may
 * @separator: byte between the name of the program and the number; 0 if the number comes first
 */
struct place {
	const char *before;
	const char *after;
	char separator;
};

/*
 * The name of the program may contain the separator ("kworker/0:1"), so the last number that
 * @after follows is used.
 */
static const struct place places[] = {
	{ " PID: ", NULL, 0 },		  /* kernel/panic.c __warn(), up to 6.18 */
	{ ", CPU#", NULL, '/' },	  /* kernel/panic.c __warn(), since 6.19 */
	{ " by task ", NULL, '/' },	  /* mm/kasan/report.c print_error_description() */
	{ " code: ", NULL, '/' },	  /* check_preemption_disabled() */
	{ ", pid: ", ", name: ", 0 },	  /* kernel/sched/core.c __might_resched() */
	{ "while atomic: ", "/0x", '/' }, /* kernel/sched/core.c __schedule_bug() */
	{ "s! [", "]", ':' },		  /* kernel/watchdog.c watchdog_timer_fn() */
	{ "", " is trying to ", '/' },	  /* kernel/locking/lockdep.c print_*_bug() */
	{ "", " just changed the state", '/' },
	{ "", " is freeing memory ", '/' },
	{ "", " still has locks held", '/' },
	{ "", " is exiting with locks ", '/' },
	{ "", " [HC", '/' },
	{ " held by ", ":", '/' }, /* lockdep_print_held_locks() */
};

static bool take_last_number(struct intake_text text, char separator, const char *after,
			     uint64_t *ret)
{
	bool is_found = false;

	for (size_t i = 0; i < text.length; i++) {
		struct intake_text rest = intake_text_skip(text, i + 1);
		uint64_t number;

		if (text.at[i] != separator || !intake_text_take_number(&rest, &number) ||
		    !(after ? intake_text_starts(rest, after)
			    : rest.length == 0 || rest.at[0] == ' '))
			continue;
		*ret = number;
		is_found = true;
	}
	return is_found;
}

static bool find_task(struct intake_text line, const struct place *place, uint64_t *ret)
{
	struct intake_text skipped;

	if (place->before[0] != '\0' && !intake_text_take_until(&line, place->before, &skipped))
		return false;
	if (place->separator)
		return take_last_number(line, place->separator, place->after, ret);
	return intake_text_take_number(&line, ret) &&
	       (!place->after || intake_text_starts(line, place->after));
}

bool intake_names_task(struct intake_text line, uint64_t *ret)
{
	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++)
		if (find_task(line, &places[i], ret))
			return true;
	return false;
}
