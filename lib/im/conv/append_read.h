/* append_read: the state of one transaction of append_batch, and what it reads
 * before it decides. */
#ifndef IM_APPEND_READ_H
#define IM_APPEND_READ_H

#include "im/conv/append_batch.h"
#include "im/conv/append_sql.h"

struct append_tx {
	struct db *db;
	struct arena *a;
	const struct append_tools *tools;
	struct append_own *own;
	struct append_request *const *rqs;
	size_t n;
	bool waits;         /* for logs that are locked */
	bool uncertain;     /* an earlier COMMIT may have succeeded */
	struct conv *convs; /* locked, ascending */
	size_t n_convs;
	int64_t *before;        /* their last_index when they were locked */
	bool *whole;            /* all its members are loaded, or known */
	struct member *members; /* ascending (conv_id, user_id) */
	size_t n_members, members_room;
	bool looks; /* for earlier sends, even if all may be sent */
	struct append_prior *priors;
	size_t n_priors;
	struct log_row *rows; /* accepted */
	size_t n_rows;
	bool serves; /* the server is at work, or has failed */
	struct conv *served;
	size_t n_served;
};

/* Locks the logs and fills convs and before. */
int append_read_logs(struct append_tx *b, struct error *err);
/* Of locked logs: members, their own ordinals, and in slow mode when they sent
 * last. */
int append_read(struct append_tx *b, struct error *err);
/* Earlier sends with the same client ids, and scheduled ones. */
int append_read_priors(struct append_tx *b, struct error *err);
/* The one of a request; NULL: none, but perhaps itself, scheduled. */
const struct append_prior *append_prior(const struct append_tx *b,
    const struct append_request *rq);
bool append_any_scheduled(const struct append_tx *b);
/* No key of `entry` knows the client ids of all entries. */
bool append_any_archived(const struct append_tx *b);

/* NULL: never a member, or not loaded because not asked for. */
struct member *append_member(const struct append_tx *b, int64_t conv_id,
    int64_t user_id);

#endif
