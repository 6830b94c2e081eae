/*
 * sends: load generator with closed-loop clients that send and read through the
 * web server, over HTTP or WebSocket.
 */
#ifndef BENCH_SENDS_H
#define BENCH_SENDS_H

#include "client.h"
#include "io/json.h"

/*
 * ---- measurements ----
 *
 * Each prints one line.  With root, it is preceded by counters (counters.h).
 * answered= is the number of messages, pages or deliveries between "begin" and
 * "end".
 */

/* sends_load.c */
enum load_kind {
	LOAD_HTTP, /* sends */
	LOAD_WS,
	LOAD_ONE,    /* over HTTP, all into one conversation */
	LOAD_GROUPS, /* over WebSocket; a given number of messages */
	LOAD_HISTORY,
	LOAD_SYNC,
	LOAD_ACT, /* mode names the act */
};
void load_run(const struct options *o, struct arena *a, enum load_kind kind);

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
/* The index of the newest entry; 0 if there is none. */
int64_t story_newest(const struct options *o, struct arena *a,
    const struct person *p, int64_t conv_id);
/* The items of a page of history. */
const json_t *story_page(const struct options *o, struct arena *a,
    const struct person *p, int64_t conv_id, int64_t before, int limit);
/* user_index of the newest event in the inbox of a person. */
int64_t story_head(const struct options *o, struct arena *a,
    const struct person *p);

/* ---- sends_acts.c: what is done to the messages of a conversation ---- */

#define ACT_PEOPLE 4 /* people[0..4) are in it, the first one owns it */

struct act;
struct acts;

/* Sends batches until the conversation has o->messages. */
void acts_fill(const struct options *o, struct arena *a);
/* NULL: no such act. */
const struct act *act_named(const char *name);
/* The conversation, and its newest messages for acts to change. */
struct acts *acts_find(const struct options *o, struct arena *a,
    const struct person *people);
/* Puts the n-th request of a connection. */
void acts_put(const struct acts *all, const struct act *act,
    const struct options *o, struct link *l, const struct person *people,
    int connection, int64_t n);

#endif
