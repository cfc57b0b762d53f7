// SPDX-License-Identifier: GPL-2.0-or-later
#include "listen_socket.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include "cli/common/command.h"
#include "cli/common/output.h"
#include "lib/cleanup.h"

#define PORT "6666" /* the port to which netconsole sends by default */
#define FIRST_FD 3  /* SD_LISTEN_FDS_START */
#define BATCH 256
/* A kernel sends at most 1000 bytes in a datagram (MAX_PRINT_CHUNK, drivers/net/netconsole.c). */
#define DATAGRAM_MAX 4096
#define RECEIVE_BUFFER (64 << 20)
/* Read at most this many batches of a socket before the next socket. */
#define TURNS 16

/* The counter of drops, which the kernel adds to a datagram (SO_RXQ_OVFL in socket(7)). */
union control {
	char bytes[CMSG_SPACE(sizeof(uint32_t))];
	struct cmsghdr align;
};

struct listen_batch {
	struct mmsghdr headers[BATCH];
	struct iovec vectors[BATCH];
	struct sockaddr_storage senders[BATCH];
	union control controls[BATCH];
	char bytes[BATCH][DATAGRAM_MAX];
};

/* Split "ADDRESS:PORT", "[ADDRESS]:PORT" or "ADDRESS", in place. Return false if invalid. */
static bool split_address(char *text, const char **ret_host, const char **ret_port)
{
	char *end = strrchr(text, ':');

	*ret_host = text;
	*ret_port = PORT;
	if (text[0] == '[') {
		end = strchr(text, ']');
		if (!end || (end[1] != '\0' && end[1] != ':'))
			return false;
		*end++ = '\0';
		*ret_host = text + 1;
	} else if (end && strchr(text, ':') != end) {
		end = NULL; /* an IPv6 address without a port */
	}
	if (end && *end == ':') {
		*end = '\0';
		*ret_port = end + 1;
	}
	if (strcmp(*ret_host, "*") == 0)
		*ret_host = "::";
	return **ret_host && **ret_port;
}

/* getaddrinfo() accepts a port that is too large. */
static bool port_is_valid(const char *port)
{
	unsigned long number = strtoul(port, NULL, 10);

	return strspn(port, "0123456789") == strlen(port) && number > 0 && number <= UINT16_MAX;
}

static int find_address(const char *address, struct addrinfo **ret)
{
	struct addrinfo hints = { .ai_family = AF_UNSPEC,
				  .ai_socktype = SOCK_DGRAM,
				  .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE };
	LINEAGE_AUTO_FREE char *copy = strdup(address);
	const char *host, *port;

	if (copy && split_address(copy, &host, &port) && port_is_valid(port) &&
	    getaddrinfo(host, port, &hints, ret) == 0)
		return STATUS_DONE;
	complain("listen: invalid --netconsole value '%s' (expected ADDRESS:PORT, for example "
		 "192.0.2.1:6666, [2001:db8::1]:6666 or *:6666)",
		 address);
	return STATUS_USAGE;
}

/* Explain why a socket cannot be opened. */
static int fail(const char *address, int error)
{
	const char *advice = "";

	if (error == EADDRINUSE)
		advice = "; 'ss -ulpn' lists the program that receives there";
	else if (error == EADDRNOTAVAIL)
		advice = "; use an address of this machine, or * for all of them";
	else if (error == EACCES)
		advice = "; a port below 1024 needs root, or socket activation by systemd";
	complain("listen: cannot receive on %s: %s%s", address, strerror(error), advice);
	return STATUS_FAILED;
}

/* Ask for a large receive buffer. Without CAP_NET_ADMIN, the limit is net.core.rmem_max. */
static void prepare(int fd)
{
	int size = RECEIVE_BUFFER, on = 1, has = 0;
	socklen_t length = sizeof(has);

	setsockopt(fd, SOL_SOCKET, SO_RXQ_OVFL, &on, sizeof(on));
	/* The kernel reports twice the size that was set. */
	if (getsockopt(fd, SOL_SOCKET, SO_RCVBUF, &has, &length) == 0 && has / 2 >= size)
		return;
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)) != 0)
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
}

int listen_sockets_bind(struct listen_sockets *sockets, const char *address)
{
	struct addrinfo *found;
	int status = find_address(address, &found), off = 0;
	int fd, error = 0;

	if (status != STATUS_DONE)
		return status;
	fd = socket(found->ai_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0 && found->ai_family == AF_INET6 && errno == EAFNOSUPPORT)
		complain("listen: this kernel has no IPv6; use 0.0.0.0 for all IPv4 addresses");
	if (fd < 0)
		error = errno;
	else if (found->ai_family == AF_INET6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off));
	if (!error && bind(fd, found->ai_addr, found->ai_addrlen) != 0)
		error = errno;
	freeaddrinfo(found);
	if (error) {
		if (fd >= 0)
			close(fd);
		return fail(address, error);
	}
	prepare(fd);
	sockets->fds[sockets->count++] = fd;
	return STATUS_DONE;
}

/* Parse a number in the environment. Return -1 if it is missing or invalid. */
static long number_of(const char *name)
{
	const char *text = getenv(name);
	char *end;
	long number;

	if (!text || !*text)
		return -1;
	errno = 0;
	number = strtol(text, &end, 10);
	return errno || *end ? -1 : number;
}

