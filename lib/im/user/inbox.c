#include "im/user/inbox.h"

#include "im/user/inbox_sql.h"

const char *inbox_action_name(int64_t action)
{
	static const char *const names[] = {
		[INBOX_ADDED] = "added",
		[INBOX_REMOVED] = "removed",
		[INBOX_LEFT] = "left",
		[INBOX_DISSOLVED] = "dissolved",
		[INBOX_MODE] = "mode",
		[INBOX_SETTINGS] = "settings",
	};

	BUG_ON(action < INBOX_ADDED || action > INBOX_SETTINGS);
	return names[action];
}

int inbox_lock(struct db *db, struct arena *a, const int64_t *users, size_t n,
    struct inbox_seq **out, size_t *n_out, struct error *err)
{
	BUG_ON(n != 1);
	return inbox_sql_lock(db, a, users[0], out, n_out, err);
}

int inbox_lock_free(struct db *db, struct arena *a, const int64_t *users,
    size_t n, struct inbox_seq **out, size_t *n_out, struct error *err)
{
	size_t i;

	for (i = 1; i < n; i++)
		BUG_ON(users[i - 1] >= users[i]);
	return inbox_sql_lock_free(db, a, db_list(a, users, n), out, n_out,
	    err);
}

int inbox_seqs_get(struct db *db, struct arena *a, const int64_t *users,
    size_t n, struct inbox_seq **out, size_t *n_out, struct error *err)
{
	return inbox_sql_get(db, a, db_list(a, users, n), out, n_out, err);
}

int inbox_seq_get(struct db *db, struct arena *a, int64_t user_id,
    struct inbox_seq *out, struct error *err)
{
	struct inbox_seq *rows;
	size_t n;

	if (inbox_seqs_get(db, a, &user_id, 1, &rows, &n, err) < 0)
		return -1;
	if (n > 0)
		*out = rows[0];
	return n > 0;
}

int inbox_ack_lock(struct db *db, struct arena *a, int64_t user_id,
    struct inbox_ack *out, struct error *err)
{
	*out = (struct inbox_ack){ user_id, 0 };
	return inbox_sql_ack_lock(db, a, user_id, out, err) < 0 ? -1 : 0;
}

int inbox_acks_lock_free(struct db *db, struct arena *a, const int64_t *users,
    size_t n, struct inbox_ack **out, size_t *n_out, struct error *err)
{
	return inbox_sql_acks_lock_free(db, a, users, n, out, n_out, err);
}

int inbox_acks_put(struct db *db, const struct inbox_ack *rows, size_t n,
    struct error *err)
{
	return inbox_sql_acks_put(db, rows, n, err);
}

int inbox_write(struct db *db, const struct inbox_row *rows, size_t n_rows,
    const struct inbox_seq *seqs, size_t n_seqs, struct error *err)
{
	if (inbox_sql_insert(db, rows, n_rows, err) < 0)
		return -1;
	return inbox_sql_raise(db, seqs, n_seqs, err);
}

int inbox_add(struct db *db, struct arena *a, struct inbox_row *row,
    struct error *err)
{
	struct inbox_seq *seqs;
	size_t n;

	if (inbox_lock(db, a, &row->user_id, 1, &seqs, &n, err) < 0)
		return -1;
	if (n == 0)
		return err_set(err, ERR_NOT_FOUND, "no such inbox");
	row->user_index = ++seqs[0].last_index;
	return inbox_write(db, row, 1, seqs, 1, err);
}

int inbox_add_arg(struct db *db, struct inbox_row *row, struct inbox_seq *seq,
    struct error *err)
{
	row->user_index = ++seq->last_index;
	if (inbox_sql_insert_arg(db, row, err) < 0)
		return -1;
	return inbox_sql_raise(db, seq, 1, err);
}

int inbox_after(struct db *db, struct arena *a, int64_t user_id, int64_t after,
    int64_t limit, struct inbox_row **out, size_t *n_out, struct error *err)
{
	return inbox_sql_after(db, a, user_id, after, limit, out, n_out, err);
}

int inbox_create(struct db *db, struct arena *a, const struct inbox_seq *seqs,
    size_t n, struct error *err)
{
	struct inbox_ack *acks = ARENA_ARRAY(a, n, struct inbox_ack);

	for (size_t i = 0; i < n; i++)
		acks[i] = (struct inbox_ack){ seqs[i].user_id, 0 };
	if (inbox_sql_create(db, seqs, n, err) < 0)
		return -1;
	return inbox_acks_put(db, acks, n, err);
}
