/*
 * sends: clients that send messages and read as fast as they are answered,
 * over HTTP or WebSocket, through the web server; and some that look at how
 * long a message takes to the other side, and what it costs.
 *
 * Everything goes through the public API, so that one generator measures
 * different versions.  What a measurement needs is made when it is missing,
 * and found again.
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

struct options;

/* Signs n people up if need be, logs them in, and makes their chats with the
 * next ones in the circle.  With a people file those who are in it are taken
 * from there. */
void people_make(const struct options *o, struct arena *a,
    struct person people[PEOPLE_MAX], size_t n, size_t n_convs);
int64_t people_chat(struct arena *a, const struct target *t,
    const struct person *p, const struct person *peer);
/* The group of these people, owned by the first; made when it is missing. */
int64_t people_group(struct arena *a, const struct target *t,
    const char *client_id, const struct person *people, size_t n);

/* ---- sends_ws.c: RFC 6455, the client's side ---- */

/* Opens /v1/live for a person and reads the hello. */
void ws_open(struct link *l, const struct target *t, const struct person *p);
void ws_put(struct link *l, struct str text);
/* Takes the next text message; false: none is complete.  Answers pings. */
bool ws_take(struct link *l, struct str *text_out, size_t *len_out);

/* ---- sends_proc.c: the processes below a stack's runsvdir ---- */

/* "cpu WHEN SERVICE US" for each, and "machine WHEN US BUSY_US": what others
 * use meanwhile makes a measurement worth less.  Nothing when root is 0. */
void proc_cpu(int root, const char *when);
/* "self WHEN US", which is part of what the machine was busy with. */
void proc_self(int root, const char *when);
/* "pss SERVICE KIB" for each, and their sums. */
void proc_memory(int root);
int64_t proc_rss(int root, const char *service);

/* ---- measurements ----
 *
 * Each prints one line.  With root, what every service has used of the CPU
 * comes before it: "begin" when all is prepared and connected, and "end" where
 * the measurement leaves no work behind; otherwise it is for the caller to
 * look ("sends -p PID cpu") when fan-out is done.  answered= is the number of
 * messages, pages or deliveries between the two.
 */
struct options {
	struct target target;
	struct target live; /* where sends_wide.c opens WebSockets */
	const char *app;
	const char *people_file;
	int root; /* the stack's runsvdir, or 0 */
	int connections;
	int window; /* unanswered requests per connection */
	int seconds;
};

/* sends_load.c */
enum load_kind {
	LOAD_HTTP, /* sends */
	LOAD_WS,
	LOAD_ONE,    /* over HTTP, all into one conversation */
	LOAD_GROUPS, /* over WebSocket; as many as given */
	LOAD_HISTORY,
	LOAD_SYNC,
};
void load_run(const struct options *o, struct arena *a, enum load_kind kind);
/* sends_seen.c */
void seen_run(const struct options *o, struct arena *a);
/* sends_pairs.c: from sender to receiver and back to the acknowledgement */
void pairs_run(const struct options *o, struct arena *a);
/* sends_wide.c: many WebSockets; memory, and a message to all of them */
void wide_run(const struct options *o, struct arena *a);

/* ---- sends_story.c: conversations that are read ---- */

#define STORY_LEN     1000 /* entries of the conversation at least */
#define STORY_READERS 8    /* people[0..8) are in it */
#define GROUPS        4
#define GROUP_SIZE    128 /* people[0..128) are in all of them */

int64_t story_conv(const struct options *o, struct arena *a,
    const struct person *people);
/* people[0] has a chat with each of the others. */
void story_chats(const struct options *o, struct arena *a,
    const struct person *people, size_t n);
void story_groups(const struct options *o, struct arena *a,
    const struct person *people, int64_t conv_ids[GROUPS]);
/* user_index of the newest event in the inbox of a person. */
int64_t story_head(const struct options *o, struct arena *a,
    const struct person *p);

/* Sorts; the share (0.5: half) of n samples lies below what is returned. */
uint32_t percentile(uint32_t *samples, size_t n, double share);

#endif