int listen_sockets_take(struct listen_sockets *sockets)
{
	long count = number_of("LISTEN_FDS");

	if (number_of("LISTEN_PID") != (long)getpid() || count <= 0) {
		complain("listen: missing --netconsole=ADDRESS:PORT, and systemd passed no socket");
		return STATUS_USAGE;
	}
	if (count > LISTEN_SOCKETS_MAX) {
		complain("listen: systemd passed %ld sockets (at most %d are supported)", count,
			 LISTEN_SOCKETS_MAX);
		return STATUS_FAILED;
	}
	for (int fd = FIRST_FD; fd < FIRST_FD + count; fd++) {
		int type = 0;
		socklen_t length = sizeof(type);

		sockets->fds[sockets->count++] = fd;
		fcntl(fd, F_SETFD, FD_CLOEXEC);
		if (getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &length) != 0 ||
		    type != SOCK_DGRAM) {
			complain("listen: systemd passed a socket that does not receive datagrams; "
				 "use ListenDatagram= in the socket unit");
			return STATUS_FAILED;
		}
		prepare(fd);
	}
	return STATUS_DONE;
}

static struct listen_batch *create_batch(void)
{
	struct listen_batch *batch = calloc(1, sizeof(*batch));

	for (size_t i = 0; batch && i < BATCH; i++) {
		batch->vectors[i] = (struct iovec){ batch->bytes[i], DATAGRAM_MAX };
		batch->headers[i].msg_hdr = (struct msghdr){
			.msg_name = &batch->senders[i],
			.msg_iov = &batch->vectors[i],
			.msg_iovlen = 1,
			.msg_control = &batch->controls[i],
		};
	}
	return batch;
}

/* Count the datagrams that the kernel dropped. Its counter of 32 bits may wrap. */
static void count_overflow(struct listen_sockets *sockets, size_t index, struct msghdr *header)
{
	uint32_t count;

	for (struct cmsghdr *cmsg = CMSG_FIRSTHDR(header); cmsg; cmsg = CMSG_NXTHDR(header, cmsg)) {
		if (cmsg->cmsg_level != SOL_SOCKET || cmsg->cmsg_type != SO_RXQ_OVFL)
			continue;
		memcpy(&count, CMSG_DATA(cmsg), sizeof(count));
		sockets->drops.kernel += (uint32_t)(count - sockets->overflows[index]);
		sockets->overflows[index] = count;
	}
}

static void add(struct listen_sockets *sockets, struct listen_queue *queue, size_t index, int count)
{
	struct listen_batch *batch = sockets->batch;
	struct listen_entry entry = { .time = time(NULL) };
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	entry.now_ms = (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
	/* The counter only grows, so the last datagram has the newest value. */
	count_overflow(sockets, index, &batch->headers[count - 1].msg_hdr);
	listen_queue_begin(queue);
	for (int i = 0; i < count; i++) {
		if (batch->headers[i].msg_hdr.msg_flags & MSG_TRUNC) {
			sockets->drops.long_ones++;
			continue;
		}
		listen_address_of(&batch->senders[i], &entry.address);
		entry.length = batch->headers[i].msg_len;
		if (!listen_queue_add(queue, &entry, batch->bytes[i]))
			sockets->drops.queue++;
	}
	listen_queue_commit(queue);
}

/* Receive what a socket has. Return false after an error message. */
static bool receive(struct listen_sockets *sockets, struct listen_queue *queue, size_t index)
{
	struct listen_batch *batch = sockets->batch;

	for (int turn = 0; turn < TURNS; turn++) {
		int count;

		for (size_t i = 0; i < BATCH; i++) {
			batch->headers[i].msg_hdr.msg_namelen = sizeof(batch->senders[i]);
			batch->headers[i].msg_hdr.msg_controllen = sizeof(batch->controls[i]);
		}
		count = recvmmsg(sockets->fds[index], batch->headers, BATCH, MSG_DONTWAIT, NULL);
		if (count > 0)
			add(sockets, queue, index, count);
		if (count < 0 && errno != EAGAIN && errno != EINTR) {
			complain("listen: cannot receive: %s", strerror(errno));
			return false;
		}
		if (count < BATCH)
			break;
	}
	return true;
}

bool listen_sockets_receive(struct listen_sockets *sockets, struct listen_queue *queue, int stop_fd)
{
	struct pollfd polled[LISTEN_SOCKETS_MAX + 1] = { { .fd = stop_fd, .events = POLLIN } };

	sockets->batch = create_batch();
	if (!sockets->batch) {
		complain("out of memory");
		return false;
	}
	for (size_t i = 0; i < sockets->count; i++)
		polled[i + 1] = (struct pollfd){ .fd = sockets->fds[i], .events = POLLIN };
	for (;;) {
		if (poll(polled, (nfds_t)sockets->count + 1, -1) < 0 && errno != EINTR) {
			complain("listen: cannot receive: %s", strerror(errno));
			return false;
		}
		for (size_t i = 0; i < sockets->count; i++)
			if (polled[i + 1].revents && !receive(sockets, queue, i))
				return false;
		if (polled[0].revents)
			return true;
	}
}

void listen_sockets_deinit(struct listen_sockets *sockets)
{
	for (size_t i = 0; i < sockets->count; i++)
		close(sockets->fds[i]);
	sockets->count = 0;
	free(sockets->batch);
	sockets->batch = NULL;
}
