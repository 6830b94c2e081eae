#include "im/conv/message_edit.h"

#include "im/conv/archive.h"
#include "im/conv/message_edit_sql.h"
#include "im/conv/right.h"
#include "im/site/app_setting.h"

static int find_archived(const struct act *act, struct edit_prior *io,
    struct error *err)
{
	const struct archive_key key = { io->conv_id, io->sender_id,
		io->client_msg_id };
	struct segment_entry *found;
	size_t n;

	if (archive_by_keys(act->db, act->a, &key, 1, &found, &n, err) < 0)
		return -1;
	if (n == 0)
		return 0;
	io->kind = found->e.kind;
	io->target_index = found->e.target_index;
	io->fingerprint = found->fingerprint;
	return 1;
}

/* 1: this edit was made before. */
static int find_repeat(const struct act *act, const struct message_edit *edit,
    struct error *err)
{
	struct edit_prior p = {
		.conv_id = act->conv_id,
		.sender_id = act->by->user_id,
		.client_msg_id = edit->client_msg_id,
	};
	int found;

	if (!edit->client_msg_id.p)
		return 0;
	found = message_edit_sql_prior(act->db, act->a, &p, err);
	if (found == 0 && act->conv.archived_index)
		found = find_archived(act, &p, err);
	if (found <= 0)
		return found;
	if (p.kind == ENTRY_EDIT && p.target_index == act->target.conv_index &&
	    str_eq(p.fingerprint, edit->fingerprint))
		return 1;
	return err_field(err, ERR_CONFLICT, "client_msg_id",
	    "this client_msg_id was used for other content");
}

static int check(const struct act *act, struct error *err)
{
	int64_t window_s;

	if (app_setting_get(act->db, act->a, act->conv.app_id, APP_EDIT_S,
		&window_s, err) < 0)
		return -1;
	return right_edit(&act->conv, &act->member, &act->target, window_s,
	    err);
}

static int write(struct act *act, const struct message_edit *edit,
    struct str body, struct error *err)
{
	struct entry_version was = message_edit_present(&act->target);

	if (act_number(act, ENTRY_EDIT, STR(""), err) < 0)
		return -1;
	act->row.e.client_msg_id = edit->client_msg_id;
	act->row.fingerprint = edit->client_msg_id.p ? edit->fingerprint
						     : STR_NONE;
	act->target.edited_ms = act->row.e.sent_ms;
	act->target.body = body;
	if (message_edit_sql_keep(act->db, &was, err) < 0 ||
	    act_put_body(act, err) < 0)
		return -1;
	return act_finish(act, err);
}

static int work(struct act *act, void *arg, struct error *err)
{
	const struct message_edit *edit = arg;
	struct str body;
	int rc;

	if (act->target.state == ENTRY_RECALLED)
		return err_set(err, ERR_GONE, "the message was recalled");
	rc = find_repeat(act, edit, err);
	if (rc != 0)
		return rc < 0 ? -1 : 0;
	if (check(act, err) < 0)
		return -1;
	rc = edit->body(edit->arg, &act->target, &body, err);
	if (rc < 0)
		return -1;
	if (rc == 0 && !edit->client_msg_id.p)
		return 0;
	return write(act, edit, body, err);
}

int message_edit(struct db *db, struct arena *a, const struct act_by *by,
    const struct message_edit *edit, struct act_result *out, struct error *err)
{
	return act_run(db, a, by, work, (void *)(uintptr_t)edit, out, err);
}

int message_edit_versions(struct db *db, struct arena *a, const struct entry *e,
    int64_t after, int64_t limit, struct entry_version **out, size_t *n_out,
    struct error *err)
{
	*out = NULL;
	*n_out = 0;
	/* Who does not edit does not pay. */
	if (!e->edited_ms)
		return 0;
	return message_edit_sql_versions(db, a, e, after, limit, out, n_out,
	    err);
}

struct entry_version message_edit_present(const struct entry *e)
{
	return (struct entry_version){
		.conv_id = e->conv_id,
		.conv_index = e->conv_index,
		.version = e->version,
		.at_ms = e->edited_ms ? e->edited_ms : e->sent_ms,
		.content = e->body,
	};
}
