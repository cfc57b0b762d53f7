-- SPDX-License-Identifier: GPL-2.0-or-later
-- Schema version 12: the boots of a release.

-- The check of an association reads the boots of its release, or a sample of them.
CREATE INDEX boots_by_release ON boots (release);
