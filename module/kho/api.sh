#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Print the name of the file in this folder that supports the KHO API of a kernel. The argument is the
# kernel's header linux/kexec_handover.h. The selected file asserts the types, so that a wrong choice
# does not build.
set -eu

text=
[ ! -r "$1" ] || text=$(tr -d '[:space:]' < "$1")

has() {
  printf '%s\n' "$text" | grep -Eq "$1"
}

any='[a-z_]+'
serialization="structkho_serialization\*$any,"
named="constchar\*$any,void\*$any"

if ! has 'kho_preserve_pages\('; then
  # Linux before 6.18, or no KHO.
  echo none
elif has "kho_add_subtree\($serialization$named,size_t$any\);"; then
  echo notifier_sized
elif has "kho_add_subtree\($serialization$named\);"; then
  echo notifier
elif has "kho_add_subtree\($named,size_t$any\);"; then
  echo direct_sized
elif has "kho_add_subtree\($named\);"; then
  echo direct
else
  echo none
fi
