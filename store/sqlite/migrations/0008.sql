-- SPDX-License-Identifier: GPL-2.0-or-later
-- Schema version 8: indexes that an addition uses.

-- An index contains the id of each row, so the order by id needs no column.
DROP INDEX boots_of_host;
CREATE INDEX boots_of_host ON boots (host);

-- This index finds a boot by an alias.
CREATE INDEX boots_with_aliases ON boots (host) WHERE aliases IS NOT NULL;
