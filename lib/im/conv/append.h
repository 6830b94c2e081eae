/*
 * append: sends messages; nothing else writes messages to a log.
 *
 * Threads of a process hand their requests to a shared appender, which combines
 * them: while one transaction is on its way to disk, later requests queue up,
 * and the next transaction takes them all.  There is no timer: one of the
 * waiting threads, the leader, works for all, so on an idle system combining
 * adds no latency.
 *
 * One transaction: lock the logs (conv_lock(), ascending), read members and
 * earlier sends with the same client id, decide each request by itself, write
 * all that were accepted, commit.  The logs stay locked until the commit, so
 * commit order is index order and nobody can see n+1 without n.  A refused
 * request does not affect the others.  The appender itself writes only tables
 * of the conversation: the sender's own mark moves afterwards, in a separate
 * transaction.
 *
 * Sends to a conversation whose log another transaction holds do not keep the
 * others waiting: they leave the batch for a lane of their conversation, which
 * has a thread and a connection of its own and waits for the lock.  While it is
 * stuck, only a bounded number of sends waits in lanes; further ones are BUSY.
 *
 * A server (struct append_server) may serve the members at the end of the same
 * transaction; conversations that it leaves are marked for im-fanout.
 *
 * An error of the database that concerns one request refuses that one alone
 * (append_run.h).
 *
 * Slow mode is decided here, too: whoever holds the log knows the sender's last
 * message, whichever of their devices sent it.
 *
 * Repeats: (conversation, sender, client_msg_id) is looked up before membership
 * and limits.  Errors of a request: NOT_FOUND (not a member now), FORBIDDEN
 * (may not post), CONFLICT (same client id, other content), INVALID_ARGUMENT
 * (mentions), what the caller passed as refused or limited, BUSY, UNCERTAIN
 * (the answer to COMMIT was lost and the outcome could not be determined:
 * repeat with the same client id).
 */
#ifndef IM_APPEND_H
#define IM_APPEND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "im/conv/conv_log.h"
#include "im/conv/member.h"
#include "io/db.h"

struct append_request {
	/* In.  Texts and lists must live until append_send() returns. */
	int64_t app_id, conv_id, sender_id;
	int64_t msg_id;           /* a new id */
	struct str client_msg_id; /* p NULL: none */
	struct str fingerprint;   /* equal content, equal bytes */
	int64_t type, flags;      /* message_type, ENTRY_* */
	struct str body;
	struct str
	    idem_key; /* the Idempotency-Key it came with; p NULL: none */
	const int64_t *mentions; /* members only */
	size_t n_mentions;
	int64_t reply_index; /* of the message it replies to; 0: none */
	int64_t lasts_s;     /* how long it is there; 0: see expiry.h */
	int64_t burn_s;      /* see burn.h; 0: it does not */
	int64_t now_ms;      /* 0: the time of the transaction */
	/* An error found beforehand: reported unless the request is a repeat.
	 * May be NULL. */
	const struct error *refused;
	/* The same for the sender's rate, but checked last. */
	const struct error *limited;
	/* In the transaction of the next one of append_send_all(). */
	bool with_next;

	/* Out, when append_send() returns 0. */
	struct entry entry; /* client_msg_id, body as given */
	bool duplicate;
	bool due; /* new, and left to im-fanout */

	/* Private to the appender. */
	int result;
	struct error error;
	bool done, decided;
	bool locked;       /* its log is held by another transaction */
	bool uncertain;    /* the answer to a COMMIT of it was lost */
	bool taken;        /* in a transaction now */
	struct lane *lane; /* where it waits */
	struct append_waiter *waiter;
	struct log_row *row;
	struct append_request *next; /* in its lane */
	struct append_request *also; /* of the same caller */
};

extern const struct db_stmt *const append_statements[];

/* What a transaction has added to logs that it holds. */
struct append_news {
	const struct conv *convs; /* ascending */
	const int64_t *before;    /* their last_index when they were locked */
	const bool *whole;        /* all its present members are among these: */
	const bool *level;        /* whole, and served up to before */
	size_t n_convs;
	const struct member *members; /* ascending (conv_id, user_id) */
	size_t n_members;
	const struct log_row *rows; /* those of a conversation in their order */
	size_t n_rows;
};

/*
 * Serves the members in the transaction of the sends, in place of im-fanout;
 * lib/im/consumer does it, which this layer does not know.
 */
struct append_server {
	/* For one of the connections, at its first use. */
	void *(*open)(struct db *db);
	void (*close)(void **s);
	/* Whether it would serve c: then all its members are loaded. */
	bool (*wants)(const struct conv *c);
	/*
	 * In the transaction, behind the rows of the log.  Sets served of the
	 * conversations that im-fanout need not be told of.  If it fails, the
	 * transaction runs again without it.
	 */
	int (*serve)(void *s, struct arena *a, const struct append_news *news,
	    bool *served, struct error *err);
	/* After the commit, if any were served. */
	void (*committed)(void *s, struct arena *a);
};

struct appender;
/* One per process, shared by its threads; opens its own connection.  server
 * NULL: im-fanout serves all. */
struct appender *appender_new(const struct append_server *server);
void appender_free(struct appender **ap);

int append_send(struct appender *ap, struct append_request *rq,
    struct error *err);

/*
 * Several requests of one caller, in order.  Up to APPEND_TOGETHER_MAX that are
 * each with_next share a transaction, so that those for one conversation get
 * consecutive indexes; those for a log that another transaction holds share
 * one in its lane.  An error of the database divides them.  Each one's outcome
 * is in its result and error.
 */
#define APPEND_TOGETHER_MAX 100
void append_send_all(struct appender *ap, struct append_request *rqs, size_t n);

/*
 * The same for requests that have nothing to do with each other: calls done()
 * for each when it has its outcome, on this thread and without a lock, so that
 * one whose conversation is locked keeps nobody waiting.  The request may be
 * gone when done() returns.
 */
typedef void append_done(void *arg, struct append_request *rq);
void append_send_each(struct appender *ap, struct append_request *const *rqs,
    size_t n, append_done *done, void *arg);

#endif
