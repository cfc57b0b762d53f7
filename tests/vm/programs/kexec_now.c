// SPDX-License-Identifier: GPL-2.0-or-later
/* Start the loaded kernel with reboot(2) and without other steps, as systemd-shutdown does. */
#include <stdio.h>
#include <sys/reboot.h>
#include <linux/reboot.h>

int main(void)
{
	reboot(LINUX_REBOOT_CMD_KEXEC);
	perror("reboot");
	return 1;
}
