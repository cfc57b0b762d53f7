-- SPDX-License-Identifier: GPL-2.0-or-later
-- Schema version 11: less work for each addition.

-- This index finds the boots of a host with the same release and nearly the same start. A boot without a start has the
-- start 0.
DROP INDEX boots_of_host;
CREATE INDEX boots_by_start ON boots (host, release, coalesce(time, 0));

-- This index has the order of the boots that the machine recorded.
CREATE INDEX recorded_boots ON boots (host) WHERE is_recorded;

-- A trigger for all updates would also run if only other columns are set.
DROP TRIGGER length_changed;

CREATE TRIGGER length_changed
AFTER UPDATE OF release, previous, boot, kexec_count, label, source, time, end_time, last_seen, last_uptime_us ON boots
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
