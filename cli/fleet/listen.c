// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The command listen: receive the netconsoles of many machines, and print or store their crashes.
 *
 * The main thread receives datagrams and adds them to a queue. A second thread decodes them and
 * writes to the store, which may be slow. SIGTERM ends the first thread, and the second thread then
 * empties the queue.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "cli/common/command.h"
#include "cli/common/fleet.h"
#include "cli/common/output.h"
#include "lib/cleanup.h"
#include "listen_address.h"
#include "listen_events.h"
#include "listen_queue.h"
#include "listen_report.h"
#include "listen_socket.h"
#include "refused.h"
#include "store/store.h"

enum {
	OPTION_NETCONSOLE,
	OPTION_STORE,
	OPTION_HOSTS,
	OPTION_ONLY_KNOWN,
	OPTION_SENDERS,
	OPTION_METRICS,
	OPTION_LABEL,
	OPTION_NO_INFERRED,
};

#define SENDERS_DEFAULT 16384
#define SENDERS_LIMIT 1000000

/**
 * struct listening - the state of the command
 * @sockets: where datagrams arrive
 * @queue: datagrams that are not decoded yet
 * @names: names of senders
 * @only_known: drop the datagrams of other senders
 * @events: where events go
 * @report: when and where to report the counters
 * @receiver: the state of the senders
 */
struct listening {
	struct listen_sockets sockets;
	struct listen_queue queue;
	struct listen_names names;
	bool only_known;
	struct listen_events events;
	struct listen_report report;
	struct intake_receiver *receiver;
};

/* Name a sender: its name in the file of names, else its address. */
static bool name_sender(void *data, struct intake_text bytes, char ret[INTAKE_HOST_SIZE])
{
	const struct listening *listening = data;
	struct listen_address address;
	const char *name;

	memcpy(&address, bytes.at, sizeof(address));
	name = listen_names_find(&listening->names, &address);
	if (!name && listening->only_known)
		return false;
	if (name)
		snprintf(ret, INTAKE_HOST_SIZE, "%s", name);
	else
		listen_address_format(&address, ret);
	return true;
}

static uint64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static void report(struct listening *listening, bool is_last)
{
	struct listen_totals totals = {
		.counts = intake_receiver_counts(listening->receiver),
		.drops = &listening->sockets.drops,
		.events = &listening->events,
	};

	listen_report(&listening->report, &totals, now_ms(), is_last);
}

/* Decode datagrams of the queue. The time of a datagram is when it arrived, not now. */
static void decode(struct listening *listening, const char *bytes, size_t size)
{
	while (size > 0) {
		const struct listen_entry *entry = (const struct listen_entry *)(const void *)bytes;
		size_t used = LISTEN_ALIGNED(sizeof(*entry) + entry->length);
		struct intake_received received = {
			.address = { (const char *)&entry->address, sizeof(entry->address) },
			.bytes = { bytes + sizeof(*entry), entry->length },
			.now_ms = entry->now_ms,
			.time = entry->time,
		};

		intake_receiver_tick(listening->receiver, entry->now_ms);
		intake_receiver_add(listening->receiver, &received);
		bytes += used;
		size -= used;
	}
}

static void *decode_all(void *data)
{
	struct listening *listening = data;
	const char *bytes;
	size_t size;

	while (listen_queue_take(&listening->queue, INTAKE_RECEIVER_TICK_MS, &bytes, &size)) {
		decode(listening, bytes, size);
		/* Only an empty queue shows that a sender is quiet now. */
		if (size == 0)
			intake_receiver_tick(listening->receiver, now_ms());
		listen_events_commit(&listening->events, now_ms(), false);
		report(listening, false);
		if (listening->events.has_failed)
			kill(getpid(), SIGTERM);
	}
	intake_receiver_finish(listening->receiver);
	listen_events_commit(&listening->events, now_ms(), true);
	report(listening, true);
	return NULL;
}

/* Block SIGINT and SIGTERM, and return a file that is readable when one of them arrives. */
static int catch_stops(void)
{
	sigset_t signals;

	sigemptyset(&signals);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	return signalfd(-1, &signals, SFD_CLOEXEC);
}

/* Let a second signal end the program, even if it is waiting for a server. */
static void release_stops(int stop_fd)
{
	struct signalfd_siginfo information;
	sigset_t signals;

	if (read(stop_fd, &information, sizeof(information)) != sizeof(information))
		return;
	sigemptyset(&signals);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	pthread_sigmask(SIG_UNBLOCK, &signals, NULL);
}

/* Receive and decode until a signal. */
static int listen_all(struct listening *listening, int stop_fd)
{
	pthread_t thread;
	bool is_good;
	int error = pthread_create(&thread, NULL, decode_all, listening);

	if (error) {
		complain("listen: %s", strerror(error));
		return STATUS_FAILED;
	}
	is_good = listen_sockets_receive(&listening->sockets, &listening->queue, stop_fd);
	if (is_good)
		release_stops(stop_fd);
	listen_queue_end(&listening->queue);
	pthread_join(thread, NULL);
	if (listening->events.kept.store)
		report_refused("listen", listening->events.kept.store);
	return is_good && !listening->events.has_failed ? STATUS_DONE : STATUS_FAILED;
}

static bool take_senders(const char *text, size_t *ret)
{
	unsigned long senders;
	char *end;

	*ret = SENDERS_DEFAULT;
	if (!text)
		return true;
	errno = 0;
	senders = strtoul(text, &end, 10);
	if (errno || *end || senders == 0 || senders > SENDERS_LIMIT || text[0] == '-') {
		complain("listen: invalid --senders value '%s' (expected 1 to %d)", text,
			 SENDERS_LIMIT);
		return false;
	}
	*ret = senders;
	return true;
}

