# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests of the programs on fake systems. The folder is a package, so that its module names do not collide with those
of other folders."""
