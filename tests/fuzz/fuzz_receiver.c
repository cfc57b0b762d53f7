// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Fuzz target for the receiver of datagrams. The input is a list of datagrams of four senders, of
 * which the receiver keeps three: a control byte (sender, and how much time has passed), a length
 * byte, and the datagram. These results are errors: a crash without a boot, and a boot without an
 * id or with an unknown host.
 */
#include "fuzz.h"

#include "intake/receive/receiver.h"

#define SENDERS 4
#define TIME 1796000000

struct seen {
	uint64_t boots;
	uint64_t crashes;
};

static void check_boot(const struct intake_boot *boot)
{
	FUZZ_EXPECT(boot->boot_id[0]);
	FUZZ_EXPECT(boot->host[0] >= 'a' && boot->host[0] < 'a' + SENDERS && !boot->host[1]);
	FUZZ_EXPECT(memchr(boot->release, '\0', sizeof(boot->release)));
	FUZZ_EXPECT(!boot->has_previous || boot->previous_release[0]);
	for (size_t i = 0; i < boot->chain_length; i++)
		FUZZ_EXPECT(boot->chain[i].release[0]);
}

static void take_boot(void *data, const struct intake_boot *boot)
{
	struct seen *seen = data;

	seen->boots++;
	check_boot(boot);
}

static void take_part(void *data, const struct intake_boot *boot)
{
	check_boot(boot);
}

static void take_crash(void *data, const struct intake_crash *crash)
{
	struct seen *seen = data;

	seen->crashes++;
	FUZZ_EXPECT(seen->boots > 0);
	check_boot(crash->boot);
	FUZZ_EXPECT(crash->title.title[0]);
	FUZZ_EXPECT(crash->effect_count <= INTAKE_EFFECTS_MAX);
}

static bool name_sender(void *data, struct intake_text address, char ret[INTAKE_HOST_SIZE])
{
	ret[0] = address.at[0];
	ret[1] = '\0';
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint64_t steps_ms[] = { 0, 100, 1100, 61000 };
	struct seen seen = { 0 };
	struct intake_listener listener = { .boot = take_boot,
					    .crash = take_crash,
					    .seen = take_part,
					    .part = take_part,
					    .data = &seen };
	struct intake_receiver_options options = { .listener = &listener,
						   .name = name_sender,
						   .senders_max = SENDERS - 1 };
	struct intake_receiver *receiver = intake_receiver_create(&options);
	uint64_t now_ms = 1000;

	FUZZ_EXPECT(receiver);
	while (size >= 2) {
		char sender = (char)('a' + data[0] % SENDERS);
		size_t length = data[1] < size - 2 ? data[1] : size - 2;
		char *exact = fuzz_allocate(length);
		struct intake_received received = {
			.address = { &sender, 1 },
			.bytes = { exact, length },
		};

		now_ms += steps_ms[data[0] / SENDERS % 4];
		received.now_ms = now_ms;
		received.time = TIME + (int64_t)(now_ms / 1000);
		memcpy(exact, data + 2, length);
		intake_receiver_tick(receiver, now_ms);
		intake_receiver_add(receiver, &received);
		free(exact);
		FUZZ_EXPECT(intake_receiver_counts(receiver)->senders < SENDERS);
		data += 2 + length;
		size -= 2 + length;
	}
	intake_receiver_finish(receiver);
	intake_receiver_destroy(receiver);
	return 0;
}
