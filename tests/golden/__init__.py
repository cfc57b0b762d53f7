# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests of the programs on fake systems. It is a package, so that its module names are its own."""
