-- SPDX-License-Identifier: GPL-2.0-or-later
-- Schema version 13: a list of hosts from which triage chooses a sample of machines.

-- The hosts whose store_host_level() is at least STORE_HOST_LEVEL_MIN. A host whose boots were removed or renamed may
-- remain. The program adds the hosts of all boots up to the id in summed.hosts, and those in moved_hosts, when it adds
-- boots to the sums (store/sqlite/settle.c).
CREATE TABLE host_levels (
    level INTEGER NOT NULL,
    host TEXT NOT NULL,
    PRIMARY KEY (level, host)
) STRICT, WITHOUT ROWID;

ALTER TABLE summed ADD COLUMN hosts INTEGER NOT NULL DEFAULT 0;

-- Hosts that boots were moved to after their old host had been added.
CREATE TABLE moved_hosts (host TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;

CREATE TRIGGER host_moved AFTER UPDATE OF host ON boots
WHEN new.host <> old.host AND old.id <= (SELECT hosts FROM summed)
BEGIN
    INSERT INTO moved_hosts VALUES (new.host) ON CONFLICT DO NOTHING;
END;
