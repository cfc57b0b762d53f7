#!/bin/busybox sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# shellcheck shell=dash
# What does the guest do in every kernel of a scenario? It mounts, reports, loads the next kernel and starts it.
#
# Everything it needs is in the initramfs it came from (guest.py makes it):
#   /lab/hop               number of this kernel on the way, 0 for the first one
#   /lab/hops/N/NN-NAME    a command to run and report in kernel N
#   /lab/hops/N/load       loads the next kernel; there is none in the last one
#   /lab/hops/N/go         starts it
#   /lab/hops/N/pack       the files of the next initramfs
#   /lab/hops/N/crash      crashes the last kernel
# A kernel for which there is a /lib/modules/RELEASE/kexec_lineage.ko gets it loaded before anything is run.
# Reports go to the second serial port, one frame a line; frames.py has the format.

export PATH=/bin:/usr/bin:/sbin:/usr/sbin HOME=/ TERM=dumb
results=/dev/ttyS1

/bin/busybox mkdir -p /proc /sys /dev /tmp /run /etc
/bin/busybox --install -s /bin
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev
mount -t tmpfs tmpfs /tmp
mount -t tmpfs tmpfs /run
mount -t debugfs debugfs /sys/kernel/debug 2>/dev/null

hop=$(cat /lab/hop)
export LAB_HOP="$hop"
here=/lab/hops/$hop
sequence=0
stty -F "$results" raw -echo

# frame KIND NAME [FILE...]: one line, each file as base64 and a checksum at the end.
frame() {
	line="LAB1 $hop $sequence $1 $2"
	shift 2
	for file; do
		line="$line =$(base64 -w 0 "$file")"
	done
	sum=$(printf '%s' "$line" | sha256sum)
	printf '%s %.16s\n' "$line" "$sum" >"$results"
	sequence=$((sequence + 1))
}

# run KIND NAME SCRIPT: runs it; reports exit status, stdout and stderr.
run() {
	sh "$3" >/tmp/out 2>/tmp/err </dev/null
	status=$?
	echo "$status" >/tmp/status
	frame "$1" "$2" /tmp/status /tmp/out /tmp/err
	return "$status"
}

finish() {
	echo "lab: end: $1" >/dev/console
	frame end "$1"
	poweroff -f
	sleep 60
}

uname -r >/tmp/release
echo "lab: kernel $hop is $(cat /tmp/release)" >/dev/console
frame fact release /tmp/release
frame fact cmdline /proc/cmdline
frame fact bootloader_type /proc/sys/kernel/bootloader_type
frame fact uptime /proc/uptime
if [ -e "/lib/modules/$(uname -r)/kexec_lineage.ko" ]; then
	echo 'modprobe kexec_lineage' >/tmp/modprobe
	run fact modprobe /tmp/modprobe
fi
for script in "$here"/[0-9][0-9]-*; do
	[ -e "$script" ] || continue
	name=${script##*/}
	run command "${name#??-}" "$script"
done
frame reported .

if [ -e "$here/crash" ]; then
	frame crash .
	. "$here/crash" >/dev/console 2>&1
	finish crash-failed
fi
[ -e "$here/load" ] || finish complete

echo $((hop + 1)) >/lab/hop
(cd / && cpio -o -H newc <"$here/pack" >/tmp/initrd 2>/dev/null)
run load . "$here/load" || finish load-failed
sync
sh "$here/go"
# Only a `go` that did not go gets here.
finish go-failed
