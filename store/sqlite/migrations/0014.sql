-- SPDX-License-Identifier: GPL-2.0-or-later
-- Schema version 14: the lines of some crash reports.

-- The lines of the report as the log has them, without the prefixes of the log; NULL if they are not kept. Few crashes
-- of each signature have lines (store/sqlite/excerpts.c).
ALTER TABLE crashes ADD COLUMN excerpt TEXT;

CREATE INDEX crash_excerpts ON crashes (signature) WHERE excerpt IS NOT NULL;
