#include "im/site/node.h"

#include <inttypes.h>
#include <pthread.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/crypto.h"
#include "base/id.h"
#include "base/log.h"
#include "im/site/node_sql.h"

#define TAKE_TRIES 8

/*
 * The lease is counted from before the statement that took it was sent, on
 * this host's clock that never goes back, so this process believes in it for
 * less long than the database does.
 */
struct lease {
	pthread_mutex_t lock;
	struct id_gen gen;
	bool is_held, has_gen;
	int node;
	int64_t renew_at_ms, until_ms; /* monotonic */
	char owner[96];
};

static struct lease lease = { .lock = PTHREAD_MUTEX_INITIALIZER };

static struct str owner(void)
{
	char host[64] = "";
	uint32_t nonce;

	/* The nonce: a later process may have the same host and pid. */
	if (!lease.owner[0]) {
		gethostname(host, sizeof(host) - 1);
		crypto_random(&nonce, sizeof(nonce));
		snprintf(lease.owner, sizeof(lease.owner), "%s/%d/%08" PRIx32,
		    host, (int)getpid(), nonce);
	}
	return str_of(lease.owner);
}

static void hold(int node, int64_t asked_ms)
{
	if (!lease.has_gen)
		id_gen_init(&lease.gen, node);
	else
		id_gen_set_node(&lease.gen, node);
	lease.has_gen = true;
	lease.is_held = true;
	lease.node = node;
	lease.renew_at_ms = asked_ms + NODE_RENEW_S * 1000;
	lease.until_ms = asked_ms + (NODE_LEASE_S - NODE_SKEW_S) * 1000;
}

/* A number that nobody holds, from a random place on: starting processes
 * would else all try the same ones.  is_new_out: it has no row yet. */
static int choose(const struct node_row *rows, size_t n, bool *is_new_out)
{
	enum { UNKNOWN, FREE, HELD } state[ID_NODE_MAX + 1] = { UNKNOWN };
	uint32_t start;

	for (size_t i = 0; i < n; i++) {
		if (rows[i].node_id >= 0 && rows[i].node_id <= ID_NODE_MAX)
			state[rows[i].node_id] = rows[i].is_free ? FREE : HELD;
	}
	crypto_random(&start, sizeof(start));
	for (uint32_t i = 0; i <= ID_NODE_MAX; i++) {
		int node = (int)((start + i) % (ID_NODE_MAX + 1));

		if (state[node] == HELD)
			continue;
		*is_new_out = state[node] == UNKNOWN;
		return node;
	}
	return -1;
}

static int take(struct db *db, struct arena *a, struct error *err)
{
	for (int i = 0; i < TAKE_TRIES; i++) {
		int64_t asked_ms = clock_mono_ms();
		struct node_row *rows;
		size_t n;
		bool is_new = false;
		int node, got;

		if (node_sql_list(db, a, &rows, &n, err) < 0)
			return -1;
		node = choose(rows, n, &is_new);
		if (node < 0)
			return err_set(err, ERR_BUSY,
			    "all node numbers are in use");
		got = is_new
			  ? node_sql_insert(db, node, owner(), NODE_LEASE_S,
				err)
			  : node_sql_take(db, node, owner(), NODE_LEASE_S, err);
		if (got < 0)
			return -1;
		if (got) {
			hold(node, asked_ms);
			return 0;
		}
	}
	return err_set(err, ERR_BUSY, "no node number could be had");
}

static int renew_or_take(struct db *db, struct arena *a, struct error *err)
{
	int64_t asked_ms = clock_mono_ms();
	int got = 0;

	if (lease.is_held) {
		got = node_sql_renew(db, lease.node, owner(), NODE_LEASE_S,
		    err);
		if (got > 0)
			hold(lease.node, asked_ms);
		if (got == 0) {
			log_warn("node_lost", "node=%d", lease.node);
			lease.is_held = false;
		}
	}
	return got ? (got < 0 ? -1 : 0) : take(db, a, err);
}

/*
 * Never in the caller's transaction: it may be rolled back, and its row lock
 * would make others wait.
 */
static int with_connection(struct db *db, struct error *err)
{
	struct db *own = NULL;
	struct arena a;
	int in_tx, rc = -1;

	arena_init(&a);
	in_tx = node_sql_in_transaction(db, &a, err);
	if (in_tx > 0)
		db = own = db_new("node");
	if (in_tx >= 0)
		rc = renew_or_take(db, &a, err);
	db_free(&own);
	arena_release(&a);
	return rc;
}

int node_next_id(struct db *db, int64_t *id_out, struct error *err)
{
	int64_t now;
	int rc = 0;

	pthread_mutex_lock(&lease.lock);
	now = clock_mono_ms();
	if (!lease.is_held || now >= lease.renew_at_ms) {
		rc = with_connection(db, err);
		/* Not renewed, but it is good for a while yet. */
		if (rc < 0 && lease.is_held && now < lease.until_ms) {
			lease.renew_at_ms = now + 1000;
			rc = 0;
		}
	}
	if (rc == 0)
		*id_out = id_next(&lease.gen);
	pthread_mutex_unlock(&lease.lock);
	return rc;
}

void node_release(struct db *db)
{
	struct error ignored;

	pthread_mutex_lock(&lease.lock);
	if (lease.is_held) {
		(void)node_sql_renew(db, lease.node, owner(), NODE_IDLE_S,
		    &ignored);
		lease.is_held = false;
	}
	pthread_mutex_unlock(&lease.lock);
}
