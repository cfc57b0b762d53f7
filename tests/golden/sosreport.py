# SPDX-License-Identifier: GPL-2.0-or-later
"""A fake sosreport with the files that sos collects on a machine."""
from .system import HOST_NAME, MACHINE_ID, OLDER, RELEASE, stamp

BOOT_ID = "76d9526d-59b4-475f-af3a-96ea24e0a6ee"
STARTED = 1_790_000_100  # 2026-09-21 14:15:00 UTC
HEADER = "-- Journal begins at Mon 2026-09-21 14:15:00 UTC, ends at Mon 2026-09-21 14:18:00 UTC. --\n"
BANNER = f"Linux version {RELEASE} (a@b) (gcc) #1 SMP"
MODULE_LINE = f"kexec_lineage: exec from: {OLDER} (count 3)"
# Lines of a boot: seconds since its start, and the text.
LINES = ((0, BANNER), (0, "Command line: ro"), (1, "DMI: QEMU Standard PC, BIOS 1.16"), (2, MODULE_LINE))
SYSCTL = f"""kernel.bootloader_type = 208
kernel.hostname = {HOST_NAME}
kernel.osrelease = {RELEASE}
kernel.random.boot_id = {BOOT_ID}
kernel.version = #1 SMP
"""


def dmesg(lines=LINES):
    return "".join(f"[{at:5d}.{number:06d}] {text}\n" for number, (at, text) in enumerate(lines))


def journal(lines=LINES, second=0):
    """Return lines in journalctl's default format. Their hour and minute are those of STARTED."""
    return HEADER + "".join(f"Sep 21 14:15:{second + at:02d} {HOST_NAME} kernel: {text}\n" for at, text in lines)


def sosreport(**changes):
    """Return the files of a report by path. @changes maps the name of a file, without its folder, to new content; None
    removes the file."""
    files = {
        "proc/cmdline": f"ro {stamp(3, OLDER, made_for=RELEASE)}\n",
        "proc/stat": f"cpu 1\nbtime {STARTED}\n",
        "etc/machine-id": f"{MACHINE_ID}\n",
        "sos_commands/host/hostname": f"{HOST_NAME}\n",
        "sos_commands/kernel/uname_-a": f"Linux {HOST_NAME} {RELEASE} #1 SMP x86_64 GNU/Linux\n",
        "sos_commands/kernel/sysctl_-a": SYSCTL,
        "sos_commands/kernel/dmesg": dmesg(),
        "sos_commands/logs/journalctl_--disk-usage": "Archived and active journals take up 8.0M.\n",
        "sos_commands/logs/journalctl_--no-pager": journal(),
        "sos_commands/logs/journalctl_--no-pager_--catalog_--boot": journal(),
        "sos_logs/sos.log": "2026-09-21 14:18:00,000 INFO: [plugin:kernel] dmesg\n",
        "var/log/dpkg.log": "2026-09-21 14:18:00 startup archives unpack\n",
    }
    names = {path.rpartition("/")[2].replace("-", "_"): path for path in files}
    return {**files, **{names[name]: content for name, content in changes.items()}}
