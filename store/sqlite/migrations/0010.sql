-- SPDX-License-Identifier: GPL-2.0-or-later
-- Schema version 10: how long boots lasted, counted by transition.

-- The length of a boot in seconds, NULL if it is unknown. A larger difference of two times than ten years comes from a
-- clock that was set between them.
ALTER TABLE boots ADD COLUMN length_s INTEGER GENERATED ALWAYS AS (
    iif(max(coalesce(last_uptime_us / 1000000, -1), coalesce(end_time - time, -1), coalesce(last_seen - time, -1))
            BETWEEN 0 AND 315360000,
        max(coalesce(last_uptime_us / 1000000, -1), coalesce(end_time - time, -1), coalesce(last_seen - time, -1)),
        NULL)
) VIRTUAL;

-- The triggers below keep this table up to date, as in version 1. The column band is store_length_band() of the length.
CREATE TABLE lengths (
    release INTEGER NOT NULL REFERENCES releases,
    previous INTEGER NOT NULL REFERENCES releases,
    boot TEXT NOT NULL,
    kexec_count INTEGER NOT NULL,
    label TEXT NOT NULL,
    inferred INTEGER NOT NULL,
    band INTEGER NOT NULL,
    boots INTEGER NOT NULL DEFAULT 0,
    -- The sum of the lengths of these boots.
    length_s INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (release, previous, boot, kexec_count, label, inferred, band)
) STRICT, WITHOUT ROWID;

ALTER TABLE boots ADD COLUMN length_band INTEGER GENERATED ALWAYS AS (
    (length_s >= 60) + (length_s >= 120) + (length_s >= 240) + (length_s >= 480) + (length_s >= 960)
    + (length_s >= 1920) + (length_s >= 3840) + (length_s >= 7680) + (length_s >= 15360) + (length_s >= 30720)
    + (length_s >= 61440) + (length_s >= 122880) + (length_s >= 245760) + (length_s >= 491520) + (length_s >= 983040)
    + (length_s >= 1966080) + (length_s >= 3932160) + (length_s >= 7864320)
) VIRTUAL;

INSERT INTO lengths
SELECT release, previous, boot, coalesce(kexec_count, -1), label, coalesce(source = 'inferred', 0), length_band, count(*),
    sum(length_s)
FROM boots WHERE length_s IS NOT NULL
GROUP BY 1, 2, 3, 4, 5, 6, 7;

CREATE TRIGGER length_added AFTER INSERT ON boots WHEN new.length_s IS NOT NULL
BEGIN
    INSERT INTO lengths
    VALUES (new.release, new.previous, new.boot, coalesce(new.kexec_count, -1), new.label,
            coalesce(new.source = 'inferred', 0), new.length_band, 1, new.length_s)
    ON CONFLICT DO UPDATE SET boots = boots + 1, length_s = length_s + excluded.length_s;
END;

CREATE TRIGGER length_removed AFTER DELETE ON boots WHEN old.length_s IS NOT NULL
BEGIN
    UPDATE lengths
    SET boots = boots - 1, length_s = length_s - old.length_s
    WHERE release = old.release AND previous = old.previous AND boot = old.boot
        AND kexec_count = coalesce(old.kexec_count, -1) AND label = old.label
        AND inferred = coalesce(old.source = 'inferred', 0) AND band = old.length_band;

    DELETE FROM lengths
    WHERE release = old.release AND previous = old.previous AND boot = old.boot
        AND kexec_count = coalesce(old.kexec_count, -1) AND label = old.label
        AND inferred = coalesce(old.source = 'inferred', 0) AND band = old.length_band AND boots = 0;
END;

-- The length of a boot changes, or its transition.
CREATE TRIGGER length_changed AFTER UPDATE ON boots
WHEN (new.release, new.previous, new.boot, coalesce(new.kexec_count, -1), new.label,
        coalesce(new.source = 'inferred', 0), coalesce(new.length_s, -1))
    <> (old.release, old.previous, old.boot, coalesce(old.kexec_count, -1), old.label,
        coalesce(old.source = 'inferred', 0), coalesce(old.length_s, -1))
BEGIN
    UPDATE lengths
    SET boots = boots - 1, length_s = length_s - old.length_s
    WHERE release = old.release AND previous = old.previous AND boot = old.boot
        AND kexec_count = coalesce(old.kexec_count, -1) AND label = old.label
        AND inferred = coalesce(old.source = 'inferred', 0) AND band = old.length_band;

    DELETE FROM lengths
    WHERE release = old.release AND previous = old.previous AND boot = old.boot
        AND kexec_count = coalesce(old.kexec_count, -1) AND label = old.label
        AND inferred = coalesce(old.source = 'inferred', 0) AND band = old.length_band AND boots = 0;

    INSERT INTO lengths
    SELECT new.release, new.previous, new.boot, coalesce(new.kexec_count, -1), new.label,
        coalesce(new.source = 'inferred', 0), new.length_band, 1, new.length_s
    WHERE new.length_s IS NOT NULL
    ON CONFLICT DO UPDATE SET boots = boots + 1, length_s = length_s + excluded.length_s;
END;
