-- SPDX-License-Identifier: GPL-2.0-or-later
-- Schema version 12: sums of the boots by ancestor, and of the lengths of the boots that crashed.

-- A trigger cannot parse the chain of a boot, and a boot changes many of these sums. So the program adds many boots at a
-- time (store/sqlite/settle.c). The sums contain every boot up to the id in summed, except the boots in unsummed. Readers
-- add the other boots themselves.
CREATE TABLE summed (boot INTEGER NOT NULL) STRICT;
INSERT INTO summed VALUES (0);
CREATE TABLE unsummed (boot INTEGER PRIMARY KEY) STRICT;

-- Boots after at least two kexecs, or an unknown number of kexecs, by ancestor. The ancestor 0 stands for all boots. The
-- dose is store_ancestors_dose() of the count, 0 if the ancestors are unknown.
CREATE TABLE ancestors (
    release INTEGER NOT NULL REFERENCES releases,
    previous INTEGER NOT NULL REFERENCES releases,
    dose INTEGER NOT NULL,
    label TEXT NOT NULL,
    inferred INTEGER NOT NULL,
    ancestor INTEGER NOT NULL REFERENCES releases,
    is_second INTEGER NOT NULL,
    boots INTEGER NOT NULL,
    PRIMARY KEY (release, previous, dose, label, inferred, ancestor, is_second)
) STRICT, WITHOUT ROWID;

-- Unlike the ids in signatures, an id of this table is never used again. NULL stands for any crash except a lost kexec.
CREATE TABLE summed_signatures (
    id INTEGER PRIMARY KEY,
    signature TEXT UNIQUE
) STRICT;
INSERT INTO summed_signatures VALUES (0, NULL);

-- The same for the boots that crashed and whose ancestors are known.
CREATE TABLE crash_ancestors (
    signature INTEGER NOT NULL REFERENCES summed_signatures,
    release INTEGER NOT NULL REFERENCES releases,
    previous INTEGER NOT NULL REFERENCES releases,
    dose INTEGER NOT NULL,
    label TEXT NOT NULL,
    inferred INTEGER NOT NULL,
    ancestor INTEGER NOT NULL REFERENCES releases,
    is_second INTEGER NOT NULL,
    boots INTEGER NOT NULL,
    PRIMARY KEY (signature, release, previous, dose, label, inferred, ancestor, is_second)
) STRICT, WITHOUT ROWID;

-- Boots that had a crash, except lost kexecs. A band is -1 if the time is unknown, as in struct store_crash_length.
CREATE TABLE crash_lengths (
    signature INTEGER NOT NULL REFERENCES summed_signatures,
    release INTEGER NOT NULL REFERENCES releases,
    previous INTEGER NOT NULL REFERENCES releases,
    boot TEXT NOT NULL,
    kexec_count INTEGER NOT NULL,
    label TEXT NOT NULL,
    inferred INTEGER NOT NULL,
    length_band INTEGER NOT NULL,
    end_band INTEGER NOT NULL,
    boots INTEGER NOT NULL,
    length_s INTEGER NOT NULL,
    end_s INTEGER NOT NULL,
    PRIMARY KEY (signature, release, previous, boot, kexec_count, label, inferred, length_band, end_band)
) STRICT, WITHOUT ROWID;

-- The facts that the sums contain of each boot that has changed since. The program subtracts them and empties both
-- tables before it commits.
CREATE TABLE changed (
    id INTEGER PRIMARY KEY,
    release INTEGER NOT NULL,
    previous INTEGER NOT NULL,
    boot TEXT NOT NULL,
    kexec_count INTEGER,
    label TEXT NOT NULL,
    source TEXT,
    chain TEXT,
    chain_is_complete INTEGER NOT NULL,
    length_s INTEGER
) STRICT;
CREATE TABLE changed_crashes (
    boot INTEGER NOT NULL,
    signature TEXT NOT NULL,
    uptime_us INTEGER
) STRICT;
CREATE INDEX changed_crashes_of_boot ON changed_crashes (boot, signature);

-- The triggers below insert the old facts of a boot into this view. Only the first change of a boot counts.
CREATE VIEW changes AS SELECT * FROM changed;
CREATE TRIGGER change_kept INSTEAD OF INSERT ON changes
WHEN new.id <= (SELECT boot FROM summed) AND NOT EXISTS (SELECT * FROM unsummed WHERE boot = new.id)
    AND NOT EXISTS (SELECT * FROM changed WHERE id = new.id)
BEGIN
    INSERT INTO changed
    VALUES (new.id, new.release, new.previous, new.boot, new.kexec_count, new.label, new.source, new.chain,
            new.chain_is_complete, new.length_s);

    INSERT INTO changed_crashes SELECT boot, signature, uptime_us FROM crashes WHERE boot = new.id;
END;

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

-- The crashes of a boot are removed before the boot is.
CREATE TRIGGER sum_removed AFTER DELETE ON boots WHEN old.id <= (SELECT boot FROM summed)
BEGIN
    INSERT INTO changes
    VALUES (old.id, old.release, old.previous, old.boot, old.kexec_count, old.label, old.source, old.chain,
            old.chain_is_complete, old.length_s);

    DELETE FROM unsummed WHERE boot = old.id;
END;

CREATE TRIGGER crash_sum_added BEFORE INSERT ON crashes WHEN new.boot <= (SELECT boot FROM summed)
BEGIN
    INSERT INTO changes
    SELECT id, release, previous, boot, kexec_count, label, source, chain, chain_is_complete, length_s
    FROM boots WHERE id = new.boot;
END;

CREATE TRIGGER crash_sum_removed BEFORE DELETE ON crashes WHEN old.boot <= (SELECT boot FROM summed)
BEGIN
    INSERT INTO changes
    SELECT id, release, previous, boot, kexec_count, label, source, chain, chain_is_complete, length_s
    FROM boots WHERE id = old.boot;
END;

CREATE TRIGGER crash_sum_changed BEFORE UPDATE OF uptime_us ON crashes
WHEN old.boot <= (SELECT boot FROM summed)
BEGIN
    INSERT INTO changes
    SELECT id, release, previous, boot, kexec_count, label, source, chain, chain_is_complete, length_s
    FROM boots WHERE id = old.boot;
END;
