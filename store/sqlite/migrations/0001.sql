-- SPDX-License-Identifier: GPL-2.0-or-later
-- Schema version 1: boots, crashes and transitions. docs/explanation/store.md explains each table.

CREATE TABLE releases (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
) STRICT;

-- Release 0 is a previous release that does not exist (cold boot) or is unknown. It is not NULL, because it is part of
-- the primary key of transitions.
INSERT INTO releases (id, name) VALUES (0, '');

-- The ids grow, so they give the order of boots independent of clocks.
CREATE TABLE boots (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    host TEXT NOT NULL,
    boot_id TEXT NOT NULL,
    time INTEGER,
    release INTEGER NOT NULL REFERENCES releases,
    build TEXT,
    build_id TEXT,
    boot TEXT NOT NULL CHECK (boot IN ('cold', 'kexec', 'capture', 'unknown')),
    previous INTEGER NOT NULL REFERENCES releases,
    kexec_count INTEGER CHECK (kexec_count BETWEEN 0 AND 4294967295),
    chain TEXT,
    chain_is_complete INTEGER NOT NULL,
    stamp TEXT,
    evidence TEXT,
    conflicts TEXT,
    end TEXT CHECK (end IN ('running', 'clean', 'kexec', 'crash', 'unclean')),
    end_time INTEGER,
    UNIQUE (host, boot_id)
) STRICT;

CREATE INDEX boots_of_host ON boots (host, id);

CREATE TABLE crashes (
    id INTEGER PRIMARY KEY,
    boot INTEGER NOT NULL REFERENCES boots,
    time INTEGER,
    uptime_us INTEGER,
    title TEXT NOT NULL,
    type TEXT NOT NULL,
    frame TEXT,
    module TEXT,
    frames TEXT,
    signature TEXT NOT NULL
) STRICT;

CREATE UNIQUE INDEX crashes_once ON crashes (boot, signature, coalesce(uptime_us, -1), coalesce(time, -1));

-- The triggers below keep this table up to date, so that the time of a query does not depend on the number of boots.
-- An unknown count is -1.
CREATE TABLE transitions (
    release INTEGER NOT NULL REFERENCES releases,
    previous INTEGER NOT NULL REFERENCES releases,
    boot TEXT NOT NULL,
    kexec_count INTEGER NOT NULL,
    boots INTEGER NOT NULL DEFAULT 0,
    unclean INTEGER NOT NULL DEFAULT 0,
    crashes INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (release, previous, boot, kexec_count)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER boot_added AFTER INSERT ON boots
BEGIN
    INSERT INTO transitions (release, previous, boot, kexec_count, boots, unclean)
    VALUES (new.release, new.previous, new.boot, coalesce(new.kexec_count, -1), 1,
            coalesce(new.end IN ('crash', 'unclean'), 0))
    ON CONFLICT DO UPDATE SET boots = boots + 1, unclean = unclean + excluded.unclean;
END;

CREATE TRIGGER boot_ended AFTER UPDATE OF end ON boots
BEGIN
    UPDATE transitions
    SET unclean = unclean + coalesce(new.end IN ('crash', 'unclean'), 0) - coalesce(old.end IN ('crash', 'unclean'), 0)
    WHERE release = new.release AND previous = new.previous AND boot = new.boot
        AND kexec_count = coalesce(new.kexec_count, -1);
END;

CREATE TRIGGER crash_added AFTER INSERT ON crashes
BEGIN
    UPDATE transitions
    SET crashes = crashes + 1
    WHERE (release, previous, boot, kexec_count) =
        (SELECT release, previous, boot, coalesce(kexec_count, -1) FROM boots WHERE id = new.boot);
END;
