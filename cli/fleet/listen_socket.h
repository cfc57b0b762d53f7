/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The sockets of `listen`: opened by the program, or passed by systemd. */
#ifndef LINEAGE_CLI_FLEET_LISTEN_SOCKET_H
#define LINEAGE_CLI_FLEET_LISTEN_SOCKET_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "listen_queue.h"

#define LISTEN_SOCKETS_MAX 8

/**
 * struct listen_drops - datagrams that were not decoded
 * @kernel: dropped by the kernel, because a receive buffer was full
 * @queue: dropped because the queue was full
 * @long_ones: dropped because they are longer than any datagram of a kernel
 */
struct listen_drops {
	_Atomic uint64_t kernel;
	_Atomic uint64_t queue;
	_Atomic uint64_t long_ones;
};

/**
 * struct listen_sockets - the sockets, and the buffers for received datagrams
 * @fds: array of @count sockets
 * @drops: counters; the thread that decodes reads them
 * @overflows: the last value of each socket's counter of drops
 * @batch: buffers; NULL before listen_sockets_receive()
 */
struct listen_sockets {
	int fds[LISTEN_SOCKETS_MAX];
	size_t count;
	struct listen_drops drops;
	uint32_t overflows[LISTEN_SOCKETS_MAX];
	struct listen_batch *batch;
};

/**
 * listen_sockets_bind() - open a socket
 * @address: ADDRESS, ADDRESS:PORT or [ADDRESS]:PORT
 *
 * Return: an exit status, after an error message unless it is STATUS_DONE.
 */
int listen_sockets_bind(struct listen_sockets *sockets, const char *address);

/** listen_sockets_take() - use the sockets that systemd passes (sd_listen_fds(3)); as bind */
int listen_sockets_take(struct listen_sockets *sockets);

/**
 * listen_sockets_receive() - receive until @stop_fd is readable, and add the datagrams to a queue
 *
 * Return: false after an error message.
 */
bool listen_sockets_receive(struct listen_sockets *sockets, struct listen_queue *queue,
			    int stop_fd);

/** listen_sockets_deinit() - close; a zeroed structure is allowed */
void listen_sockets_deinit(struct listen_sockets *sockets);
#define LISTEN_AUTO_SOCKETS __attribute__((cleanup(listen_sockets_deinit))) struct listen_sockets

#endif /* LINEAGE_CLI_FLEET_LISTEN_SOCKET_H */
