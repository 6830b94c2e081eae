#include "im/site/audit.h"

#include <pthread.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "im/site/audit_sql.h"
#include "im/site/node.h"
#include "io/db_clock.h"

int audit_add(struct db *db, struct audit *row, struct error *err)
{
	if (node_next_id(db, &row->audit_id, err) < 0)
		return -1;
	row->at_ms = db_clock_ms(db);
	if (!row->detail.p)
		row->detail = STR("");
	return audit_sql_insert(db, row, err);
}

/* ---- the list ---- */

static bool is_wanted(const struct audit_query *q, const struct audit *row)
{
	return (!q->actor.p || str_eq(q->actor, row->actor)) &&
	       (!q->action.p || str_eq(q->action, row->action));
}

int audit_list(struct db *db, struct arena *a, const struct audit_query *q,
    struct audit **out, size_t *n_out, struct audit *next_out,
    struct error *err)
{
	struct audit *rows;
	size_t n, i, kept = 0;

	if (audit_sql_list(db, a, q, &rows, &n, err) < 0)
		return -1;
	for (i = 0; i < n && kept < (size_t)q->limit; i++)
		if (is_wanted(q, &rows[i]))
			rows[kept++] = rows[i];
	*next_out = (struct audit){ .audit_id = 0 };
	if (i < n || n == AUDIT_SCAN)
		*next_out = rows[i - 1];
	*out = rows;
	*n_out = kept;
	return 0;
}

/* ---- reads of apps' servers ---- */

#define SEEN_MAX 4096

struct seen {
	uint8_t hash[CRYPTO_HASH_LEN];
	int64_t until_ms; /* monotonic; 0: empty */
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct seen seen[SEEN_MAX];

static void hash_row(uint8_t hash[CRYPTO_HASH_LEN], const struct audit *row)
{
	struct buf b;

	buf_init(&b);
	buf_u64(&b, (uint64_t)row->app_id);
	buf_u64(&b, (uint64_t)row->user_id);
	buf_str(&b, row->actor);
	buf_add(&b, "", 1);
	buf_str(&b, row->action);
	crypto_sha256(hash, buf_view(&b));
	buf_release(&b);
}

static struct seen *slot_of(const uint8_t hash[CRYPTO_HASH_LEN])
{
	return &seen[(hash[0] << 8 | hash[1]) % SEEN_MAX];
}

static bool was_seen(const uint8_t hash[CRYPTO_HASH_LEN])
{
	const struct seen *s = slot_of(hash);
	bool is;

	pthread_mutex_lock(&lock);
	is = s->until_ms > clock_mono_ms() &&
	     !memcmp(s->hash, hash, CRYPTO_HASH_LEN);
	pthread_mutex_unlock(&lock);
	return is;
}

static void remember(const uint8_t hash[CRYPTO_HASH_LEN])
{
	struct seen *s = slot_of(hash);

	pthread_mutex_lock(&lock);
	memcpy(s->hash, hash, CRYPTO_HASH_LEN);
	s->until_ms = clock_mono_ms() + AUDIT_READ_MS;
	pthread_mutex_unlock(&lock);
}

int audit_add_read(struct db *db, struct audit *row, struct error *err)
{
	uint8_t hash[CRYPTO_HASH_LEN];

	hash_row(hash, row);
	if (was_seen(hash))
		return 0;
	if (audit_add(db, row, err) < 0)
		return -1;
	remember(hash);
	return 0;
}
