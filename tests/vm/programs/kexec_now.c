// SPDX-License-Identifier: GPL-2.0-or-later
/* Start the loaded kernel as systemd-shutdown does: by the system call alone. */
#include <stdio.h>
#include <sys/reboot.h>
#include <linux/reboot.h>

int main(void)
{
	reboot(LINUX_REBOOT_CMD_KEXEC);
	perror("reboot");
	return 1;
}
