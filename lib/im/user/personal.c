#include "im/user/personal.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/order.h"
#include "im/user/chat.h"
#include "im/user/personal_sql.h"

#define RANGE_SPARSE 4 /* indexes of a range for each place */

static int by_conv(const void *key, const void *item)
{
	int64_t id = *(const int64_t *)key;
	const struct personal *p = item;

	return order_i64(id, p->conv_id);
}

static int by_convs(const void *x, const void *y)
{
	const struct personal *a = x, *b = y;

	return order_i64(a->conv_id, b->conv_id);
}

int personal_load(struct db *db, struct arena *a, int64_t user_id,
    const int64_t *conv_ids, size_t n, struct personal **out, size_t *n_out,
    struct error *err)
{
	*n_out = 0;
	*out = NULL;
	if (n == 0)
		return 0;
	if (personal_sql_load(db, a, user_id, db_set(a, conv_ids, n), out,
		n_out, err) < 0)
		return -1;
	if (*n_out)
		qsort(*out, *n_out, sizeof(**out), by_convs);
	return 0;
}

const struct personal *personal_pick(const struct personal *rows, size_t n,
    int64_t conv_id)
{
	if (n == 0)
		return NULL;
	return bsearch(&conv_id, rows, n, sizeof(*rows), by_conv);
}

int personal_find(struct db *db, struct arena *a, int64_t user_id,
    int64_t conv_id, struct personal *out, struct error *err)
{
	*out = (struct personal){
		.user_id = user_id,
		.conv_id = conv_id,
		.cleared_index = -1,
	};
	return personal_sql_get(db, a, user_id, conv_id, out, err);
}

int64_t personal_floor(const struct personal *p, int64_t floor)
{
	return p && p->cleared_index >= floor ? p->cleared_index + 1 : floor;
}

/* Whether the places are about as many as the indexes of one log between the
 * first and the last, as on a page: a range costs less than a list. */
static bool is_range(const int64_t (*places)[2], size_t n, int64_t *lo_out,
    int64_t *hi_out)
{
	*lo_out = *hi_out = places[0][1];
	for (size_t i = 1; i < n; i++) {
		if (places[i][0] != places[0][0])
			return false;
		if (places[i][1] < *lo_out)
			*lo_out = places[i][1];
		if (places[i][1] > *hi_out)
			*hi_out = places[i][1];
	}
	return *hi_out - *lo_out < RANGE_SPARSE * (int64_t)n;
}

int personal_hidden(struct db *db, struct arena *a, int64_t user_id,
    const int64_t (*places)[2], size_t n, struct unseen **out, size_t *n_out,
    struct error *err)
{
	int64_t lo, hi;

	*n_out = 0;
	*out = NULL;
	if (n == 0)
		return 0;
	if (is_range(places, n, &lo, &hi))
		return personal_sql_hidden_range(db, a, user_id, places[0][0],
		    lo, hi, out, n_out, err);
	return personal_sql_hidden(db, a, user_id, db_pairs(a, places, n), out,
	    n_out, err);
}

int personal_unseen(struct db *db, struct arena *a, const int64_t (*places)[2],
    size_t n, struct unseen **out, size_t *n_out, struct error *err)
{
	*n_out = 0;
	*out = NULL;
	if (n == 0)
		return 0;
	return personal_sql_unseen(db, a, db_pairs(a, places, n), out, n_out,
	    err);
}

static struct str list_of(struct arena *a, const struct personal_span *spans,
    size_t n)
{
	struct str list;
	struct buf b;

	buf_init(&b);
	for (size_t i = 0; i < n; i++)
		buf_printf(&b, "%s[%" PRId64 ",%" PRId64 ",%" PRId64 "]",
		    i ? "," : "[", spans[i].conv_id, spans[i].read_index,
		    spans[i].last_index);
	buf_printf(&b, "]");
	list = arena_str(a, buf_view(&b));
	buf_release(&b);
	return list;
}

int personal_counts(struct db *db, struct arena *a, int64_t user_id,
    const struct personal_span *spans, size_t n, struct personal_count **out,
    size_t *n_out, struct error *err)
{
	*n_out = 0;
	*out = NULL;
	if (n == 0)
		return 0;
	return personal_sql_counts(db, a, user_id, list_of(a, spans, n), out,
	    n_out, err);
}

/* ---- changes ---- */

int personal_put(struct db *db, const struct personal *p, struct error *err)
{
	if (personal_sql_put(db, p, err) < 0 ||
	    chat_copy_setting(db, p->user_id, p->conv_id, err) < 0)
		return -1;
	return personal_sql_flag(db, p->user_id, err);
}

struct hiding {
	struct arena *a;
	struct hidden *h;
	struct inbox_row *event;
};

static int hide_tx(struct db *db, void *arg, struct error *err)
{
	struct hiding *job = arg;
	struct hidden *h = job->h;
	const struct personal p = {
		.user_id = h->user_id,
		.conv_id = h->conv_id,
		.cleared_index = -1,
		.has_hidden = 1,
	};
	struct inbox_seq *seq;
	size_t n;
	int is_new;

	job->event->user_index = 0;
	if (inbox_lock(db, job->a, &h->user_id, 1, &seq, &n, err) < 0)
		return -1;
	if (n == 0)
		return err_set(err, ERR_NOT_FOUND, "no such inbox");
	h->hidden_ms = seq->now_ms;
	is_new = personal_sql_hide(db, h, err);
	if (is_new <= 0)
		return is_new;
	*job->event = (struct inbox_row){
		.user_id = h->user_id,
		.user_index = ++seq->last_index,
		.kind = INBOX_HIDDEN,
		.conv_id = h->conv_id,
		.conv_index = h->conv_index,
		.by_id = h->msg_id,
		.at_ms = seq->now_ms,
	};
	if (personal_put(db, &p, err) < 0)
		return -1;
	return inbox_write(db, job->event, 1, seq, 1, err);
}

int personal_hide(struct db *db, struct arena *a, struct hidden *h,
    struct inbox_row *event_out, struct error *err)
{
	struct hiding job = { a, h, event_out };

	return db_tx(db, hide_tx, &job, err);
}
