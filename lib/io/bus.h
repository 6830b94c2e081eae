/*
 * bus: carries live events to the im-live nodes.
 *
 * Best effort by design: a frame may be lost, duplicated or late; its sequence
 * numbers let the receiver detect that.  Publishing looks up in memcached which
 * nodes hold connections of the recipients (io/presence) and sends each of them
 * one frame.  A node whose presence marker is not in memcached (unavailable or
 * flushed) gets every frame, and so does one that has no peers.
 *
 * With [bus] key, frames to nodes at host:port are sealed (io/bus_seal.h).
 *
 * Frame, little endian, on a stream socket:
 *   u32 length of the rest | u8 version (1) | u8 type | u16 flags (0)
 *   u32 n_to | u32 body_len | n_to * { u64 user_id, u64 user_index } | body
 * user_index 0: an ephemeral event.  The body of an EVENT frame is the
 * members of the event object without braces and without user_index.
 */
#ifndef IO_BUS_H
#define IO_BUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"
#include "io/cache.h"

#define BUS_VERSION   1
#define BUS_HEAD_LEN  16 /* including the length */
#define BUS_FRAME_MAX (1024 * 1024)
#define BUS_NODES_MAX 32

enum bus_type {
	BUS_EVENT = 1,
	BUS_SESSION_END = 2, /* body: "session_id":"1","reason":"kicked" */
	BUS_PRESENCE = 3,    /* body: "user_id":"1","state":"online",... */
	/* As EVENT, for connections that have its conv_id in the foreground. */
	BUS_CHAT_EVENT = 4,
	BUS_SETTINGS = 5, /* body: "user_id":"1","last_seen":"nobody" */
	/* body: "user_id":"1": the recipient sees nothing more of them. */
	BUS_UNWATCH = 6,
	/* body: "conv_id":"1","on":true: the recipients belong to the audience
	 * of a conversation in mode pull from now on, or no more. */
	BUS_AUDIENCE = 7,
	/* As EVENT, without recipients: to the audience of its conv_id.  head,
	 * coalesced; read, typing: to those who have it in the foreground. */
	BUS_AUDIENCE_EVENT = 8,
};

struct addrinfo;

struct bus_to {
	int64_t user_id;
	int64_t user_index; /* 0: ephemeral */
};

struct bus_frame {
	enum bus_type type;
	const struct bus_to *to;
	size_t n_to;
	struct str body;
	/* A name, and its EPOCH_REWRITE (io/epoch.h) when the body was true: in
	 * another one it is not sent.  0: always. */
	uint64_t about, epoch;
};

/* A publisher with its connections; belongs to one thread. */
struct bus;
struct bus *bus_new(struct cache *cache);
void bus_free(struct bus **b);

/* Sends to the nodes that hold recipients.  Never fails and blocks for a few
 * hundred ms at most. */
void bus_publish(struct bus *b, struct arena *a, const struct bus_frame *f);
/* Sends n frames in order, with one presence look-up. */
void bus_publish_all(struct bus *b, struct arena *a,
    const struct bus_frame *frames, size_t n);
/* To every node, whoever is connected (session ends, presence). */
void bus_broadcast(struct bus *b, const struct bus_frame *f);

/* Frame codec, also for the receiving side. */
void bus_encode(struct buf *out, const struct bus_frame *f);
/*
 * The first frame in p[0..len): its length when it is complete (f_out then
 * points into p and into the arena), 0 when more bytes are needed, -1 when
 * it is not a frame.
 */
int64_t bus_decode(struct arena *a, const char *p, size_t len,
    struct bus_frame *f_out);

/* A node of [bus] nodes; address: a path or host:port. */
struct bus_node {
	struct str name;
	struct str address;
};
size_t bus_nodes(struct bus_node nodes[BUS_NODES_MAX]);
bool bus_node_is_path(const struct bus_node *node);
/* The addresses of host:port, for freeaddrinfo(); NULL if there are none. */
struct addrinfo *bus_resolve(struct str address, int socktype);
/* Whether it runs: it takes a connection as soon as for a publisher, and reads
 * from it within timeout_ms. */
bool bus_node_answers(const struct bus_node *node, int timeout_ms);

#endif
