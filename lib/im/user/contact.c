#include "im/user/contact.h"

#include "base/ids.h"
#include "im/user/block.h"
#include "im/user/contact_sql.h"
#include "im/user/home.h"

struct pair {
	struct db *db;
	struct arena *a;
	int64_t user_id, other_id;
	struct str text; /* the message, or the remark */
	/* Decides what becomes of the rows; -1 with err. */
	int (*decide)(struct pair *p, struct error *err);
	struct contact_change *out;

	/* Set in the transaction, again in each run. */
	struct inbox_seq *seqs[2];   /* of user_id and other_id */
	struct contact mine, theirs; /* state 0: no row */
	struct contact mine_before, theirs_before;
	enum inbox_contact action; /* 0: nothing has changed */
};

/* Who is not served here: unknown, or a contact with another home. */
static int no_such_user(struct pair *p, struct error *err)
{
	struct contact c;
	int found = contact_sql_get(p->db, p->a, p->user_id, p->other_id, &c,
	    err);

	if (found < 0 || (found && home_check_user(p->other_id, err) < 0))
		return -1;
	return err_set(err, ERR_NOT_FOUND, "no such user");
}

/* Ascending, as all who lock several do. */
static int lock_both(struct pair *p, struct error *err)
{
	int first = p->user_id > p->other_id;

	for (int i = 0; i < 2; i++) {
		int which = i ^ first;
		int64_t id = which ? p->other_id : p->user_id;
		size_t n;

		if (inbox_lock(p->db, p->a, &id, 1, &p->seqs[which], &n, err) <
		    0)
			return -1;
		if (n == 0)
			return no_such_user(p, err);
	}
	return 0;
}

static int read_side(struct pair *p, int64_t user_id, int64_t other_id,
    struct contact *out, struct error *err)
{
	*out = (struct contact){ .user_id = user_id, .other_id = other_id };
	return contact_sql_get(p->db, p->a, user_id, other_id, out, err);
}

static bool is_same(const struct contact *a, const struct contact *b)
{
	return a->state == b->state && !a->remark.p == !b->remark.p &&
	       (!a->remark.p || str_eq(a->remark, b->remark));
}

static int write_side(struct pair *p, struct contact *c,
    const struct contact *before, int64_t now_ms, struct error *err)
{
	if (is_same(c, before))
		return 0;
	if (c->state == 0)
		return contact_sql_delete(p->db, c, err);
	if (before->state == 0)
		c->created_ms = now_ms;
	if (c->state != before->state)
		c->changed_ms = now_ms;
	return contact_sql_put(p->db, c, err);
}

static int tell(struct pair *p, size_t side, struct error *err)
{
	struct inbox_row *event = &p->out->events[side];

	*event = (struct inbox_row){
		.user_id = side ? p->other_id : p->user_id,
		.kind = INBOX_CONTACT,
		.action = p->action,
		.by_id = p->user_id,
		.at_ms = p->seqs[side]->now_ms,
		.arg = side ? p->user_id : p->other_id,
	};
	return inbox_add_arg(p->db, event, p->seqs[side], err);
}

static int change_tx(struct db *db, void *arg, struct error *err)
{
	struct pair *p = arg;

	(void)db;
	*p->out = (struct contact_change){ .is_new = false };
	p->action = 0;
	if (lock_both(p, err) < 0 ||
	    read_side(p, p->user_id, p->other_id, &p->mine, err) < 0 ||
	    read_side(p, p->other_id, p->user_id, &p->theirs, err) < 0)
		return -1;
	p->mine_before = p->mine;
	p->theirs_before = p->theirs;
	if (p->decide(p, err) < 0)
		return -1;
	if (p->action && (write_side(p, &p->mine, &p->mine_before,
			      p->seqs[0]->now_ms, err) < 0 ||
			     write_side(p, &p->theirs, &p->theirs_before,
				 p->seqs[0]->now_ms, err) < 0 ||
			     tell(p, 0, err) < 0))
		return -1;
	/* A remark concerns nobody else. */
	if (p->action && p->action != INBOX_CONTACT_REMARK &&
	    tell(p, 1, err) < 0)
		return -1;
	if (p->mine.state)
		p->out->mine = p->mine;
	p->out->is_new = p->mine.state && !p->mine_before.state;
	return 0;
}

static int change(struct db *db, struct arena *a, struct pair *p,
    struct error *err)
{
	p->db = db;
	p->a = a;
	if (home_check_user(p->user_id, err) < 0)
		return -1;
	return db_tx(db, change_tx, p, err);
}

/* ---- what becomes of the rows ---- */

static void set_both(struct pair *p, int64_t mine, int64_t theirs,
    enum inbox_contact action)
{
	p->mine.state = mine;
	p->theirs.state = theirs;
	p->action = action;
}

static int check_blocked(struct pair *p, struct error *err)
{
	int is = block_has(p->db, p->a, p->other_id, p->user_id, err);

	if (is > 0)
		return err_set(err, ERR_FORBIDDEN,
		    "this user takes no requests of yours");
	return is;
}

