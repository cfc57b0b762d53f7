-- SPDX-License-Identifier: GPL-2.0-or-later
-- Schema version 4: one row per boot, no matter how many sources reported it. The new columns help to recognise rows of
-- one boot and hold the source of each fact. The triggers update the counts when rows are merged.

ALTER TABLE boots ADD COLUMN has_kernel_id INTEGER NOT NULL DEFAULT 0;
ALTER TABLE boots ADD COLUMN aliases TEXT;
ALTER TABLE boots ADD COLUMN machine_id TEXT;
ALTER TABLE boots ADD COLUMN marks TEXT;
ALTER TABLE boots ADD COLUMN time_source TEXT;
ALTER TABLE boots ADD COLUMN last_uptime_us INTEGER;
ALTER TABLE boots ADD COLUMN last_seen INTEGER;
ALTER TABLE boots ADD COLUMN source TEXT;
ALTER TABLE boots ADD COLUMN is_recorded INTEGER NOT NULL DEFAULT 0;
ALTER TABLE boots ADD COLUMN label_is_given INTEGER NOT NULL DEFAULT 0;

DROP TRIGGER boot_added;
DROP TRIGGER boot_ended;
DROP TRIGGER crash_added;

-- Replace the column end, because the CHECK needs one more value and cannot be changed.
ALTER TABLE boots ADD COLUMN ended TEXT CHECK (ended IN ('running', 'clean', 'kexec', 'crash', 'unclean', 'lost'));
UPDATE boots SET ended = end;
ALTER TABLE boots DROP COLUMN end;
ALTER TABLE boots RENAME COLUMN ended TO end;

-- Only the command record wrote evidence and ends; ids that ingest made begin with "log-".
UPDATE boots SET is_recorded = evidence IS NOT NULL OR end IS NOT NULL;
UPDATE boots SET has_kernel_id = boot_id NOT LIKE 'log-%';
UPDATE boots SET source = 'record' WHERE is_recorded;
UPDATE boots SET time_source = iif(is_recorded, 'record', 'log') WHERE time IS NOT NULL;

-- This index finds the rows that can match a boot with a kernel's boot id.
CREATE INDEX boots_without_id ON boots (host) WHERE NOT has_kernel_id;

-- All names of a host: its machine id, host names and addresses.
CREATE TABLE host_names (
    name TEXT NOT NULL,
    -- The value of boots.host. A name with several hosts is the name of several machines.
    host TEXT NOT NULL,
    PRIMARY KEY (name, host)
) STRICT, WITHOUT ROWID;

CREATE INDEX names_of_host ON host_names (host);

CREATE TRIGGER boot_added AFTER INSERT ON boots
BEGIN
    INSERT INTO transitions (release, previous, boot, kexec_count, label, boots, unclean)
    VALUES (new.release, new.previous, new.boot, coalesce(new.kexec_count, -1), new.label, 1,
            coalesce(new.end IN ('crash', 'unclean'), 0))
    ON CONFLICT DO UPDATE SET boots = boots + 1, unclean = unclean + excluded.unclean;
END;

CREATE TRIGGER boot_ended AFTER UPDATE OF end ON boots
WHEN (new.release, new.previous, new.boot, coalesce(new.kexec_count, -1), new.label)
    = (old.release, old.previous, old.boot, coalesce(old.kexec_count, -1), old.label)
BEGIN
    UPDATE transitions
    SET unclean = unclean + coalesce(new.end IN ('crash', 'unclean'), 0) - coalesce(old.end IN ('crash', 'unclean'), 0)
    WHERE release = new.release AND previous = new.previous AND boot = new.boot
        AND kexec_count = coalesce(new.kexec_count, -1) AND label = new.label;
END;

-- Move the counts of a boot and its crashes when a new fact changes the transition of the boot.
CREATE TRIGGER boot_moved AFTER UPDATE OF release, previous, boot, kexec_count, label ON boots
WHEN (new.release, new.previous, new.boot, coalesce(new.kexec_count, -1), new.label)
    <> (old.release, old.previous, old.boot, coalesce(old.kexec_count, -1), old.label)
