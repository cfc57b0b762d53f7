/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The shapes in which programs write a date and a time of day in front of a line. */
#ifndef LINEAGE_INTAKE_DECODE_TIME_SHAPE_H
#define LINEAGE_INTAKE_DECODE_TIME_SHAPE_H

#include "time_text.h"

/**
 * intake_time_take_shape() - take a date and time of any known shape off the front
 * @ret: untouched if there is not one. The time is known if the shape has a year and a zone, or is
 *	only written by programs that use UTC. wall_us is 0 if not even differences are known: a
 *	month in an unknown language.
 *
 * Names of months and weekdays are accepted by their form: letters or UTF-8. The shapes are the
 * table in time_shape.c; to add one, add a row.
 *
 * Return: whether there was one.
 */
bool intake_time_take_shape(struct intake_text *text, struct intake_time *ret);

/**
 * intake_time_take_hours() - take a time of day off the front: "09:14:00", "09:14:00.123"
 *
 * It has no date, so its value is discarded.
 */
bool intake_time_take_hours(struct intake_text *text);

/** intake_time_is_like() - whether a word contains "09:14", "2024-03-05" or ten digits */
bool intake_time_is_like(struct intake_text word);

#endif /* LINEAGE_INTAKE_DECODE_TIME_SHAPE_H */
