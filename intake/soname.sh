#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Under which name does the system have a library at run time? soname.sh NAME COMPILER...
set -eu
name=$1
shift
readelf -d "$("$@" -print-file-name="lib$name.so")" | sed -n 's/.*(SONAME).*\[\(.*\)\]/\1/p'
