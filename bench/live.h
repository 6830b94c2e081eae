/* live: see live.c. */
#ifndef BENCH_LIVE_H
#define BENCH_LIVE_H

#include <netinet/in.h>
#include <stddef.h>
#include <stdint.h>

struct receivers {
	int epoll;
};

void live_address(struct sockaddr_in *dst, const char *host, unsigned port);
int live_connect(const struct sockaddr_in *to);
void live_receive_init(struct receivers *r, const int *fds, int n);
/* Reads until `bytes` bytes have arrived, over all connections. */
void live_receive(struct receivers *r, int64_t bytes);
/* On-CPU time of the process's main thread. */
int64_t live_cpu_ns(int pid);

/* The upper bound: deliveries per second of CPU time of a bare epoll loop. */
double live_bare(int n, int rounds, const char *frame, size_t len);

#endif
