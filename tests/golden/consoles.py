# SPDX-License-Identifier: GPL-2.0-or-later
"""Random consoles of a fleet: boots, successful and lost kexecs, resets, and the true facts of each boot."""
from dataclasses import dataclass, field

ERASE = "\033c\033[?7l\033[2J"
# What firmware and boot loaders print, one text per machine. reset() replaces {erase} with "" or ERASE.
FIRMWARE = {
    "seabios": "\033[?7l\033[2J\033[0mSeaBIOS (version 1.16.2-debian-1.16.2-1)\nBooting from Hard Disk...\n{erase}",
    "ovmf": "\033[2J\033[01;01H\033[=3h\033[2J\033[01;01HBdsDxe: loading Boot0001 \"debian\" from HD(1,GPT)\n"
            "BdsDxe: starting Boot0001 \"debian\" from HD(1,GPT)\n",
    "stub": "\033[2J\033[01;01H\033[=3hEFI stub: Loaded initrd from LINUX_EFI_INITRD_MEDIA_GUID device path\n",
    "grub": "GRUB loading.\n\033[0;30;47mWelcome to GRUB!\n\n\033[H\033[J\033[1;1H\033[2;24HGNU GRUB  version 2.06\n"
            "Loading Linux {release} ...\nLoading initial ramdisk ...\n{erase}",
    "setup": "SeaBIOS (version 1.16.2)\n\nProbing EDD (edd=off to disable)... o{erase}k\n",
    "coreboot": "[NOTE ]  coreboot-4.22 Tue Nov 28 00:00:00 UTC 2023 x86_32 bootblock starting (log level: 7)...\n",
    "u-boot": "U-Boot SPL 2024.01 (Jan 08 2024 - 15:37:48 +0000)\nNOTICE:  BL31: v2.10.0\n"
              "U-Boot 2024.01 (Jan 08 2024 - 15:37:48 +0000)\nHit any key to stop autoboot:  2 \b\b\b 1 \b\b\b 0 \n"
              "Starting kernel ...\n\n",
    "idrac": "\033[2J\033[10;10HF2  = System Setup\033[11;10HF10 = Lifecycle Controller (Config iDRAC)\n"
             "iDRAC IP:  192.0.2.7\n{erase}",
    "ilo": "\033[2J\033[01;01HHPE ProLiant System BIOS U32 v2.62\niLO IPv4: 192.0.2.9\n{erase}",
    "ec2": "UEFI firmware (version  built at 10:18:37 on Aug 16 2022)\nEFI stub: Booting Linux Kernel...\n",
    "gcp": "SeaBIOS (version 1.8.2-google)\nTotal RAM Size = 0x00000000f0000000 = 3840 MiB\nCPUs found: 1\n"
           "Sending Seabios boot VM event.\nBooting from Hard Disk 0...\n",
}
# What may be printed between the last line of a kernel and the banner of the kernel that it started.
BETWEEN = ["", "", "I'm in purgatory\n", "\nDecompressing Linux... Parsing ELF... done.\nBooting the kernel.\n",
           "[-- MARK -- Tue Mar  5 09:14:00 2024]\n"]
OTHERS = ["usb 1-1: new high-speed USB device number 2", "EXT4-fs (vda1): mounted filesystem", "eth0: link is up"]


@dataclass
class Boot:
    """The true facts of a boot: how it began, and whether it was a lost kexec."""
    release: str | None
    boot: str
    previous: str | None = None
    lost: bool = False


@dataclass
class Console:
    """The console of a machine. has_module: the module prints its lines. is_quiet: notices of the kernel are hidden."""
    random: object
    firmware: str
    has_module: bool
    is_quiet: bool
    text: str = ""
    uptime: float = 0.0
    running: str = ""
    boots: list = field(default_factory=list)

    def line(self, text, step=1.0):
        self.uptime += self.random.uniform(0.1, 1) * step
        self.text += f"[{self.uptime:12.6f}] {text}\n"

    def run(self, release, boot, previous=None):
        """Print a banner and the lines of a running kernel."""
        self.boots.append(Boot(release, boot, previous))
        self.uptime, self.running = 0.0, release
        if self.random.random() < 0.3 and boot == "kexec":
            self.text += "[    0.000000] Booting Linux on physical CPU 0x0000000000 [0x410fd0c1]\n"
        self.text += f"[    0.000000] Linux version {release} (build@host) (gcc 12) #1 SMP {release}\n"
        for _ in range(self.random.randrange(3, 40)):
            self.line(self.random.choice(OTHERS), 60)

    def reset(self, release):
        """Print the lines of the firmware and of a cold boot."""
        erase = self.random.choice(["", ERASE])
        self.text += FIRMWARE[self.firmware].format(erase=erase, release=release)
        self.run(release, "cold")

    def start(self, release):
        """Print the last lines of a kernel that starts the kernel `release`."""
        if self.has_module:
            self.line(f"kexec_lineage: kexec to {release} (count 1)")
        if not self.is_quiet or not self.has_module:
            self.line("kexec_core: Starting new kernel")

    def kexec(self, release):
        previous = self.running
        self.start(release)
        self.text += self.random.choice(BETWEEN)
        self.run(release, "kexec", previous)

    def lose(self, release, next_release):
        """Lose a kexec: the started kernel prints nothing, and a watchdog or a triple fault resets the machine."""
        self.boots.append(Boot(release if self.has_module else None, "kexec", self.running, lost=True))
        self.start(release)
        self.reset(next_release)

    def restart(self, release):
        self.line("reboot: Restarting system", 0.1)
        if self.random.random() < 0.5:
            self.line("reboot: machine restart", 0.1)
        self.reset(release)

    def fall_back(self, release, next_release):
        """Let a kexec fail, so that systemd restarts the machine."""
        if self.has_module:
            self.line(f"kexec_lineage: kexec to {release} (count 1)")
        self.restart(next_release)

    def tear(self, release, next_release):
        """Let the new kernel die within its banner. The kexec is not lost, because the kernel showed a sign of life."""
        self.start(release)
        banner = f"[    0.000000] Linux version {release} (bu"
        self.text += banner[:self.random.randrange(20, len(banner) - 3)]
        self.text += self.random.choice(["", "\n"])
        if self.firmware in ("u-boot", "gcp", "ec2", "coreboot") and not self.text.endswith("\n"):
            self.text += "\n"
        self.reset(next_release)
