/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names of functions in Rust, which the kernel prints as symbols: "_RNvNtCs1_4acme5probe3run". */
#ifndef LINEAGE_INTAKE_RECOGNISE_RUST_NAME_H
#define LINEAGE_INTAKE_RECOGNISE_RUST_NAME_H

#include "intake/decode/text.h"

/**
 * intake_rust_name() - write the name of a symbol: "acme::probe::run"
 * @symbol: a symbol of version 0 (RFC 2603)
 * @to: receives the name, and a NUL; undefined on failure
 * @size: room in @to
 *
 * The hashes of crates are left out, because they change with each compiler. A name that does not
 * fit is truncated.
 *
 * Return: whether the symbol is valid.
 */
bool intake_rust_name(struct intake_text symbol, char *to, size_t size);

#endif /* LINEAGE_INTAKE_RECOGNISE_RUST_NAME_H */
