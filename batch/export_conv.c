/* A conversation, for those who have a right to all of it: its members now, and
 * each entry as anybody may still see it. */
#include "export_page.h"

#include "im/conv/conv.h"
#include "im/conv/member.h"
#include "im/user/user.h"
#include "view/view.h"

static int read_conv(struct export_page *p, struct conv *out, struct error *err)
{
	if (conv_get(p->j->db, p->a, p->e.conv_id, out, err) == 0)
		return 0;
	if (err->code != ERR_NOT_FOUND)
		return -1;
	err_clear(err);
	p->is_gone = true;
	return 0;
}

static int put_conv(struct export_page *p, struct error *err)
{
	struct conv c;

	if (read_conv(p, &c, err) < 0)
		return -1;
	if (p->is_gone)
		return 1;
	export_page_head(p);
	view_conv(export_page_begin(p, "conversation"), &c, 0, NULL);
	export_page_end(p);
	return 1;
}

static int put_members(struct export_page *p, struct error *err)
{
	const struct member_query q = { .conv_id = p->e.conv_id,
		.after_user_id = p->e.at_id,
		.limit = EXPORT_PAGE };
	struct member *rows;
	struct user *users;
	size_t n, n_users;
	int64_t *ids;

	if (member_list(p->j->db, p->a, &q, &rows, &n, err) < 0)
		return -1;
	ids = ARENA_ARRAY(p->a, n, int64_t);
	for (size_t i = 0; i < n; i++)
		p->e.at_id = ids[i] = rows[i].user_id;
	if (user_load(p->j->db, p->j->cache, p->a, ids, n, &users, &n_users,
		err) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		view_member(export_page_begin(p, "member"), &rows[i],
		    user_pick(users, n_users, rows[i].user_id));
		export_page_end(p);
	}
	return n < EXPORT_PAGE;
}

static int put_log(struct export_page *p, struct error *err)
{
	const struct export_reader all = { 0 };
	int64_t lo = p->e.at_index + 1, hi = p->e.at_index + EXPORT_PAGE;
	struct entry *entries;
	struct conv c;
	size_t n;

	if (read_conv(p, &c, err) < 0)
		return -1;
	if (p->is_gone)
		return 1;
	if (hi > c.last_index)
		hi = c.last_index;
	if (entry_range(p->j->db, p->a, p->e.conv_id, lo, hi, &entries, &n,
		err) < 0 ||
	    export_page_entries(p, &all, entries, n, err) < 0)
		return -1;
	p->e.at_index = hi;
	return hi == c.last_index;
}

export_part_fn *const export_conv_parts[] = { put_conv, put_members, put_log,
	export_page_tail, NULL };
