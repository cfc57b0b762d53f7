// SPDX-License-Identifier: GPL-2.0-or-later
/* How is libkdumpfile called without being linked? */
#include "lazy_kdumpfile.h"

#include <libkdumpfile/kdumpfile.h>

#include "optional.h"

static struct {
	__typeof__(&kdump_new) new;
	__typeof__(&kdump_get_err) get_err;
	__typeof__(&kdump_open_fdset) open_fdset;
	__typeof__(&kdump_set_attr) set_attr;
	__typeof__(&kdump_get_typed_attr) get_typed_attr;
	__typeof__(&kdump_vmcoreinfo_raw) vmcoreinfo_raw;
	__typeof__(&kdump_read) read;
} library;

bool intake_kdumpfile_load(void)
{
	const struct intake_symbol symbols[] = {
		{ "kdump_new", &library.new },
		{ "kdump_get_err", &library.get_err },
		{ "kdump_open_fdset", &library.open_fdset },
		{ "kdump_set_attr", &library.set_attr },
		{ "kdump_get_typed_attr", &library.get_typed_attr },
		{ "kdump_vmcoreinfo_raw", &library.vmcoreinfo_raw },
		{ "kdump_read", &library.read },
	};

	return intake_optional_load(KDUMPFILE_SONAME, symbols, sizeof(symbols) / sizeof(*symbols));
}

kdump_ctx_t *kdump_new(void)
{
	return library.new();
}

const char *kdump_get_err(kdump_ctx_t *dump)
{
	return library.get_err(dump);
}

kdump_status kdump_open_fdset(kdump_ctx_t *dump, unsigned int count, const int *fds)
{
	return library.open_fdset(dump, count, fds);
}

kdump_status kdump_set_attr(kdump_ctx_t *dump, const char *key, const kdump_attr_t *value)
{
	return library.set_attr(dump, key, value);
}

kdump_status kdump_get_typed_attr(kdump_ctx_t *dump, const char *key, kdump_attr_t *value)
{
	return library.get_typed_attr(dump, key, value);
}

kdump_status kdump_vmcoreinfo_raw(kdump_ctx_t *dump, char **raw)
{
	return library.vmcoreinfo_raw(dump, raw);
}

kdump_status kdump_read(kdump_ctx_t *dump, kdump_addrspace_t space, kdump_addr_t address,
			void *buffer, size_t *length)
{
	return library.read(dump, space, address, buffer, length);
}
