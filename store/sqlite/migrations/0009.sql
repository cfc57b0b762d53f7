-- SPDX-License-Identifier: GPL-2.0-or-later
-- Schema version 9: the looks of triage --watch.

-- Each row is a look that spent a part of the false discovery rate. Rows are never removed: removing
-- boots does not give the parts back.
CREATE TABLE looks (
    -- The value of --watch.
    watched TEXT NOT NULL,
    -- 1 for the first look; the primary key lets only one program write each look.
    number INTEGER NOT NULL CHECK (number > 0),
    -- Seconds since 1970 UTC.
    time INTEGER NOT NULL,
    -- Digest of the data, and number of the crashes of the watched releases.
    digest TEXT NOT NULL,
    crashes INTEGER NOT NULL,
    level REAL NOT NULL,
    decision TEXT NOT NULL CHECK (decision IN ('go', 'hold', 'stop')),
    -- Names of the established findings, one a line.
    found TEXT NOT NULL,
    PRIMARY KEY (watched, number)
) STRICT, WITHOUT ROWID;