BEGIN
    UPDATE transitions
    SET boots = boots - 1, unclean = unclean - coalesce(old.end IN ('crash', 'unclean'), 0),
        crashes = crashes - (SELECT count(*) FROM crashes WHERE crashes.boot = old.id)
    WHERE release = old.release AND previous = old.previous AND boot = old.boot
        AND kexec_count = coalesce(old.kexec_count, -1) AND label = old.label;

    DELETE FROM transitions
    WHERE release = old.release AND previous = old.previous AND boot = old.boot
        AND kexec_count = coalesce(old.kexec_count, -1) AND label = old.label AND boots = 0;

    INSERT INTO transitions (release, previous, boot, kexec_count, label, boots, unclean, crashes)
    VALUES (new.release, new.previous, new.boot, coalesce(new.kexec_count, -1), new.label, 1,
            coalesce(new.end IN ('crash', 'unclean'), 0), (SELECT count(*) FROM crashes WHERE crashes.boot = new.id))
    ON CONFLICT DO UPDATE SET boots = boots + 1, unclean = unclean + excluded.unclean, crashes = crashes + excluded.crashes;

    UPDATE crash_transitions SET boots = boots - 1
    WHERE release = old.release AND previous = old.previous AND boot = old.boot
        AND kexec_count = coalesce(old.kexec_count, -1) AND label = old.label
        AND signature IN (SELECT signatures.id FROM crashes JOIN signatures USING (signature) WHERE crashes.boot = old.id);

    DELETE FROM crash_transitions
    WHERE release = old.release AND previous = old.previous AND boot = old.boot
        AND kexec_count = coalesce(old.kexec_count, -1) AND label = old.label AND boots = 0;

    INSERT INTO crash_transitions (signature, release, previous, boot, kexec_count, label, boots)
    SELECT DISTINCT signatures.id, new.release, new.previous, new.boot, coalesce(new.kexec_count, -1), new.label, 1
    FROM crashes JOIN signatures USING (signature) WHERE crashes.boot = new.id
    ON CONFLICT DO UPDATE SET boots = boots + 1;
END;

-- The crashes of a boot are removed or moved to another boot before the boot is removed.
CREATE TRIGGER boot_removed AFTER DELETE ON boots
BEGIN
    UPDATE transitions
    SET boots = boots - 1, unclean = unclean - coalesce(old.end IN ('crash', 'unclean'), 0)
    WHERE release = old.release AND previous = old.previous AND boot = old.boot
        AND kexec_count = coalesce(old.kexec_count, -1) AND label = old.label;

    DELETE FROM transitions
    WHERE release = old.release AND previous = old.previous AND boot = old.boot
        AND kexec_count = coalesce(old.kexec_count, -1) AND label = old.label AND boots = 0;
END;

CREATE TRIGGER crash_added AFTER INSERT ON crashes
BEGIN
    UPDATE transitions
    SET crashes = crashes + 1
    WHERE (release, previous, boot, kexec_count, label) =
        (SELECT release, previous, boot, coalesce(kexec_count, -1), label FROM boots WHERE id = new.boot);

    INSERT INTO signatures (signature, crashes, example) VALUES (new.signature, 1, new.id)
    ON CONFLICT DO UPDATE SET crashes = crashes + 1;

    INSERT INTO crash_transitions (signature, release, previous, boot, kexec_count, label, boots)
    SELECT (SELECT id FROM signatures WHERE signature = new.signature),
        release, previous, boot, coalesce(kexec_count, -1), label, 1
    FROM boots
    WHERE id = new.boot AND NOT EXISTS
        (SELECT * FROM crashes WHERE boot = new.boot AND signature = new.signature AND id <> new.id)
    ON CONFLICT DO UPDATE SET boots = boots + 1;
END;

-- A BEFORE trigger, because the example of the signature may be this crash.
CREATE TRIGGER crash_removed BEFORE DELETE ON crashes
BEGIN
    UPDATE transitions
    SET crashes = crashes - 1
    WHERE (release, previous, boot, kexec_count, label) =
        (SELECT release, previous, boot, coalesce(kexec_count, -1), label FROM boots WHERE id = old.boot);

    UPDATE crash_transitions SET boots = boots - 1
    WHERE signature = (SELECT id FROM signatures WHERE signature = old.signature)
        AND (release, previous, boot, kexec_count, label) =
            (SELECT release, previous, boot, coalesce(kexec_count, -1), label FROM boots WHERE id = old.boot)
        AND NOT EXISTS (SELECT * FROM crashes WHERE boot = old.boot AND signature = old.signature AND id <> old.id);

    DELETE FROM crash_transitions
    WHERE signature = (SELECT id FROM signatures WHERE signature = old.signature)
        AND (release, previous, boot, kexec_count, label) =
            (SELECT release, previous, boot, coalesce(kexec_count, -1), label FROM boots WHERE id = old.boot)
        AND boots = 0;

    UPDATE signatures SET crashes = crashes - 1 WHERE signature = old.signature;

    UPDATE signatures
    SET example = coalesce((SELECT id FROM crashes WHERE signature = old.signature AND id <> old.id LIMIT 1), example)
    WHERE signature = old.signature AND example = old.id;

    DELETE FROM signatures WHERE signature = old.signature AND crashes = 0;
END;