static int check_count(struct pair *p, struct error *err)
{
	int64_t n;

	if (contact_sql_count(p->db, p->a, p->user_id, &n, err) < 0)
		return -1;
	if (n >= CONTACTS_MAX)
		return err_set(err, ERR_CONFLICT,
		    "a user has at most %d contacts and requests",
		    CONTACTS_MAX);
	return 0;
}

static int decide_request(struct pair *p, struct error *err)
{
	if (p->mine.state == CONTACT_ACCEPTED || p->mine.state == CONTACT_SENT)
		return 0;
	if (check_blocked(p, err) < 0)
		return -1;
	if (p->mine.state == CONTACT_REQUESTED) {
		set_both(p, CONTACT_ACCEPTED, CONTACT_ACCEPTED,
		    INBOX_CONTACT_ACCEPTED);
		return 0;
	}
	if (check_count(p, err) < 0)
		return -1;
	set_both(p, CONTACT_SENT, CONTACT_REQUESTED, INBOX_CONTACT_REQUESTED);
	p->mine.message = p->theirs.message = p->text;
	return 0;
}

static int decide_accept(struct pair *p, struct error *err)
{
	if (p->mine.state == CONTACT_ACCEPTED)
		return 0;
	if (p->mine.state != CONTACT_REQUESTED)
		return err_set(err, ERR_NOT_FOUND, "no request of this user");
	if (check_blocked(p, err) < 0)
		return -1;
	set_both(p, CONTACT_ACCEPTED, CONTACT_ACCEPTED, INBOX_CONTACT_ACCEPTED);
	return 0;
}

static int decide_reject(struct pair *p, struct error *err)
{
	if (p->mine.state == CONTACT_ACCEPTED)
		return err_set(err, ERR_CONFLICT, "they are contacts");
	if (p->mine.state != CONTACT_REQUESTED)
		return err_set(err, ERR_NOT_FOUND, "no request of this user");
	set_both(p, 0, 0, INBOX_CONTACT_REJECTED);
	return 0;
}

static int decide_remove(struct pair *p, struct error *err)
{
	(void)err;
	if (p->mine.state)
		set_both(p, 0, 0, INBOX_CONTACT_REMOVED);
	return 0;
}

static int decide_remark(struct pair *p, struct error *err)
{
	if (!p->mine.state)
		return err_set(err, ERR_NOT_FOUND, "no such contact");
	p->mine.remark = p->text;
	if (!is_same(&p->mine, &p->mine_before))
		p->action = INBOX_CONTACT_REMARK;
	return 0;
}

int contact_request(struct db *db, struct arena *a, int64_t user_id,
    int64_t other_id, struct str message, struct contact_change *out,
    struct error *err)
{
	struct pair p = { .user_id = user_id,
		.other_id = other_id,
		.text = message,
		.decide = decide_request,
		.out = out };

	/* The caller has found the other one. */
	if (home_check_user(other_id, err) < 0)
		return -1;

	return change(db, a, &p, err);
}

int contact_accept(struct db *db, struct arena *a, int64_t user_id,
    int64_t other_id, struct contact_change *out, struct error *err)
{
	struct pair p = { .user_id = user_id,
		.other_id = other_id,
		.decide = decide_accept,
		.out = out };

	return change(db, a, &p, err);
}

int contact_reject(struct db *db, struct arena *a, int64_t user_id,
    int64_t other_id, struct contact_change *out, struct error *err)
{
	struct pair p = { .user_id = user_id,
		.other_id = other_id,
		.decide = decide_reject,
		.out = out };

	return change(db, a, &p, err);
}

int contact_remove(struct db *db, struct arena *a, int64_t user_id,
    int64_t other_id, struct contact_change *out, struct error *err)
{
	struct pair p = { .user_id = user_id,
		.other_id = other_id,
		.decide = decide_remove,
		.out = out };

	return change(db, a, &p, err);
}

int contact_remark(struct db *db, struct arena *a, int64_t user_id,
    int64_t other_id, struct str remark, struct contact_change *out,
    struct error *err)
{
	struct pair p = { .user_id = user_id,
		.other_id = other_id,
		.text = remark,
		.decide = decide_remark,
		.out = out };

	return change(db, a, &p, err);
}

int contact_of(struct db *db, struct arena *a, const int64_t *users, size_t n,
    int64_t other_id, int64_t **out, size_t *n_out, struct error *err)
{
	struct db_id *rows;

	*n_out = 0;
	if (n == 0)
		return 0;
	if (contact_sql_of(db, a, db_set(a, users, n), other_id, &rows, n_out,
		err) < 0)
		return -1;
	*out = ARENA_ARRAY(a, *n_out, int64_t);
	for (size_t i = 0; i < *n_out; i++)
		(*out)[i] = rows[i].id;
	*n_out = ids_sort_distinct(*out, *n_out);
	return 0;
}

int contact_list(struct db *db, struct arena *a, int64_t user_id, int64_t state,
    int64_t after_id, int64_t limit, struct contact **out, size_t *n_out,
    struct error *err)
{
	return contact_sql_list(db, a, user_id, state, after_id, limit, out,
	    n_out, err);
}
