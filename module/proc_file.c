// SPDX-License-Identifier: GPL-2.0-only
/* Read files of /proc whose content the kernel exports to modules in no other way. */
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/magic.h>

#include "kexec_lineage.h"

/**
 * lineage_proc_read() - read the beginning of a file of /proc
 * @path: its path
 * @buffer: receives the content and a NUL
 * @size: bytes at @buffer; at least 1
 *
 * Another file that is mounted in its place is not read. May sleep.
 *
 * Return: bytes read, or a negative errno.
 */
ssize_t lineage_proc_read(const char *path, char *buffer, size_t size)
{
	struct file *file = filp_open(path, O_RDONLY, 0);
	loff_t position = 0;
	ssize_t got = -ENOENT;

	buffer[0] = '\0';
	if (IS_ERR(file))
		return PTR_ERR(file);
	if (file_inode(file)->i_sb->s_magic == PROC_SUPER_MAGIC)
		got = kernel_read(file, buffer, size - 1, &position);
	filp_close(file, NULL);
	buffer[got > 0 ? got : 0] = '\0';
	return got;
}