/* Check options and read the file of names. Return an exit status. */
static int take_options(const struct arguments *arguments, struct listening *listening,
			struct intake_receiver_options *ret)
{
	const char *label = arguments->values[OPTION_LABEL];
	const char *hosts = arguments->values[OPTION_HOSTS];

	if (!take_senders(arguments->values[OPTION_SENDERS], &ret->senders_max))
		return STATUS_USAGE;
	listening->only_known = arguments->values[OPTION_ONLY_KNOWN] != NULL;
	if (listening->only_known && !hosts) {
		complain("listen: --only-known needs --hosts=FILE");
		return STATUS_USAGE;
	}
	if (label && !arguments->values[OPTION_STORE]) {
		complain("listen: --label needs a store: also give --store=URL");
		return STATUS_USAGE;
	}
	if (label && strlen(label) > STORE_LABEL_MAX) {
		complain("listen: invalid --label value (a label has at most %d bytes)",
			 STORE_LABEL_MAX);
		return STATUS_USAGE;
	}
	ret->infers_nothing = arguments->values[OPTION_NO_INFERRED] != NULL;
	listening->events.kept.label = label;
	listening->events.url = arguments->values[OPTION_STORE];
	listening->report.path = arguments->values[OPTION_METRICS];
	listening->report.start = time(NULL);
	return hosts && !listen_names_read(&listening->names, hosts) ? STATUS_FAILED : STATUS_DONE;
}

static bool open_store(const struct context *context, const char *url, struct ingest_store *kept)
{
	return !url || (stored_hosts_init(context, url, true, &kept->hosts) &&
			ingest_store_open(kept, url));
}

static int start(const struct context *context, const struct arguments *arguments,
		 struct listening *listening)
{
	const char *address = arguments->values[OPTION_NETCONSOLE];
	struct intake_listener listener = listen_events_listener(&listening->events);
	struct intake_receiver_options options = { .listener = &listener,
						   .name = name_sender,
						   .data = listening };
	int status = take_options(arguments, listening, &options);
	LINEAGE_AUTO_CLOSE int stop_fd = -1;

	if (status != STATUS_DONE)
		return status;
	if (!open_store(context, arguments->values[OPTION_STORE], &listening->events.kept))
		return STATUS_FAILED;
	listening->receiver = intake_receiver_create(&options);
	if (!listening->receiver || !listen_queue_init(&listening->queue)) {
		complain("out of memory");
		return STATUS_FAILED;
	}
	/* A signal must not end the program once it has a socket, which may have datagrams. */
	stop_fd = catch_stops();
	if (stop_fd < 0) {
		complain("listen: %s", strerror(errno));
		return STATUS_FAILED;
	}
	status = address ? listen_sockets_bind(&listening->sockets, address)
			 : listen_sockets_take(&listening->sockets);
	return status == STATUS_DONE ? listen_all(listening, stop_fd) : status;
}

static int run(const struct context *context, const struct arguments *arguments)
{
	struct listening listening = { .events.is_json = context->json };
	int status = start(context, arguments, &listening);

	intake_receiver_destroy(listening.receiver);
	listen_events_deinit(&listening.events);
	listen_names_deinit(&listening.names);
	listen_sockets_deinit(&listening.sockets);
	listen_queue_deinit(&listening.queue);
	return status;
}

const struct command command_listen = {
	.name = "listen",
	.operands = "[OPTION]...",
	.summary = LISTEN_SUMMARY,
	.help = "Receive the kernel logs that machines send with netconsole, and print each crash,\n"
		"with the previous kernel and a title. With --store, a crash is in the store two\n"
		"seconds after its last line.\n"
		"\n"
		"On the machine that receives (10.0.0.1):\n"
		"  kexec-lineage listen --netconsole=10.0.0.1:6666 --store=fleet.db\n"
		"\n"
		"On each machine that sends (its address is 10.0.0.7); the + selects the extended\n"
		"form, in which lost and reordered messages are noticed:\n"
		"  modprobe netconsole netconsole=+6665@10.0.0.7/eth0,6666@10.0.0.1/\n"
		"\n"
		"Both forms are received. The host is the address of the sender, or its name in\n"
		"the file of --hosts, which has the format of /etc/hosts. The name should be the\n"
		"host name of the machine, so that its history ('send') has the same name.\n"
		"\n"
		"Without --netconsole, the sockets are taken from systemd (socket activation, as\n"
		"in kexec-lineage-listen.socket). SIGTERM and SIGINT store what is held, and end\n"
		"the program. Anybody who can send to the port can write as any host: use a\n"
		"separate network, a firewall, and --only-known.",
	.exit_status = "0 stopped by a signal, 1 failed, 2 wrong usage",
	.options = { { "netconsole", "ADDRESS:PORT", "receive on this UDP address (port: 6666)" },
		     { "store", "URL",
		       "store events in FILE, sqlite:FILE or clickhouse://HOST/DATABASE" },
		     { "hosts", "FILE", "names of senders: ADDRESS NAME on each line" },
		     { "only-known", NULL, "drop datagrams of senders that FILE does not name" },
		     { "senders", "N", "keep the state of at most N senders (default: 16384)" },
		     { "metrics", "FILE", "write counters to FILE every ten seconds" },
		     { "label", "TEXT", "label of the boots for triage (default: their hardware)" },
		     { "no-inferred", NULL,
		       "ignore lineages that are inferred from the order of lines" } },
	.run = run,
};
