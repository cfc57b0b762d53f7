#!/bin/busybox sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# shellcheck shell=dash
# Init of the guest: in every kernel of a scenario, mount file systems, report, and load and start the next kernel.
#
# All files of the guest are in the initramfs, which lab/guest.py makes:
#   /lab/hop               number of this kernel, 0 for the first one
#   /lab/hops/N/NN-NAME    a command to run and report in kernel N
#   /lab/hops/N/load       loads the next kernel; does not exist for the last one
#   /lab/hops/N/go         starts the next kernel
#   /lab/hops/N/pack       the files of the next initramfs
#   /lab/hops/N/crash      crashes the last kernel
# If /lib/modules/RELEASE/kexec_lineage.ko exists, it is loaded before the commands are run.
# Reports go to a serial port that is not the console, one frame per line; lab/frames.py describes the format.

export PATH=/bin:/usr/bin:/sbin:/usr/sbin HOME=/ TERM=dumb
results=/dev/ttyS1

/bin/busybox mkdir -p /proc /sys /dev /tmp /run /etc
/bin/busybox --install -s /bin
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev
# QEMU's arm64 machine has a port of another kind for the console, and its ppc64le and s390x machines for both.
[ ! -e /dev/ttyAMA0 ] || results=/dev/ttyS0
[ ! -e /dev/hvc1 ] || results=/dev/hvc1
[ ! -e /dev/ttysclp0 ] || results=/dev/hvc0
mount -t tmpfs tmpfs /tmp
mount -t tmpfs tmpfs /run
mount -t debugfs debugfs /sys/kernel/debug 2>/dev/null

hop=$(cat /lab/hop)
export LAB_HOP="$hop"
here=/lab/hops/$hop
sequence=0
stty -F "$results" raw -echo

# frame KIND NAME [FILE...]: send one line with each file as base64 and a checksum at the end.
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

# run KIND NAME SCRIPT: run the script; report its exit status, stdout and stderr.
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
[ ! -e /proc/sys/kernel/bootloader_type ] || frame fact bootloader_type /proc/sys/kernel/bootloader_type # x86
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
# The guest reaches this line only if `go` failed to start the next kernel.
finish go-failed
