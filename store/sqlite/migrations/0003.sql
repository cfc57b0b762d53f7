-- SPDX-License-Identifier: GPL-2.0-or-later
-- Schema version 3: an index for the number of hosts that had a crash.
CREATE INDEX crashes_of_signature ON crashes (signature, boot);
