/*
 * demo: people, chats and weeks of talk for an installation that somebody
 * wants to look at.
 *
 * Everything is made through lib/im, as the services make it, so all
 * invariants hold.  What is made follows from the tables (demo_people.c,
 * demo_talk_*.def), fixed seeds, and one moment: when the app was created.
 * Every step finds what it would make, so a run that was killed is completed
 * by the next, and a complete one is left as it is, whatever people did to
 * it since.
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
#define DEMO_PASSWORD "demo-password-1"

/* ---- demo_people.c ---- */

struct demo_person {
	const char *username, *display_name;
	const char *first; /* how friends call them */
	const char *langs; /* blank separated */
};

extern const struct demo_person demo_people[];
extern const size_t demo_n_people;
/* Place in demo_people; -1: nobody of that name. */
int demo_person_find(struct str username);

struct demo_conv {
	const char *key; /* its client_id; seeds its talk */
	enum conv_kind kind;
	const char *name;    /* of groups and channels */
	const char *members; /* usernames, the creator first */
	const char *late;    /* who was added later, or NULL */
	const char *topics;  /* of its talk, more often the more often
				 * named; languages as "de" or "-" for all */
	const char *langs;
	int messages;     /* about so many */
	int days;         /* before, it began */
	int64_t last_min; /* minutes before, it ended */
	/* What the viewer has not read: the last `unread` threads, of this
	 * topic and without them.  NULL: everything is read. */
	const char *unread_topic;
	int unread;
};

/* The last one is one person's chat with themselves; when its last message
 * is there, all is. */
extern const struct demo_conv demo_convs[];
extern const size_t demo_n_convs;
/* Through whose eyes the demo is arranged: the first of demo_people. */
#define DEMO_VIEWER 0

/* ---- demo_talk.c ---- */

/* xorshift64*, George Marsaglia's, with Vigna's multiplier: the same talk
 * each time. */
struct demo_random {
	uint64_t state;
};
struct demo_random demo_random_from(struct str seed);
uint32_t demo_random(struct demo_random *r, uint32_t below);

struct demo_line {
	int who;         /* speaker within the thread */
	int reply;       /* answers so many lines before; 0 no */
	bool pause;      /* some hours passed */
	struct str text; /* with {slots} */
};

#define DEMO_CAST_MAX 8

struct demo_thread {
	struct str topic, lang;
	int cast[DEMO_CAST_MAX]; /* who the first speakers must be */
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

/* Fills the slots; equal slots of one thread (seed) get equal words.
 * speakers: places in demo_people. */
void demo_fill(struct arena *a, struct str line, uint64_t seed,
    const int *speakers, int n_speakers, struct demo_text *out);

/* ---- demo_script.c ---- */

struct demo_message {
	int sender; /* place in demo_people */
	int64_t at_ms;
	struct demo_text t;
	ptrdiff_t reply; /* which message it answers; -1 none */
};

struct demo_script {
	struct demo_message *messages; /* in order of time */
	size_t n;
	size_t late_at;     /* `late` joins before this message */
	size_t unread_from; /* the viewer has read those before;
				 * SIZE_MAX: all */
};

/* now_ms: the moment that all times are counted back from. */
void demo_script(struct arena *a, const struct demo_conv *c,
    struct demo_thread *threads, size_t n_threads, int64_t now_ms,
    struct demo_script *out);

/* ---- demo_clock.c ---- */

/* A moment in [from_ms, to_ms] at which people talk about such things. */
int64_t demo_moment(struct demo_random *r, struct str topic, int64_t from_ms,
    int64_t to_ms);
/* How long until somebody has written this line. */
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
	int64_t *users;   /* as demo_people */
	bool is_complete; /* nothing was left to do */
	size_t n_messages;
	size_t n_refused; /* what people had made impossible since */
};

/* Where a script has come to lie. */
struct demo_place {
	int64_t conv_id;
	int64_t *indexes; /* by message; 0: was refused */
};

/* demo_app.c: the app and its people. */
int demo_people_seed(struct demo *d, struct error *err);
/* demo_seed.c: their conversations, messages and marks. */
int demo_convs_seed(struct demo *d, struct error *err);
/* demo_marks.c: waits until fan-out has served the conversations; and moves
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

/* Is this message there? */
int demo_sql_has(struct db *db, struct arena *a, int64_t conv_id,
    int64_t sender_id, struct str client_msg_id, struct error *err);
/* How many of the conversations are not fanned out to the end. */
int demo_sql_behind(struct db *db, struct arena *a, const int64_t *conv_ids,
    size_t n, int64_t *n_out, struct error *err);

#endif
