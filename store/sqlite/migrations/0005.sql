-- SPDX-License-Identifier: GPL-2.0-or-later
-- Schema version 5: parts of boots, and start times from dates without a year or a zone.

-- The start of a boot, from a log whose dates have no year or no zone. Only the difference of two such starts has a
-- meaning.
ALTER TABLE boots ADD COLUMN wall_start INTEGER;

-- Logs that begin in the middle of a boot, until the row of their boot is known. A row of this table is not a boot. The
-- table has columns of the table boots, but release and previous contain names.
CREATE TABLE parts (
    id INTEGER PRIMARY KEY,
    host TEXT NOT NULL,
    boot_id TEXT NOT NULL,
    has_kernel_id INTEGER NOT NULL,
    aliases TEXT,
    machine_id TEXT,
    marks TEXT,
    time INTEGER,
    wall_start INTEGER,
    last_uptime_us INTEGER,
    last_seen INTEGER,
    release TEXT,
    boot TEXT NOT NULL,
    previous TEXT,
    kexec_count INTEGER,
    chain TEXT,
    chain_is_complete INTEGER NOT NULL,
    source TEXT,
    end TEXT,
    UNIQUE (host, boot_id)
) STRICT;
