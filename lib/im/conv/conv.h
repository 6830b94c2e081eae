/*
 * conv: a conversation's facts, owned by its home region.
 *
 * conv_seq numbers its log (conv_log.h) and is locked by writers of the log;
 * conversation has kind, settings and counts.  `version` increases with every
 * change of settings or membership.
 */
#ifndef IM_CONV_H
#define IM_CONV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "im/site/conv_mode.h"
#include "io/db.h"

extern const struct db_stmt *const conv_statements[];
/* Of programs that change no conversation. */
extern const struct db_stmt *const conv_reader_statements[];
/* Of those that only append to logs, or hold one. */
extern const struct db_stmt *const conv_lock_statements[];

/* After each enum: the words of the API, for str_word(). */
enum conv_kind { CONV_DIRECT = 1, CONV_GROUP, CONV_CHANNEL, CONV_SELF };
#define CONV_KINDS "direct|group|channel|self"
enum conv_role { ROLE_MEMBER = 1, ROLE_ADMIN, ROLE_OWNER };
#define CONV_ROLES "member|admin|owner"

/* Values of settings; their words are in conv_setting.def. */
enum conv_join { JOIN_INVITE = 1, JOIN_APPROVAL, JOIN_OPEN };
enum conv_who { WHO_ALL = 1, WHO_ADMINS, WHO_OWNER };
enum conv_history { HISTORY_ALL = 1, HISTORY_SINCE_JOINED };

struct conv {
	int64_t conv_id, app_id;
	int64_t kind, mode;
	int64_t forced_mode; /* an enum conv_forced */
	int64_t home, epoch;
	int64_t created_by, created_ms;
	int64_t member_count;
	int64_t version;
	int64_t dissolved_ms;
	/* The entry that dissolved it, with which its members went; 0: its last
	 * member has left. */
	int64_t dissolved_index;
	int64_t last_index, last_ordinal, last_ms;
	int64_t last_bump_ms;   /* of the newest entry that moves chats up */
	int64_t changed_index;  /* of the newest entry that changed another */
	int64_t archived_index; /* entries up to it: archive.h */
	int64_t has_scheduled;  /* scheduled.h */
	int64_t now_ms;         /* the database's clock when it was read */
	/* settings: see conv_setting.def */
	struct str name, photo, announcement, description, meta;
	int64_t join_policy, who_can_post, who_can_invite, history;
	int64_t slow_mode_s, message_ttl_s;
	int64_t who_can_pin, who_can_mention_all;
};

/* The partition of fan-out that a conversation belongs to. */
#define CONV_PARTS 4
int conv_part(int64_t conv_id);

/* Facts of n conversations, in ascending conv_id; missing ones left out. */
int conv_load(struct db *db, struct arena *a, const int64_t *ids, size_t n,
    struct conv **out, size_t *n_out, struct error *err);
/* Facts of one conversation; NOT_FOUND. */
int conv_get(struct db *db, struct arena *a, int64_t conv_id, struct conv *out,
    struct error *err);
/* Conversations of an app and a kind above after_id, ascending. */
int conv_page(struct db *db, struct arena *a, int64_t app_id, int64_t kind,
    int64_t after_id, int64_t limit, struct conv **out, size_t *n_out,
    struct error *err);
extern const struct db_stmt *const conv_page_statements[];
/* Finds one in an array of conv_load(); NULL if missing. */
struct conv *conv_pick(struct conv *convs, size_t n, int64_t conv_id);

/*
 * Appending.  conv_lock() locks the conv_seq row of one conversation in the
 * caller's transaction: until it ends nobody else appends to it or changes its
 * members, and conv->last_* are current.  ids may repeat it.  The
 * time of the transaction is conv->now_ms.
 */
int conv_lock(struct db *db, struct arena *a, const int64_t *ids, size_t n,
    struct conv **out, size_t *n_out, struct error *err);

/* The same for several, in ascending conv_id, without waiting: conversations
 * that are locked by others are left out, as missing ones are. */
int conv_lock_free(struct db *db, struct arena *a, const int64_t *ids, size_t n,
    struct conv **out, size_t *n_out, struct error *err);

/* A direct or self chat, whose members are those that it was created with. */
bool conv_has_fixed_members(const struct conv *c);
/* Sets the home of a new conversation to this region. */
void conv_make_home(struct conv *c);
/* HOME_UNREACHABLE if the log's home is another region. */
int conv_check_home(const struct conv *c, struct error *err);

/* The row of a new conversation, in the transaction of conv_log_create(). */
int conv_insert(struct db *db, const struct conv *c, struct error *err);
/* Writes member_count, version + 1 (also into *c), dissolved_ms and
 * dissolved_index; calls conv_changed() behind the commit. */
int conv_touch(struct db *db, struct arena *a, struct conv *c,
    struct error *err);
/* Writes the settings; conv_touch() is due, too. */
int conv_put_settings(struct db *db, const struct conv *c, struct error *err);
/*
 * Behind the commit of what changes members, settings or log of a conversation:
 * no process of this host believes what it has kept of it (reader.h).
 */
void conv_changed(int64_t conv_id);
/*
 * Behind the commit of what takes or replaces texts of messages, before it is
 * answered: events that show them and still wait on this host are not sent.
 * Clients find the gap, and that change in it.
 */
void conv_rewritten(int64_t conv_id);
/* The epoch of that for a conversation, for struct bus_frame. */
uint64_t conv_rewrites(int64_t conv_id);

#endif
