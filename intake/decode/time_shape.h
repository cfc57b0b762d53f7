/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Parser for the forms in which programs write a date and a time of day before a line. */
#ifndef LINEAGE_INTAKE_DECODE_TIME_SHAPE_H
#define LINEAGE_INTAKE_DECODE_TIME_SHAPE_H

#include "time_text.h"

/**
 * intake_time_take_shape() - take a date and time of any known form off the front
 * @ret: the time; unchanged if the text has no time. Its member is_known is set in two cases: the
 *	form has a year and a zone, or only programs that use UTC write this form. If the name of
 *	the month is in an unknown language, its member wall_us is 0.
 *
 * Any word of letters or UTF-8 is accepted as the name of a month or weekday. To add a form, add a
 * row to the table in time_shape.c.
 *
 * Return: whether there was a date and time.
 */
bool intake_time_take_shape(struct intake_text *text, struct intake_time *ret);

/**
 * intake_time_take_hours() - take a time of day off the front: "09:14:00", "09:14:00.123"
 *
 * The value is discarded, because there is no date.
 */
bool intake_time_take_hours(struct intake_text *text);

/** intake_time_is_like() - whether a word contains "09:14", "2024-03-05" or ten digits */
bool intake_time_is_like(struct intake_text word);

#endif /* LINEAGE_INTAKE_DECODE_TIME_SHAPE_H */
