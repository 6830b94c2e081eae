/*
 * sends: clients that send messages as fast as they are answered, over HTTP
 * or WebSocket, through the web server; and one that looks at how long a
 * message takes to the other side.
 *
 * One thread, non-blocking sockets, no library: on a machine with few cores
 * the generator must take little of what it measures.
 */
#ifndef BENCH_SENDS_H
#define BENCH_SENDS_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"

#define PEOPLE_MAX 256
#define CONVS_MAX  8 /* that each of them sends into */

/* ---- sends_http.c: enough of RFC 9112 for our own server ---- */

struct target {
	struct sockaddr_in address;
	char host[64]; /* of the Host header */
};

/* http://ADDRESS:PORT; dies when it is anything else. */
void target_parse(struct target *t, const char *url);

struct link {
	int fd;
	struct buf in, out;
	size_t out_at; /* of out, written so far */
};

/* Connects, blocking (loopback), then non-blocking. */
void link_open(struct link *l, const struct target *t);
void link_close(struct link *l);
/* Writes what it can; false: the peer has gone. */
bool link_flush(struct link *l);
bool link_has_output(const struct link *l);
/* Reads what there is; false: the peer has gone. */
bool link_fill(struct link *l);
/* Sleeps until there is something to read or ms have passed. */
bool link_wait(const struct link *l, int ms);

struct answer {
	int status;
	bool closes;     /* the server ends the connection after it */
	struct str body; /* in the link's input */
	size_t len;      /* of the whole answer, to be dropped */
};

void http_put(struct link *l, const struct target *t, const char *method,
    const char *path, struct str token, struct str body);
/* False: not complete yet. */
bool http_answer(const struct link *l, struct answer *out);

/* One request on a connection of its own; dies unless the status is one of
 * the two.  The body lives in the arena. */
struct str http_call(struct arena *a, const struct target *t,
    const char *method, const char *path, struct str token, struct str body,
    int status, int other_status);

/* ---- sends_people.c ---- */

struct person {
	int64_t user_id;
	char username[32];
	char token[64];
	int64_t convs[CONVS_MAX]; /* direct ones */
	size_t n_convs;
};

/* Signs n people up if need be, logs them in, and makes their chats with the
 * next ones in the circle. */
void people_make(struct arena *a, const struct target *t, const char *app,
    struct person *people, size_t n, size_t n_convs);

/* ---- sends_ws.c: RFC 6455, the client's side ---- */

/* Opens /v1/live for a person and reads the hello. */
void ws_open(struct link *l, const struct target *t, const struct person *p);
void ws_put(struct link *l, struct str text);
/* Takes the next text message; false: none is complete.  Answers pings. */
bool ws_take(struct link *l, struct str *text_out, size_t *len_out);

/* ---- measurements: each prints one line ---- */

struct options {
	struct target target;
	const char *app;
	int connections;
	int window; /* unanswered requests per connection */
	int seconds;
	bool one; /* all into one conversation */
};

/* sends_load.c */
void load_run(const struct options *o, struct arena *a, bool websocket);
/* sends_seen.c */
void seen_run(const struct options *o, struct arena *a);

/* Sorts; the share (0.5: half) of n samples lies below what is returned. */
uint32_t percentile(uint32_t *samples, size_t n, double share);

#endif
