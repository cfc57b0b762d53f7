/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How many bytes an uncompressed kernel image must have: a shorter file is cut. */
#ifndef LINEAGE_HOST_IMAGE_LENGTH_H
#define LINEAGE_HOST_IMAGE_LENGTH_H

#include <stddef.h>
#include <stdint.h>

/**
 * lineage_host_image_length() - read the length of an Image or an ELF file from its headers
 * @head: the first bytes of an untrusted image; no alignment needed
 * @size: bytes at @head; 4096 are enough for the images of Linux
 *
 * An Image has its sections in the PE header that it has with CONFIG_EFI. The field image_size
 * of its own header is larger than the file: it includes memory that is zero and not in the file
 * (Linux arch/arm64/kernel/image.h: _end - _text).
 *
 * Return: the end of the last section or segment, in bytes; 0 if the headers do not show it.
 */
uint64_t lineage_host_image_length(const unsigned char *head, size_t size);

#endif /* LINEAGE_HOST_IMAGE_LENGTH_H */
