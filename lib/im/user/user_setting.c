#include "im/user/user_setting.h"

#include "im/user/user_setting_sql.h"

int user_setting_load(struct db *db, struct arena *a, const int64_t *ids,
    size_t n, struct user_setting **out, size_t *n_out, struct error *err)
{
	*n_out = 0;
	*out = NULL;
	if (n == 0)
		return 0;
	return user_setting_sql_load(db, a, db_set(a, ids, n), out, n_out, err);
}

int user_setting_get(struct db *db, struct arena *a, int64_t user_id,
    struct user_setting *out, struct error *err)
{
	struct user_setting *rows;
	size_t n;

	*out = (struct user_setting){
		.user_id = user_id,
		.push_preview = 1,
		.read_receipts = 1,
		.last_seen = AUDIENCE_EVERYONE,
		.add_to_groups = AUDIENCE_EVERYONE,
	};
	if (user_setting_load(db, a, &user_id, 1, &rows, &n, err) < 0)
		return -1;
	if (n > 0)
		*out = *rows;
	return 0;
}

static bool is_same_dnd(const struct dnd *a, const struct dnd *b)
{
	return a->from == b->from && a->to == b->to && a->days == b->days &&
	       str_eq(a->tz, b->tz);
}

static bool set(int64_t *to, bool has, int64_t value)
{
	bool differs = has && *to != value;

	if (differs)
		*to = value;
	return differs;
}

static bool apply(struct user_setting *s, const struct user_setting_patch *p)
{
	bool d = set(&s->push_preview, p->has_push_preview, p->push_preview);

	d |= set(&s->read_receipts, p->has_read_receipts, p->read_receipts);
	d |= set(&s->last_seen, p->has_last_seen, p->last_seen);
	d |= set(&s->add_to_groups, p->has_add_to_groups, p->add_to_groups);
	if (p->has_dnd && !is_same_dnd(&s->dnd, &p->dnd)) {
		s->dnd = p->dnd;
		d = true;
	}
	if (p->has_meta && !str_eq(s->meta, p->meta)) {
		s->meta = p->meta;
		d = true;
	}
	return d;
}

struct change {
	struct arena *a;
	int64_t user_id;
	const struct user_setting_patch *patch;
	struct user_setting *out;
	struct inbox_row *event;
};

static int change_tx(struct db *db, void *arg, struct error *err)
{
	const struct change *c = arg;
	struct inbox_seq *seq;
	size_t n;

	*c->event = (struct inbox_row){ .user_id = c->user_id };
	if (inbox_lock(db, c->a, &c->user_id, 1, &seq, &n, err) < 0)
		return -1;
	if (n == 0)
		return err_set(err, ERR_NOT_FOUND, "no such inbox");
	if (user_setting_get(db, c->a, c->user_id, c->out, err) < 0)
		return -1;
	if (!apply(c->out, c->patch))
		return 0;
	*c->event = (struct inbox_row){
		.user_id = c->user_id,
		.user_index = ++seq->last_index,
		.kind = INBOX_OWN_SETTINGS,
		.at_ms = seq->now_ms,
	};
	if (user_setting_sql_put(db, c->out, err) < 0)
		return -1;
	return inbox_write(db, c->event, 1, seq, 1, err);
}

int user_setting_change(struct db *db, struct arena *a, int64_t user_id,
    const struct user_setting_patch *patch, struct user_setting *out,
    struct inbox_row *event_out, struct error *err)
{
	struct change c = { a, user_id, patch, out, event_out };

	return db_tx(db, change_tx, &c, err);
}
