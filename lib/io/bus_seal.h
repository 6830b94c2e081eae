/*
 * bus_seal: what goes from host to host carries a MAC with [bus] key, as
 * im-live believes what it gets.
 *
 * A connection begins with a hello: "IMB1" | u64 time | 16 random bytes | MAC,
 * which also covers the name of the node.  Packets follow: u32 length | bytes |
 * MAC, which also covers the random bytes and the number of the packet.  So
 * nothing can be made up, changed, left out, doubled or reordered, and a
 * connection cannot be played again: a hello counts once, for BUS_SEAL_MS, at
 * one node.  The clocks of the hosts have to agree that far.
 *
 * A wake-up of a job is one datagram: "IMW1" | u64 time | name | MAC.  Playing
 * it again within BUS_SEAL_MS is harmless.
 *
 * The receiving side is for one thread.
 */
#ifndef IO_BUS_SEAL_H
#define IO_BUS_SEAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/crypto.h"
#include "base/str.h"

#define BUS_SEAL_MS     30000
#define BUS_SEAL_RANDOM 16
#define BUS_PACKET_MAX  (4 * 1024 * 1024)

/* Whether there is a key; dies if it is too short. */
bool bus_seal_has_key(void);

/* One side of a connection; starts as zero. */
struct bus_seal {
	bool has_begun;
	uint8_t random[BUS_SEAL_RANDOM];
	uint64_t n; /* packets */
};

/* Appends bytes as a packet, behind the hello on a new connection to node. */
void bus_seal_put(struct bus_seal *s, struct buf *out, struct str node,
    struct str bytes);
/*
 * Takes the hello or a packet from p[0..len): its length, with the bytes of the
 * packet, which are empty for the hello; 0 when more is needed; -1 when it is
 * not genuine.
 */
int64_t bus_seal_take(struct bus_seal *s, struct str node, const char *p,
    size_t len, struct str *bytes_out);

void bus_seal_wake(struct buf *out, struct str job);
/* The name of the job; STR_NONE when it is not genuine. */
struct str bus_seal_take_wake(struct str datagram);

#endif
