# SPDX-License-Identifier: GPL-2.0-or-later
"""Plugin for sos: collects the lineage of the running kernel and the history of the machine.

The plugin only lists files and commands. `kexec-lineage --root=DIR show` and `log` read the files in the unpacked
report in the same way as the files of a running system.
"""

from sos.report.plugins import DebianPlugin, IndependentPlugin, Plugin, RedHatPlugin, SuSEPlugin, UbuntuPlugin


# sos 4.0 on Debian does not load a plugin that is only an IndependentPlugin.
class KexecLineage(Plugin, IndependentPlugin, RedHatPlugin, DebianPlugin, UbuntuPlugin, SuSEPlugin):

    short_desc = "Lineage of kernels across kexec"

    plugin_name = "kexec_lineage"
    profiles = ("boot", "kernel", "system")

    # Any of these enables the plugin.
    packages = ("kexec-lineage",)
    commands = ("kexec-lineage",)
    files = ("/sys/kernel/kexec_lineage", "/var/lib/kexec-lineage/history.db")

    def setup(self):
        # Files that other plugins do not copy.
        self.add_copy_spec([
            "/etc/hostname",
            "/etc/machine-id",
            "/proc/cmdline",
            "/proc/stat",
            "/proc/sys/kernel/bootloader_type",
            "/proc/sys/kernel/hostname",
            "/proc/sys/kernel/osrelease",
            "/proc/sys/kernel/random/boot_id",
            "/proc/sys/kernel/version",
            "/sys/kernel/kexec_lineage",
            "/sys/module/kexec_lineage/parameters",
            "/run/kexec-lineage",
            "/var/lib/kexec-lineage",
            "/etc/kexec-lineage.conf",
            "/etc/modprobe.d/*kexec*",
            # Crashes of earlier boots.
            "/var/lib/systemd/pstore",
            "/var/crash/*/dmesg.*",
            "/var/crash/*/vmcore-dmesg.txt",
        ])
        # The key would show which hosts the hashes in a store stand for.
        self.add_forbidden_path("/var/lib/kexec-lineage/host-key")
        # KHO's files cannot be copied as text. `show --sources` decodes them.
        self.add_cmd_output([
            "kexec-lineage show --sources",
            "kexec-lineage --json show",
            "kexec-lineage log --no-pager",
            "kexec-lineage --json log",
            "kexec-lineage metrics",
        ])
        # Other plugins collect the text of the journal, which has no uptimes.
        self.add_cmd_output("journalctl --no-pager -o export _TRANSPORT=kernel")

    def postproc(self):
        # The URL of the store may contain a password.
        self.do_file_sub("/etc/kexec-lineage.conf", r"(://)[^/@\s]*@", r"\1********@")
