/* SPDX-License-Identifier: GPL-2.0-or-later OR BSD-2-Clause */
/*
 * Everything that core/ uses from its host: mem*, str*, fixed-width integers and errno values.
 *
 * This is the only file of core/ that distinguishes between a kernel module and a program.
 */
#ifndef LINEAGE_CORE_ENV_H
#define LINEAGE_CORE_ENV_H

#ifdef __KERNEL__
#include <linux/build_bug.h>
#include <linux/errno.h>
#include <linux/limits.h>
#include <linux/stddef.h>
#include <linux/string.h>
#include <linux/types.h>

#ifndef UINT32_MAX
#define UINT32_MAX U32_MAX
#endif
#else
#include <assert.h>
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#endif

#endif /* LINEAGE_CORE_ENV_H */
