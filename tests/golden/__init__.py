# SPDX-License-Identifier: GPL-2.0-or-later
"""What does the program say about systems that tests make up? (A package, so that names stay apart.)"""
