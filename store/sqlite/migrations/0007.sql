-- SPDX-License-Identifier: GPL-2.0-or-later
-- Schema version 7: count the boots with an inferred lineage separately, so that they can be left out.

DROP TRIGGER boot_added;
DROP TRIGGER boot_ended;
DROP TRIGGER boot_moved;
DROP TRIGGER boot_removed;
DROP TRIGGER crash_added;
DROP TRIGGER crash_removed;
DROP TABLE transitions;
DROP TABLE crash_transitions;

-- The triggers below keep both tables up to date, as in version 1. An unknown count is -1; inferred is 0 or 1.
CREATE TABLE transitions (
    release INTEGER NOT NULL REFERENCES releases,
    previous INTEGER NOT NULL REFERENCES releases,
    boot TEXT NOT NULL,
    kexec_count INTEGER NOT NULL,
    label TEXT NOT NULL,
    inferred INTEGER NOT NULL,
    boots INTEGER NOT NULL DEFAULT 0,
    unclean INTEGER NOT NULL DEFAULT 0,
    crashes INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (release, previous, boot, kexec_count, label, inferred)
) STRICT, WITHOUT ROWID;

INSERT INTO transitions
SELECT release, previous, boot, coalesce(kexec_count, -1), label, coalesce(source = 'inferred', 0), count(*),
    sum(coalesce(end IN ('crash', 'unclean'), 0)), sum((SELECT count(*) FROM crashes WHERE crashes.boot = boots.id))
FROM boots
GROUP BY 1, 2, 3, 4, 5, 6;

-- Number of boots of a transition that had the crash at least once.
CREATE TABLE crash_transitions (
    signature INTEGER NOT NULL REFERENCES signatures,
    release INTEGER NOT NULL REFERENCES releases,
    previous INTEGER NOT NULL REFERENCES releases,
    boot TEXT NOT NULL,
    kexec_count INTEGER NOT NULL,
    label TEXT NOT NULL,
    inferred INTEGER NOT NULL,
    boots INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (signature, release, previous, boot, kexec_count, label, inferred)
) STRICT, WITHOUT ROWID;

INSERT INTO crash_transitions
SELECT signatures.id, release, previous, boots.boot, coalesce(kexec_count, -1), label, coalesce(source = 'inferred', 0),
    count(DISTINCT boots.id)
FROM crashes JOIN boots ON boots.id = crashes.boot JOIN signatures USING (signature)
GROUP BY 1, 2, 3, 4, 5, 6, 7;

CREATE TRIGGER boot_added AFTER INSERT ON boots
BEGIN
    INSERT INTO transitions (release, previous, boot, kexec_count, label, inferred, boots, unclean)
    VALUES (new.release, new.previous, new.boot, coalesce(new.kexec_count, -1), new.label,
            coalesce(new.source = 'inferred', 0), 1,
            coalesce(new.end IN ('crash', 'unclean'), 0))
    ON CONFLICT DO UPDATE SET boots = boots + 1, unclean = unclean + excluded.unclean;
END;

CREATE TRIGGER boot_ended AFTER UPDATE OF end ON boots
WHEN (new.release, new.previous, new.boot, coalesce(new.kexec_count, -1), new.label,
        coalesce(new.source = 'inferred', 0))
    = (old.release, old.previous, old.boot, coalesce(old.kexec_count, -1), old.label,
        coalesce(old.source = 'inferred', 0))
BEGIN
    UPDATE transitions
    SET unclean = unclean + coalesce(new.end IN ('crash', 'unclean'), 0) - coalesce(old.end IN ('crash', 'unclean'), 0)
    WHERE release = new.release AND previous = new.previous AND boot = new.boot
        AND kexec_count = coalesce(new.kexec_count, -1) AND label = new.label
        AND inferred = coalesce(new.source = 'inferred', 0);
END;

-- Move the counts of a boot and its crashes when a new fact changes the transition of the boot.
CREATE TRIGGER boot_moved AFTER UPDATE OF release, previous, boot, kexec_count, label, source ON boots
WHEN (new.release, new.previous, new.boot, coalesce(new.kexec_count, -1), new.label,
        coalesce(new.source = 'inferred', 0))
    <> (old.release, old.previous, old.boot, coalesce(old.kexec_count, -1), old.label,
        coalesce(old.source = 'inferred', 0))
