-- SPDX-License-Identifier: GPL-2.0-or-later
-- Schema version 6: the kexec that a boot started, so that a lost kexec is found at the next boot.

ALTER TABLE boots ADD COLUMN kexec_time INTEGER;
ALTER TABLE boots ADD COLUMN kexec_release TEXT;
