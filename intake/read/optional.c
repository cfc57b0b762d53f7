// SPDX-License-Identifier: GPL-2.0-or-later
/* Loads a library when it is needed. */
#include "optional.h"

#include <dlfcn.h>
#include <string.h>

bool intake_optional_load(const char *soname, const struct intake_symbol *symbols, size_t count)
{
	void *library = dlopen(soname, RTLD_NOW | RTLD_LOCAL);

	if (!library)
		return false;
	for (size_t i = 0; i < count; i++) {
		void *address = dlsym(library, symbols[i].name);

		if (!address)
			return false;
		/* As POSIX has it: an object pointer stored where a function pointer is. */
		memcpy(symbols[i].to, &address, sizeof(address));
	}
	return true;
}
