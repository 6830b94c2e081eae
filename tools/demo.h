/*
 * demo: fills an installation with people, chats and weeks of messages, for a
 * demonstration.
 *
 * Everything is created through lib/im, as the services do, so all invariants
 * hold.  The content depends only on the tables (demo_people.c,
 * demo_talk_*.def), fixed seeds, and the time when the app was created.  Every
 * step detects what already exists, so a run that was killed is completed by
 * the next, and a complete one is left as it is, whatever users have done
 * since.
 */
#ifndef TOOLS_DEMO_H
#define TOOLS_DEMO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/program.h"
#include "im/conv/conv.h"
#include "io/cache.h"
#include "io/db.h"

#define DEMO_APP      "demo"
#define DEMO_APP2     "demo2"
#define DEMO_PASSWORD "demo-password-1"

/* ---- demo_people.c ---- */

struct demo_person {
	const char *username, *display_name;
	const char *first; /* first name */
	const char *langs; /* blank separated */
};

extern const struct demo_person demo_people[];
extern const size_t demo_n_people;
/* Index into demo_people; -1: no such username. */
int demo_person_find(struct str username);

struct demo_conv {
	const char *key; /* its client_id; seeds its talk */
	enum conv_kind kind;
	const char *name;    /* of groups and channels */
	const char *members; /* usernames, the creator first */
	const char *late;    /* a member who was added later, or NULL */
	const char *topics;  /* a topic named twice is twice as frequent;
			      * languages as "de", or "-" for all */
	const char *langs;
	int messages;     /* approximate number */
	int days;         /* before the app was created: its start */
	int64_t last_min; /* minutes before then: its end */
	/* What the viewer has not read: the last `unread` threads, which are on
	 * this topic and without the viewer.  NULL: everything is read. */
	const char *unread_topic;
	int unread;
};

/* The last one is a chat with oneself; its last message is written last, so if
 * it exists, the demo is complete. */
extern const struct demo_conv demo_convs[];
extern const size_t demo_n_convs;
/* The user from whose view the demo is arranged: the first of demo_people. */
#define DEMO_VIEWER 0

/* ---- demo_talk.c ---- */

/* xorshift64* (Marsaglia 2003, Vigna 2016), seeded, so that each run makes the
 * same messages. */
struct demo_random {
	uint64_t state;
};
struct demo_random demo_random_from(struct str seed);
uint32_t demo_random(struct demo_random *r, uint32_t below);

struct demo_line {
	int who;         /* speaker within the thread */
	int reply;       /* replies to the line so many lines before; 0: not a
			  * reply */
	bool pause;      /* some hours later */
	struct str text; /* with {slots} */
};

#define DEMO_CAST_MAX 8

struct demo_thread {
	struct str topic, lang;
	int cast[DEMO_CAST_MAX]; /* the required first speakers */
	int n_cast;
	struct demo_line *lines;
	size_t n_lines;
	int n_speakers;
	int used; /* how often so far */
};

/* Cuts the tables into threads. */
size_t demo_threads(struct arena *a, struct demo_thread **out);

#define DEMO_MENTIONS_MAX 4

struct demo_text {
	struct str text;
	int mentions[DEMO_MENTIONS_MAX]; /* places in demo_people */
	size_t n_mentions;
};

/* Fills the slots; equal slots of one thread (seed) get equal words.  speakers:
 * indexes into demo_people. */
void demo_fill(struct arena *a, struct str line, uint64_t seed,
    const int *speakers, int n_speakers, struct demo_text *out);

/* ---- demo_script.c ---- */

struct demo_message {
	int sender; /* place in demo_people */
	int64_t at_ms;
	struct demo_text t;
	ptrdiff_t reply; /* the message that it replies to; -1: none */
};

struct demo_script {
	struct demo_message *messages; /* in order of time */
	size_t n;
	size_t late_at;     /* `late` joins before this message */
	size_t unread_from; /* the viewer has read all before it; SIZE_MAX:
			     * all */
};

/* now_ms: the time from which all times are counted back. */
void demo_script(struct arena *a, const struct demo_conv *c,
    struct demo_thread *threads, size_t n_threads, int64_t now_ms,
    struct demo_script *out);

/* ---- demo_clock.c ---- */

/* A time in [from_ms, to_ms] at which people talk about the topic. */
int64_t demo_moment(struct demo_random *r, struct str topic, int64_t from_ms,
    int64_t to_ms);
/* How long it takes somebody to write this line. */
int64_t demo_pause_ms(struct demo_random *r, const struct demo_line *line);

/* ---- seeding ---- */

struct demo_options {
	struct command_line line;
	const char *env, *json; /* files, or NULL */
	const char *password;
};

struct demo {
	struct db *db;
	struct cache *cache;
	struct arena *arena;
	const struct demo_options *options;
	int64_t app_id, app_ms;
	int64_t app2_id;  /* of an app without people */
	int64_t *users;   /* as demo_people */
	bool is_complete; /* there was nothing to do */
	size_t n_messages;
	size_t n_refused; /* refused because users have changed something
			   * since */
};

/* Where the messages of a script are. */
struct demo_place {
	int64_t conv_id;
	int64_t *indexes; /* conv_index by message; 0: refused */
};

/* demo_app.c: the apps, and the people of the first. */
int demo_people_seed(struct demo *d, struct error *err);
/* demo_seed.c: their conversations, messages and marks. */
int demo_convs_seed(struct demo *d, struct error *err);
/* demo_marks.c: waits until fan-out has processed the conversations, and moves
 * the read marks of one. */
int demo_fanout(struct demo *d, const struct demo_place *places, size_t n,
    struct error *err);
int demo_marks(struct demo *d, const struct demo_conv *c,
    const struct demo_script *s, const struct demo_place *place,
    struct error *err);

/* ---- demo_files.c ---- */

/* Writes --env and --json. */
int demo_files(struct demo *d, struct error *err);

/* ---- demo_sql.c ---- */

extern const struct db_stmt *const demo_statements[];

/* Does this message exist? */
int demo_sql_has(struct db *db, struct arena *a, int64_t conv_id,
    int64_t sender_id, struct str client_msg_id, struct error *err);
/* The number of conversations with entries that are not fanned out. */
int demo_sql_behind(struct db *db, struct arena *a, const int64_t *conv_ids,
    size_t n, int64_t *n_out, struct error *err);

#endif
