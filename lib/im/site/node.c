#include "im/site/node.h"

#include <inttypes.h>
#include <pthread.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/conf.h"
#include "base/crypto.h"
#include "base/id.h"
#include "base/log.h"
#include "im/site/node_sql.h"

#define TAKE_TRIES   8
#define ASK_AGAIN_MS 1000

struct lease {
	pthread_mutex_t lock;
	struct id_gen gen;
	bool is_held, has_gen;
	int node;
	int64_t high_ms;     /* of the row, when last written */
	int64_t renew_at_ms; /* clock_boot_ms() */
	int64_t none_until_ms;
	char owner[96];
};

_Static_assert(ID_REGION_MAX == 31, "as conf.def bounds region.id");

static struct lease lease = { .lock = PTHREAD_MUTEX_INITIALIZER };

static struct str owner(void)
{
	char host[64] = "";
	uint32_t nonce;

	/* With a nonce, as a later process may have the same host and pid. */
	if (!lease.owner[0]) {
		gethostname(host, sizeof(host) - 1);
		crypto_random(&nonce, sizeof(nonce));
		snprintf(lease.owner, sizeof(lease.owner), "%s/%d/%08" PRIx32,
		    host, (int)getpid(), nonce);
	}
	return str_of(lease.owner);
}

/* The clock or, if it was set back, the time of our newest id. */
static int64_t now_ms(void)
{
	int64_t now = clock_now_ms(), last = id_gen_last_ms(&lease.gen);

	return now > last ? now : last;
}

/* The row for a span that ends NODE_LEASE_S from now. */
static struct node_row wish(int node, int64_t seen_ms)
{
	int64_t from_ms = now_ms();

	if (from_ms < seen_ms)
		from_ms = seen_ms;
	return (struct node_row){
		.node_id = node,
		.owner = owner(),
		.lease_s = NODE_LEASE_S,
		.high_ms = from_ms + NODE_LEASE_S * 1000,
		.seen_ms = seen_ms,
	};
}

static void hold(const struct node_row *row, int64_t asked_ms)
{
	lease.is_held = true;
	lease.node = (int)row->node_id;
	lease.high_ms = row->high_ms;
	lease.renew_at_ms = asked_ms + NODE_RENEW_S * 1000;
}

/* ---- taking a number ---- */

struct choice {
	int node; /* -1: there is none */
	int64_t high_ms;
	bool is_new;     /* the number has no row yet */
	int held, ahead; /* numbers that cannot be taken */
};

/* Starts at a random number, so that processes that start together do not all
 * try the same one. */
static struct choice choose(const struct node_row *rows, size_t n)
{
	const struct node_row *of[ID_NODE_MAX + 1] = { NULL };
	struct choice c = { .node = -1 };
	int64_t now = now_ms();
	uint32_t start;

	for (size_t i = 0; i < n; i++)
		if (rows[i].node_id >= 0 && rows[i].node_id <= ID_NODE_MAX)
			of[rows[i].node_id] = &rows[i];
	crypto_random(&start, sizeof(start));
	for (uint32_t i = 0; i <= ID_NODE_MAX; i++) {
		int node = (int)((start + i) % (ID_NODE_MAX + 1));
		int64_t high_ms = of[node] ? of[node]->high_ms : 0;

		if (of[node] && !of[node]->is_free) {
			c.held++;
			continue;
		}
		if (high_ms > now + NODE_AHEAD_MAX_S * INT64_C(1000)) {
			c.ahead++;
			continue;
		}
		if (c.node < 0 || high_ms < c.high_ms) {
			c.node = node;
			c.high_ms = high_ms;
			c.is_new = !of[node];
		}
		if (high_ms <= now)
			break;
	}
	return c;
}

static int none_free(const struct choice *c, struct error *err)
{
	log_error("node_none",
	    "region=%" PRId64 " held=%d ahead_of_clock=%d "
	    "detail=\"no node number is free, so no ids can be made\"",
	    conf.region.id, c->held, c->ahead);
	lease.none_until_ms = clock_boot_ms() + ASK_AGAIN_MS;
	return err_set(err, ERR_BUSY, "all node numbers are in use");
}

