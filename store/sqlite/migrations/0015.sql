-- SPDX-License-Identifier: GPL-2.0-or-later
-- Schema version 15: each build once, chains with ids instead of names of releases, and line marks as bytes.

CREATE TABLE builds (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
) STRICT;

INSERT INTO builds (name) SELECT DISTINCT build FROM boots WHERE build IS NOT NULL;

-- Renaming the old columns would take longer than all other migrations of a new store.
ALTER TABLE boots ADD COLUMN kernel_build INTEGER REFERENCES builds;
ALTER TABLE boots ADD COLUMN mark_bytes ANY;

-- The trigger would subtract all boots from the sums, because their chains change.
DROP TRIGGER sum_changed;

-- The program defines chain_ids() and marks_bytes() (store/sqlite/chain_functions.c, mark_functions.c).
UPDATE boots
SET kernel_build = (SELECT id FROM builds WHERE name = build), chain = chain_ids(chain),
    mark_bytes = marks_bytes(marks);

ALTER TABLE boots DROP COLUMN build;
ALTER TABLE boots DROP COLUMN marks;

CREATE TRIGGER sum_changed
AFTER UPDATE OF release, previous, boot, kexec_count, label, source, chain, chain_is_complete, time, end_time, last_seen,
    last_uptime_us ON boots
WHEN old.id <= (SELECT boot FROM summed)
    AND ((new.release, new.previous, new.boot, new.kexec_count, new.label, new.source IS 'inferred', new.chain,
            new.chain_is_complete)
        IS NOT (old.release, old.previous, old.boot, old.kexec_count, old.label, old.source IS 'inferred', old.chain,
            old.chain_is_complete)
        OR (new.length_s IS NOT old.length_s AND EXISTS (SELECT * FROM crashes WHERE boot = old.id)))
BEGIN
    INSERT INTO changes
    VALUES (old.id, old.release, old.previous, old.boot, old.kexec_count, old.label, old.source, old.chain,
            old.chain_is_complete, old.length_s);
END;