BEGIN
    UPDATE transitions
    SET boots = boots - 1, unclean = unclean - coalesce(old.end IN ('crash', 'unclean'), 0),
        crashes = crashes - (SELECT count(*) FROM crashes WHERE crashes.boot = old.id)
    WHERE release = old.release AND previous = old.previous AND boot = old.boot
        AND kexec_count = coalesce(old.kexec_count, -1) AND label = old.label
        AND inferred = coalesce(old.source = 'inferred', 0);

    DELETE FROM transitions
    WHERE release = old.release AND previous = old.previous AND boot = old.boot
        AND kexec_count = coalesce(old.kexec_count, -1) AND label = old.label
        AND inferred = coalesce(old.source = 'inferred', 0) AND boots = 0;

    INSERT INTO transitions (release, previous, boot, kexec_count, label, inferred, boots, unclean, crashes)
    VALUES (new.release, new.previous, new.boot, coalesce(new.kexec_count, -1), new.label,
            coalesce(new.source = 'inferred', 0), 1,
            coalesce(new.end IN ('crash', 'unclean'), 0), (SELECT count(*) FROM crashes WHERE crashes.boot = new.id))
    ON CONFLICT DO UPDATE SET boots = boots + 1, unclean = unclean + excluded.unclean, crashes = crashes + excluded.crashes;

    UPDATE crash_transitions SET boots = boots - 1
    WHERE release = old.release AND previous = old.previous AND boot = old.boot
        AND kexec_count = coalesce(old.kexec_count, -1) AND label = old.label
        AND inferred = coalesce(old.source = 'inferred', 0)
        AND signature IN (SELECT signatures.id FROM crashes JOIN signatures USING (signature) WHERE crashes.boot = old.id);

    DELETE FROM crash_transitions
    WHERE release = old.release AND previous = old.previous AND boot = old.boot
        AND kexec_count = coalesce(old.kexec_count, -1) AND label = old.label
        AND inferred = coalesce(old.source = 'inferred', 0) AND boots = 0;

    INSERT INTO crash_transitions (signature, release, previous, boot, kexec_count, label, inferred, boots)
    SELECT DISTINCT signatures.id, new.release, new.previous, new.boot, coalesce(new.kexec_count, -1), new.label,
        coalesce(new.source = 'inferred', 0), 1
    FROM crashes JOIN signatures USING (signature) WHERE crashes.boot = new.id
    ON CONFLICT DO UPDATE SET boots = boots + 1;
END;

-- The crashes of a boot are removed or moved to another boot before the boot is removed.
CREATE TRIGGER boot_removed AFTER DELETE ON boots
BEGIN
    UPDATE transitions
    SET boots = boots - 1, unclean = unclean - coalesce(old.end IN ('crash', 'unclean'), 0)
    WHERE release = old.release AND previous = old.previous AND boot = old.boot
        AND kexec_count = coalesce(old.kexec_count, -1) AND label = old.label
        AND inferred = coalesce(old.source = 'inferred', 0);

    DELETE FROM transitions
    WHERE release = old.release AND previous = old.previous AND boot = old.boot
        AND kexec_count = coalesce(old.kexec_count, -1) AND label = old.label
        AND inferred = coalesce(old.source = 'inferred', 0) AND boots = 0;
END;

CREATE TRIGGER crash_added AFTER INSERT ON crashes
BEGIN
    UPDATE transitions
    SET crashes = crashes + 1
    WHERE (release, previous, boot, kexec_count, label, inferred) =
        (SELECT release, previous, boot, coalesce(kexec_count, -1), label,
            coalesce(source = 'inferred', 0) FROM boots WHERE id = new.boot);

    INSERT INTO signatures (signature, crashes, example) VALUES (new.signature, 1, new.id)
    ON CONFLICT DO UPDATE SET crashes = crashes + 1;

    INSERT INTO crash_transitions (signature, release, previous, boot, kexec_count, label, inferred, boots)
    SELECT (SELECT id FROM signatures WHERE signature = new.signature),
        release, previous, boot, coalesce(kexec_count, -1), label,
            coalesce(source = 'inferred', 0), 1
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
    WHERE (release, previous, boot, kexec_count, label, inferred) =
        (SELECT release, previous, boot, coalesce(kexec_count, -1), label,
            coalesce(source = 'inferred', 0) FROM boots WHERE id = old.boot);

    UPDATE crash_transitions SET boots = boots - 1
    WHERE signature = (SELECT id FROM signatures WHERE signature = old.signature)
        AND (release, previous, boot, kexec_count, label, inferred) =
            (SELECT release, previous, boot, coalesce(kexec_count, -1), label,
            coalesce(source = 'inferred', 0) FROM boots WHERE id = old.boot)
        AND NOT EXISTS (SELECT * FROM crashes WHERE boot = old.boot AND signature = old.signature AND id <> old.id);

    DELETE FROM crash_transitions
    WHERE signature = (SELECT id FROM signatures WHERE signature = old.signature)
        AND (release, previous, boot, kexec_count, label, inferred) =
            (SELECT release, previous, boot, coalesce(kexec_count, -1), label,
            coalesce(source = 'inferred', 0) FROM boots WHERE id = old.boot)
        AND boots = 0;

    UPDATE signatures SET crashes = crashes - 1 WHERE signature = old.signature;

    UPDATE signatures
    SET example = coalesce((SELECT id FROM crashes WHERE signature = old.signature AND id <> old.id LIMIT 1), example)
    WHERE signature = old.signature AND example = old.id;

    DELETE FROM signatures WHERE signature = old.signature AND crashes = 0;
END;
