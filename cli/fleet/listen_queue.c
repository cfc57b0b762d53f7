// SPDX-License-Identifier: GPL-2.0-or-later
#include "listen_queue.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

bool listen_queue_init(struct listen_queue *queue)
{
	pthread_condattr_t attributes;

	*queue = (struct listen_queue){ 0 };
	pthread_mutex_init(&queue->lock, NULL);
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&queue->ready, &attributes);
	pthread_condattr_destroy(&attributes);
	for (int i = 0; i < 2; i++)
		queue->buffers[i] = malloc(LISTEN_BUFFER_SIZE);
	return queue->buffers[0] && queue->buffers[1];
}

void listen_queue_begin(struct listen_queue *queue)
{
	pthread_mutex_lock(&queue->lock);
}

void listen_queue_commit(struct listen_queue *queue)
{
	pthread_cond_signal(&queue->ready);
	pthread_mutex_unlock(&queue->lock);
}

bool listen_queue_add(struct listen_queue *queue, const struct listen_entry *entry,
		      const void *bytes)
{
	size_t size = LISTEN_ALIGNED(sizeof(*entry) + entry->length);
	char *to = queue->buffers[queue->filling] + queue->filled;

	if (size > LISTEN_BUFFER_SIZE - queue->filled)
		return false;
	memcpy(to, entry, sizeof(*entry));
	if (entry->length > 0)
		memcpy(to + sizeof(*entry), bytes, entry->length);
	queue->filled += size;
	return true;
}

void listen_queue_end(struct listen_queue *queue)
{
	listen_queue_begin(queue);
	queue->is_ended = true;
	listen_queue_commit(queue);
}

bool listen_queue_take(struct listen_queue *queue, unsigned int wait_ms, const char **ret_bytes,
		       size_t *ret_size)
{
	struct timespec end;
	bool is_over;

	clock_gettime(CLOCK_MONOTONIC, &end);
	end.tv_nsec += (long)wait_ms * 1000000;
	end.tv_sec += end.tv_nsec / 1000000000;
	end.tv_nsec %= 1000000000;
	pthread_mutex_lock(&queue->lock);
	while (queue->filled == 0 && !queue->is_ended)
		if (pthread_cond_timedwait(&queue->ready, &queue->lock, &end) != 0)
			break;
	is_over = queue->filled == 0 && queue->is_ended;
	*ret_bytes = queue->buffers[queue->filling];
	*ret_size = queue->filled;
	queue->filling = !queue->filling;
	queue->filled = 0;
	pthread_mutex_unlock(&queue->lock);
	return !is_over;
}

void listen_queue_deinit(struct listen_queue *queue)
{
	for (int i = 0; i < 2; i++)
		free(queue->buffers[i]);
	pthread_cond_destroy(&queue->ready);
	pthread_mutex_destroy(&queue->lock);
}
