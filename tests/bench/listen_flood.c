// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Send extended netconsole messages to 127.0.0.1 at a constant rate, from many loopback addresses.
 *
 * Usage: listen_flood PORT RATE SECONDS SENDERS
 *
 * All senders send in turn, and each one numbers its messages, so that the receiver notices each
 * message that is lost. The program prints the number of messages that it sent and the time.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define BATCH 64
#define TEXT_SIZE 160

/* The source address of a datagram. */
union control {
	char bytes[CMSG_SPACE(sizeof(struct in_pktinfo))];
	struct cmsghdr align;
};

static struct mmsghdr headers[BATCH];
static struct iovec vectors[BATCH];
static union control controls[BATCH];
static char texts[BATCH][TEXT_SIZE];

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

/* 127.1.0.1, 127.1.0.2, ...: the last byte is 1 to 250, the others 0 to 249. */
static in_addr_t address_of(uint64_t sender)
{
	uint64_t high = 1 + sender / 62500, middle = sender / 250 % 250, low = 1 + sender % 250;

	return htonl((uint32_t)(127U << 24 | high << 16 | middle << 8 | low));
}

static void set_address(int index, in_addr_t address)
{
	struct msghdr *header = &headers[index].msg_hdr;
	struct in_pktinfo info = { .ipi_spec_dst.s_addr = address };
	struct cmsghdr *cmsg;

	header->msg_control = &controls[index];
	header->msg_controllen = sizeof(controls[index]);
	cmsg = CMSG_FIRSTHDR(header);
	cmsg->cmsg_level = IPPROTO_IP;
	cmsg->cmsg_type = IP_PKTINFO;
	cmsg->cmsg_len = CMSG_LEN(sizeof(info));
	memcpy(CMSG_DATA(cmsg), &info, sizeof(info));
}

static void prepare(int index, uint64_t number, uint64_t senders, double elapsed)
{
	int length = snprintf(texts[index], TEXT_SIZE,
			      "6,%llu,%llu,-;eth0: link is up, and this text has the length of a"
			      " usual line of a kernel log\n",
			      (unsigned long long)(number / senders),
			      (unsigned long long)(60e6 + 1e6 * elapsed));

	vectors[index] = (struct iovec){ texts[index], (size_t)length };
	headers[index].msg_hdr.msg_iov = &vectors[index];
	headers[index].msg_hdr.msg_iovlen = 1;
	set_address(index, address_of(number % senders));
}

int main(int argc, char **argv)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(0x7f000001) };
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	uint64_t sent = 0, senders;
	double rate, seconds, start;

	if (argc != 5 || fd < 0)
		return 2;
	to.sin_port = htons((uint16_t)atoi(argv[1]));
	rate = atof(argv[2]);
	seconds = atof(argv[3]);
	senders = strtoull(argv[4], NULL, 10);
	if (connect(fd, (struct sockaddr *)&to, sizeof(to)) != 0 || senders == 0)
		return 2;
	start = now();
	for (double elapsed = 0; elapsed < seconds; elapsed = now() - start) {
		uint64_t due = (uint64_t)(rate * elapsed);
		int count = due > sent + BATCH ? BATCH : (int)(due - sent), done;

		if (count <= 0) {
			usleep(500);
			continue;
		}
		for (int i = 0; i < count; i++)
			prepare(i, sent + (uint64_t)i, senders, elapsed);
		done = sendmmsg(fd, headers, (unsigned int)count, 0);
		if (done < 0) {
			perror("sendmmsg");
			return 1;
		}
		sent += (uint64_t)done;
	}
	printf("%llu %.3f\n", (unsigned long long)sent, now() - start);
	return 0;
}
