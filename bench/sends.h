/*
 * sends: load generator with closed-loop clients that send and read through the
 * web server, over HTTP or WebSocket; it also measures the latency from sender
 * to receiver, CPU time and memory.
 *
 * It uses only the public API, so that one generator can measure different
 * versions.  Users and conversations are created if missing and reused.
 *
 * One thread, non-blocking sockets, no library: on a machine with few cores the
 * generator must use little CPU time itself.
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
#define CONVS_MAX  8 /* that each person sends to */

/* ---- sends_http.c: enough of RFC 9112 for our own server ---- */

struct target {
	struct sockaddr_in address;
	char host[64]; /* for the Host header */
};

/* http://ADDRESS:PORT; exits if it is anything else. */
void target_parse(struct target *t, const char *url);

struct link {
	int fd;
	struct buf in, out;
	size_t out_at; /* of out, written so far */
};

/* Connects, blocking (loopback), then non-blocking. */
void link_open(struct link *l, const struct target *t);
void link_close(struct link *l);
/* Writes what the socket takes; false: the peer has gone. */
bool link_flush(struct link *l);
bool link_has_output(const struct link *l);
/* Reads what is available; false: the peer has gone. */
bool link_fill(struct link *l);
/* Sleeps until there is something to read or ms have passed. */
bool link_wait(const struct link *l, int ms);

struct answer {
	int status;
	bool closes;     /* the server closes the connection after it */
	struct str body; /* in the link's input */
	size_t len;      /* of the whole answer, to be removed from the input */
};

void http_put(struct link *l, const struct target *t, const char *method,
    const char *path, struct str token, struct str body);
/* False: not complete yet. */
bool http_answer(const struct link *l, struct answer *out);

/* One request on its own connection; exits unless the status is one of the two.
 * The body is in the arena. */
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

/*
 * Signs up n people if needed, logs them in, and creates the chats of each with
 * the next ones in the circle.  With a people file, those who are in it are
 * read from there.
 */
void people_make(const struct options *o, struct arena *a,
    struct person people[PEOPLE_MAX], size_t n, size_t n_convs);
int64_t people_chat(struct arena *a, const struct target *t,
    const struct person *p, const struct person *peer);
/* The group of these people, owned by the first; created if missing. */
int64_t people_group(struct arena *a, const struct target *t,
    const char *client_id, const struct person *people, size_t n);

/* ---- sends_ws.c: RFC 6455, the client's side ---- */

/* Opens /v1/live for a person and reads the hello. */
void ws_open(struct link *l, const struct target *t, const struct person *p);
void ws_put(struct link *l, struct str text);
/* Takes the next text message; false if none is complete.  Answers pings. */
bool ws_take(struct link *l, struct str *text_out, size_t *len_out);

/* ---- sends_proc.c: the processes below a stack's runsvdir ---- */

/*
 * "cpu WHEN SERVICE US" for each, and "machine WHEN US BUSY_US": CPU time used
 * by other processes makes a measurement less reliable.  Prints nothing if root
 * is 0.
 */
void proc_cpu(int root, const char *when);
/* "self WHEN US": the generator's own share of the machine's time. */
void proc_self(int root, const char *when);
/* "pss SERVICE KIB" for each, and their sums. */
void proc_memory(int root);
int64_t proc_rss(int root, const char *service);

/*
 * ---- measurements ----
 *
 * Each prints one line.  With root, it is preceded by the CPU time of every
 * service: "begin" when everything is prepared and connected, and "end" if the
 * measurement leaves no work behind; otherwise the caller runs "sends -p PID
 * cpu" when fan-out is done.  answered= is the number of messages, pages or
 * deliveries between the two.
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
	LOAD_GROUPS, /* over WebSocket; a given number of messages */
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

#define STORY_LEN     1000 /* minimum length of the conversation */
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

/*
 * Sorts the samples; returns the value below which `share` of them lie (0.5:
 * the median).
 */
uint32_t percentile(uint32_t *samples, size_t n, double share);

#endif