static int take(struct db *db, struct arena *a, struct error *err)
{
	if (clock_boot_ms() < lease.none_until_ms)
		return err_set(err, ERR_BUSY, "all node numbers are in use");
	for (int i = 0; i < TAKE_TRIES; i++) {
		int64_t asked_ms = clock_boot_ms();
		struct node_row *rows, row;
		struct choice c;
		size_t n;
		int got;

		if (node_sql_list(db, a, &rows, &n, err) < 0)
			return -1;
		c = choose(rows, n);
		if (c.node < 0)
			return none_free(&c, err);
		row = wish(c.node, c.high_ms);
		got = c.is_new ? node_sql_insert(db, &row, err)
			       : node_sql_take(db, &row, err);
		if (got < 0)
			return -1;
		if (got) {
			hold(&row, asked_ms);
			id_gen_grant(&lease.gen, c.node, c.high_ms,
			    row.high_ms);
			return 0;
		}
	}
	return err_set(err, ERR_BUSY, "no node number is available");
}

static int renew_or_take(struct db *db, struct arena *a, struct error *err)
{
	int64_t asked_ms = clock_boot_ms();
	struct node_row row;
	int got;

	if (!lease.is_held)
		return take(db, a, err);
	row = wish(lease.node, lease.high_ms);
	got = node_sql_renew(db, &row, err);
	if (got < 0)
		return -1;
	if (got) {
		/* The span is continuous: no other process had any of it. */
		hold(&row, asked_ms);
		id_gen_grant(&lease.gen, lease.node, 0, row.high_ms);
		return 0;
	}
	log_warn("node_lost", "node=%d", lease.node);
	lease.is_held = false;
	return take(db, a, err);
}

/*
 * Never in the caller's transaction, which may be rolled back and would hold
 * the row lock for too long.
 */
static int with_connection(struct db *db, struct error *err)
{
	struct db *own = NULL;
	struct arena a;
	int rc;

	arena_init(&a);
	if (db_in_tx(db))
		db = own = db_new("node");
	rc = renew_or_take(db, &a, err);
	db_free(&own);
	arena_release(&a);
	return rc;
}

/* ---- ids ---- */

/* Tries once more if the span is used up. */
static int next_id(struct db *db, int64_t *id_out, struct error *err)
{
	bool is_due = clock_boot_ms() >= lease.renew_at_ms;
	int rc = 0;

	for (int i = 0; i < 2; i++) {
		if (is_due || !lease.is_held)
			rc = with_connection(db, err);
		if (rc < 0)
			lease.renew_at_ms = clock_boot_ms() + ASK_AGAIN_MS;
		*id_out = lease.is_held ? id_next(&lease.gen) : 0;
		if (*id_out)
			return 0;
		if (rc < 0)
			return -1;
		is_due = true;
	}
	return err_set(err, ERR_BUSY, "no time is left for ids");
}

int node_next_id(struct db *db, int64_t *id_out, struct error *err)
{
	int rc;

	pthread_mutex_lock(&lease.lock);
	if (!lease.has_gen)
		id_gen_init(&lease.gen, (int)conf.region.id);
	lease.has_gen = true;
	rc = next_id(db, id_out, err);
	pthread_mutex_unlock(&lease.lock);
	return rc;
}

void node_release(struct db *db)
{
	struct node_row row;
	struct error ignored;

	pthread_mutex_lock(&lease.lock);
	if (lease.is_held) {
		row = (struct node_row){
			.node_id = lease.node,
			.owner = owner(),
			.high_ms = id_gen_last_ms(&lease.gen),
			.seen_ms = lease.high_ms,
		};
		(void)node_sql_release(db, &row, &ignored);
		lease.is_held = false;
	}
	pthread_mutex_unlock(&lease.lock);
}
