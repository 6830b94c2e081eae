#include "im/user/chat_setting.h"

#include "im/user/chat_setting_sql.h"

struct change {
	struct arena *a;
	int64_t user_id, conv_id;
	const struct chat_patch *patch;
	struct inbox_row *event;
};

static bool set_int(int64_t *to, bool has, int64_t value)
{
	bool differs = has && *to != value;

	if (differs)
		*to = value;
	return differs;
}

static bool set_text(struct str *to, bool has, struct str value)
{
	bool differs = has && !str_eq(*to, value);

	if (differs)
		*to = value;
	return differs;
}

/* A draft that was taken away has no version any more. */
static int set_draft(struct chat_setting *s, const struct chat_patch *p,
    bool *differs, struct error *err)
{
	int64_t version = p->draft.p ? p->draft_version : 0;

	if (!p->has_draft)
		return 0;
	if (p->draft.p && s->draft.p && version < s->draft_version)
		return err_field(err, ERR_CONFLICT, "draft.version",
		    "there is a newer draft");
	*differs |= set_text(&s->draft, true, p->draft);
	*differs |= set_int(&s->draft_version, true, version);
	return 0;
}

/* hidden: whether it is so now. */
static bool set_hidden(struct chat_setting *s, const struct chat_patch *p,
    bool hidden)
{
	if (!p->has_hidden || p->hidden == hidden)
		return false;
	s->hidden_index = p->hidden ? s->last_index : -1;
	s->hidden_ordinal = p->hidden ? s->last_ordinal : 0;
	return true;
}

static int apply(struct chat_setting *s, const struct chat_patch *p,
    bool hidden, bool *differs_out, struct error *err)
{
	bool d = false;

	if (set_draft(s, p, &d, err) < 0)
		return -1;
	d |= set_hidden(s, p, hidden);
	d |= set_int(&s->notify, p->has_notify, p->notify);
	d |= set_int(&s->muted_until_ms, p->has_muted_until, p->muted_until_ms);
	d |= set_int(&s->pinned, p->has_pinned, p->pinned);
	d |= set_int(&s->marked_unread, p->has_marked_unread, p->marked_unread);
	d |= set_text(&s->folder, p->has_folder, p->folder);
	d |= set_text(&s->background, p->has_background, p->background);
	d |= set_text(&s->remark, p->has_remark, p->remark);
	*differs_out = d;
	return 0;
}

static int change_tx(struct db *db, void *arg, struct error *err)
{
	const struct change *g = arg;
	struct inbox_seq *seq;
	struct chat_setting s;
	struct chat now;
	bool differs;
	size_t n;
	int found;

	*g->event = (struct inbox_row){ .user_id = g->user_id };
	if (inbox_lock(db, g->a, &g->user_id, 1, &seq, &n, err) < 0)
		return -1;
	if (n == 0)
		return err_set(err, ERR_NOT_FOUND, "no such inbox");
	found = chat_setting_sql_get(db, g->a, g->user_id, g->conv_id, &s, err);
	if (found == 0)
		return err_set(err, ERR_NOT_FOUND, "no such conversation");
	if (found < 0 ||
	    chat_setting_get(db, g->a, g->user_id, g->conv_id, &now, err) < 0 ||
	    apply(&s, g->patch, now.hidden != 0, &differs, err) < 0)
		return -1;
	if (!differs)
		return 0;
	*g->event = (struct inbox_row){
		.user_id = g->user_id,
		.user_index = ++seq->last_index,
		.kind = INBOX_CHAT,
		.conv_id = g->conv_id,
		.at_ms = seq->now_ms,
	};
	if (chat_setting_sql_put(db, &s, err) < 0 ||
	    chat_copy_setting(db, g->user_id, g->conv_id, err) < 0)
		return -1;
	return inbox_write(db, g->event, 1, seq, 1, err);
}

int chat_setting_change(struct db *db, struct arena *a, int64_t user_id,
    int64_t conv_id, const struct chat_patch *patch,
    struct inbox_row *event_out, struct error *err)
{
	struct change g = { a, user_id, conv_id, patch, event_out };

	return db_tx(db, change_tx, &g, err);
}

int chat_setting_get(struct db *db, struct arena *a, int64_t user_id,
    int64_t conv_id, struct chat *out, struct error *err)
{
	struct chat *chats;
	size_t n;

	*out = (struct chat){ .user_id = user_id,
		.conv_id = conv_id,
		.cleared_index = -1 };
	if (chat_load(db, a, user_id, &conv_id, 1, &chats, &n, err) < 0)
		return -1;
	if (n > 0)
		*out = *chats;
	return 0;
}

int chat_setting_folders(struct db *db, struct arena *a, int64_t user_id,
    struct chat_folder **out, size_t *n_out, struct error *err)
{
	return chat_setting_sql_folders(db, a, user_id, out, n_out, err);
}

static int64_t *ids_of(struct arena *a, const struct db_id *rows, size_t n)
{
	int64_t *ids = ARENA_ARRAY(a, n, int64_t);

	for (size_t i = 0; i < n; i++)
		ids[i] = rows[i].id;
	return ids;
}

int chat_setting_in(struct db *db, struct arena *a, int64_t user_id,
    struct str folder, int64_t max, int64_t **conv_ids_out, size_t *n_out,
    struct error *err)
{
	struct db_id *rows;
	int rc;

	if (folder.p)
		rc = chat_setting_sql_in(db, a, user_id, folder, max, &rows,
		    n_out, err);
	else
		rc = chat_setting_sql_marked(db, a, user_id, max, &rows, n_out,
		    err);
	if (rc < 0)
		return -1;
	*conv_ids_out = ids_of(a, rows, *n_out);
	return 0;
}

int chat_setting_hidden(struct db *db, struct arena *a, int64_t user_id,
    int64_t max, int64_t **conv_ids_out, size_t *n_out, struct error *err)
{
	struct db_id *rows;

	if (chat_setting_sql_hidden(db, a, user_id, max, &rows, n_out, err) < 0)
		return -1;
	*conv_ids_out = ids_of(a, rows, *n_out);
	return 0;
}
