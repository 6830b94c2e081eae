/*
 * news: entries of a log as jobs for the devices of its members.
 *
 * A pass takes the entries above the cursor of a log, and a chunk of its
 * present members; a large group takes several passes, and the cursor keeps
 * where the next one begins.  The mode of the conversation does not matter: no
 * inbox is read.  Each message becomes a job for each device of each member but
 * its sender; whether it is pushed is decided when the job is due (decide.h).
 * Control entries become no jobs, but what devices show is looked at again
 * where one may have changed it.
 *
 * Jobs and cursor are written in one transaction: nothing is lost, and what is
 * done twice changes nothing.
 */
#ifndef IM_NEWS_H
#define IM_NEWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "im/consumer/follow.h"
#include "im/conv/conv.h"
#include "im/conv/entry.h"
#include "im/push/push_job.h"
#include "im/push/shown.h"
#include "io/cache.h"

extern const struct db_stmt *const news_statements[];

#define NEWS_ENTRIES 100 /* of a pass */
#define NEWS_MEMBERS 500

struct news_ids {
	const int64_t *ids;
	size_t n;
};

struct news {
	int64_t conv_id, app_id;
	bool has_cursor;
	struct follow_cursor was, now; /* the cursor, or where it begins */
	struct entry *entries;         /* ascending */
	size_t n_entries;
	/* By entry, filled by the caller between load and members, where
	 * news_wants_*(): whom it mentions, and who has left. */
	struct news_ids *mentions, *left;
	/* Filled by news_members(). */
	struct push_job *jobs;
	size_t n_jobs;
	struct shown_place *looks;
	size_t n_looks;
};

struct news_tools {
	struct db *db;
	struct cache *cache;
	struct arena *arena;
	int64_t now_ms;
	int64_t expiry_ms;   /* older messages are no news */
	int64_t ack_wait_ms; /* for a device in the foreground to have it */
};

/* n->conv_id, app_id, has_cursor and was are set; head: where the log ends. */
int news_load(const struct news_tools *t, struct news *n, int64_t head,
    struct error *err);
bool news_wants_mentions(const struct entry *e);
bool news_wants_left(const struct entry *e);
int news_members(const struct news_tools *t, struct news *n, struct error *err);
/* Whether anything has to be written: a log without a cursor gets one only when
 * there is somebody to push to. */
bool news_is_any(const struct news *n);

/* In a transaction: what n of them say, with their cursors.  MOVED. */
int news_write(const struct news_tools *t, const struct news *news, size_t n,
    struct error *err);

#endif
