// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of the names of functions in Rust. */
#include "support_intake.h"

#include "intake/recognise/rust_name.h"

#define ROOM 256

/* If the name is NULL, the symbol is invalid. */
static const struct {
	const char *symbol;
	const char *name;
} samples[] = {
	{ "_RNvCs1_4acme5probe", "acme::probe" },
	{ "_RNvNtCshgDM7dBCdno_4acme4core3run", "acme::core::run" },
	/* A reference to the crate, from the method of a type. */
	{ "_RNvMs3_NtCshgDM7dBCdno_4acme4procNtB5_4Proc6update", "<acme::proc::Proc>::update" },
	{ "_RNvXNtCs1_4acme4procNtB2_4ProcNtCs2_6kernel3Ops4open",
	  "<acme::proc::Proc as kernel::Ops>::open" },
	{ "_RNvYNtCs1_4acme4ProcNtCs2_6kernel3Ops4open", "<acme::Proc as kernel::Ops>::open" },
	{ "_RINvCs1_4acme4copyhNtB2_4ProcE", "acme::copy::<u8, acme::Proc>" },
	{ "_RINvCs1_4acme4fillKj10_E", "acme::fill::<0x10>" },
	{ "_RNCNvCs1_4acme5probe0", "acme::probe::{closure#0}" },
	{ "_RNCNvCs1_4acme5probes_0", "acme::probe::{closure#1}" },
	{ "_RINvCs1_4acme4callFRhQShPmEuE", "acme::call::<fn(&u8, &mut [u8], *const u32)>" },
	{ "_RINvCs1_4acme4callDNtCs2_6kernel3OpsEL_ThjEE",
	  "acme::call::<dyn kernel::Ops, (u8, usize)>" },
	{ "_RINvCs1_4acme4calllECs3_4user", "acme::call::<i32>" }, /* instantiated by "user" */
	{ "_RNvCs1_4acme3fooB", "acme::foo" },
	{ "_ZN4acme5probe17h0123456789abcdefE", NULL },
	{ "acme_probe", NULL },
	{ "_R", NULL },
	{ "_RNv", NULL },
	{ "_RC0", NULL }, /* empty name */
	{ "_RNvCs1_9acme", NULL },
	{ "_RNvCs1_99999999999999999999acme", NULL },
	{ "_RNvCszzzzzzzzzzzzzzzzzzzzzzzz_4acme3foo", NULL },
	{ "_RNvB_3foo", NULL },	 /* refers to itself */
	{ "_RNvBz_3foo", NULL }, /* refers to a later part */
	{ "_RZ", NULL },
};

static void names_functions(void **state)
{
	for (size_t i = 0; i < COUNT_OF(samples); i++) {
		char name[ROOM];
		bool is_valid =
			intake_rust_name(intake_text_of(samples[i].symbol), name, sizeof(name));

		print_message("  %s\n", samples[i].symbol);
		assert_int_equal(is_valid, samples[i].name != NULL);
		if (is_valid)
			assert_string_equal(name, samples[i].name);
	}
}

/* A name that does not fit is truncated, and a symbol may end anywhere. */
static void stays_in_bounds(void **state)
{
	for (size_t i = 0; i < COUNT_OF(samples); i++) {
		struct intake_text symbol = intake_text_of(samples[i].symbol);
		char *copy = malloc(symbol.length);
		char name[ROOM];

		assert_non_null(copy);
		memcpy(copy, symbol.at, symbol.length);
		for (size_t length = 0; length <= symbol.length; length++)
			for (size_t size = 1; size < 8; size++) {
				struct intake_text cut = { .at = copy, .length = length };

				memset(name, 'x', sizeof(name));
				if (intake_rust_name(cut, name, size))
					assert_true(strlen(name) < size);
				assert_int_equal(name[size], 'x');
			}
		free(copy);
	}
}

/* Each reference doubles the work, unless it is limited. */
static void limits_references(void **state)
{
	char symbol[512] = "_RINvCs1_4acme1a", name[64];

	strcat(symbol, "TTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTT");
	assert_false(intake_rust_name(intake_text_of(symbol), name, sizeof(name)));
	strcpy(symbol, "_RINvCs1_4acme1aTuuE");
	for (size_t i = 0; i < 60; i++)
		strcat(symbol, "TBe_Be_E");
	strcat(symbol, "E");
	intake_rust_name(intake_text_of(symbol), name, sizeof(name));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_functions),
		cmocka_unit_test(stays_in_bounds),
		cmocka_unit_test(limits_references),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
