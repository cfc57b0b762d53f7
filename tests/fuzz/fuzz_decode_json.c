// SPDX-License-Identifier: GPL-2.0-or-later
/* Fuzz target for the decoder of JSON. */
#include "fuzz_decode.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	return fuzz_decode(&intake_decoder_json, data, size);
}
