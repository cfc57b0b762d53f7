-- SPDX-License-Identifier: GPL-2.0-or-later
-- On how many hosts was a crash seen?
CREATE INDEX crashes_of_signature ON crashes (signature, boot);
