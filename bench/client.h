/*
 * client: what the load generators share: HTTP and WebSocket as a client speaks
 * them, people who are logged in, and the options of a command line.
 *
 * They use only the public API, so that one generator can measure different
 * versions.  Users and conversations are created if missing and reused.
 *
 * One thread, non-blocking sockets, no library: on a machine with few cores the
 * generator must use little CPU time itself.
 */
#ifndef BENCH_CLIENT_H
#define BENCH_CLIENT_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"

#define PEOPLE_MAX 512
#define CONVS_MAX  8 /* that each person sends to */

/* ---- client_http.c: enough of RFC 9112 for our own server ---- */

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
/* Adds it to an epoll set, for input. */
void link_watch(const struct link *l, int poll_fd, void *data);

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

/* ---- client_options.c ---- */

struct options {
	struct target target;
	struct target live; /* where e2e_crowd.c opens WebSockets */
	const char *app;
	const char *people_file;
	const char *mode;
	int root;       /* the stack's runsvdir, or 0 */
	bool counts_db; /* commits and binary log, too */
	bool acks;      /* members of a crowd acknowledge */
	bool has_url;
	int connections;
	int window;   /* unanswered requests per connection */
	int rate;     /* messages/s of an open loop; 0: a closed loop */
	int messages; /* length of the conversation that "fill" makes */
	int seconds;
};

/* False: wrong usage.  With -c, that configuration is loaded. */
bool options_parse(struct options *o, int argc, char **argv);

/* ---- client_people.c ---- */

struct person {
	int64_t user_id;
	char username[32];
	char token[64];
	int64_t convs[CONVS_MAX]; /* direct ones */
	size_t n_convs;
};

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

/* ---- client_ws.c: RFC 6455, the client's side ---- */

/* Opens /v1/live for a person and reads the hello. */
void ws_open(struct link *l, const struct target *t, const struct person *p);
void ws_put(struct link *l, struct str text);
/* Takes the next text message; false if none is complete.  Answers pings. */
bool ws_take(struct link *l, struct str *text_out, size_t *len_out);

#endif
