-- SPDX-License-Identifier: GPL-2.0-or-later
-- Schema version 2: the label of comparable boots, and the number of boots per signature and transition.

ALTER TABLE boots ADD COLUMN label TEXT NOT NULL DEFAULT '';

DROP TRIGGER boot_added;
DROP TRIGGER boot_ended;
DROP TRIGGER crash_added;
ALTER TABLE transitions RENAME TO transitions_without_label;

-- The triggers below keep this table up to date, as in version 1. An unknown count is -1.
CREATE TABLE transitions (
    release INTEGER NOT NULL REFERENCES releases,
    previous INTEGER NOT NULL REFERENCES releases,
    boot TEXT NOT NULL,
    kexec_count INTEGER NOT NULL,
    label TEXT NOT NULL,
    boots INTEGER NOT NULL DEFAULT 0,
    unclean INTEGER NOT NULL DEFAULT 0,
    crashes INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (release, previous, boot, kexec_count, label)
) STRICT, WITHOUT ROWID;

INSERT INTO transitions SELECT release, previous, boot, kexec_count, '', boots, unclean, crashes
FROM transitions_without_label;

DROP TABLE transitions_without_label;

CREATE TABLE signatures (
    id INTEGER PRIMARY KEY,
    signature TEXT NOT NULL UNIQUE,
    crashes INTEGER NOT NULL,
    -- The crash that was recorded first.
    example INTEGER NOT NULL REFERENCES crashes
) STRICT;

-- Number of boots of a transition that had the crash at least once.
CREATE TABLE crash_transitions (
    signature INTEGER NOT NULL REFERENCES signatures,
    release INTEGER NOT NULL REFERENCES releases,
    previous INTEGER NOT NULL REFERENCES releases,
    boot TEXT NOT NULL,
    kexec_count INTEGER NOT NULL,
    label TEXT NOT NULL,
    boots INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (signature, release, previous, boot, kexec_count, label)
) STRICT, WITHOUT ROWID;

INSERT INTO signatures (signature, crashes, example)
SELECT signature, count(*), min(id) FROM crashes GROUP BY signature;

INSERT INTO crash_transitions
SELECT signatures.id, release, previous, boots.boot, coalesce(kexec_count, -1), label, count(DISTINCT boots.id)
FROM crashes JOIN boots ON boots.id = crashes.boot JOIN signatures USING (signature)
GROUP BY 1, 2, 3, 4, 5, 6;

CREATE TRIGGER boot_added AFTER INSERT ON boots
BEGIN
    INSERT INTO transitions (release, previous, boot, kexec_count, label, boots, unclean)
    VALUES (new.release, new.previous, new.boot, coalesce(new.kexec_count, -1), new.label, 1,
            coalesce(new.end IN ('crash', 'unclean'), 0))
    ON CONFLICT DO UPDATE SET boots = boots + 1, unclean = unclean + excluded.unclean;
END;

CREATE TRIGGER boot_ended AFTER UPDATE OF end ON boots
BEGIN
    UPDATE transitions
    SET unclean = unclean + coalesce(new.end IN ('crash', 'unclean'), 0) - coalesce(old.end IN ('crash', 'unclean'), 0)
    WHERE release = new.release AND previous = new.previous AND boot = new.boot
        AND kexec_count = coalesce(new.kexec_count, -1) AND label = new.label;
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
