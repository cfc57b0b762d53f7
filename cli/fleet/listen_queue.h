/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Queue of received datagrams between the thread that receives and the thread that decodes, so that
 * a slow store does not stop the reception. It has two buffers: one is filled while the other one
 * is read.
 */
#ifndef LINEAGE_CLI_FLEET_LISTEN_QUEUE_H
#define LINEAGE_CLI_FLEET_LISTEN_QUEUE_H

#include <pthread.h>
#include <stdint.h>

#include "listen_address.h"

#define LISTEN_BUFFER_SIZE (64UL << 20) /* of each of the two buffers */

/**
 * struct listen_entry - a datagram in the queue; its bytes follow
 * @now_ms: when it arrived, by CLOCK_MONOTONIC
 * @time: when it arrived, seconds since 1970 UTC
 * @length: number of bytes
 */
struct listen_entry {
	uint64_t now_ms;
	int64_t time;
	struct listen_address address;
	uint32_t length;
};

/**
 * struct listen_queue - the queue
 * @buffers: @buffers[@filling] is filled up to @filled
 * @ready: signalled when a datagram is added, and at the end
 * @is_ended: no datagram will be added
 * @lock: protects @filling, @filled and @is_ended
 */
struct listen_queue {
	pthread_mutex_t lock;
	pthread_cond_t ready;
	char *buffers[2];
	int filling;
	size_t filled;
	bool is_ended;
};

/* Allocate; return false if out of memory. Memory of the buffers is used only when it is filled. */
bool listen_queue_init(struct listen_queue *queue);

/* Lock the queue to add datagrams, and wake the reader. */
void listen_queue_begin(struct listen_queue *queue);
void listen_queue_commit(struct listen_queue *queue);

/* Add a datagram between begin and commit; return false if the queue is full. */
bool listen_queue_add(struct listen_queue *queue, const struct listen_entry *entry,
		      const void *bytes);

/* Mark the end. */
void listen_queue_end(struct listen_queue *queue);

/*
 * Wait at most @wait_ms for datagrams and take all of them: @ret_bytes is an array of entries with
 * their bytes, valid until the next call, each padded to LISTEN_ALIGNED(). Return false if the
 * queue has ended and is empty.
 */
bool listen_queue_take(struct listen_queue *queue, unsigned int wait_ms, const char **ret_bytes,
		       size_t *ret_size);

#define LISTEN_ALIGNED(size) (((size) + 7UL) & ~7UL)

void listen_queue_deinit(struct listen_queue *queue);

#endif /* LINEAGE_CLI_FLEET_LISTEN_QUEUE_H */
