/* The state of jobs, conversations, messages and inboxes. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "admin.h"
#include "admin_sql.h"
#include "im/conv/conv.h"
#include "im/conv/entry.h"
#include "im/user/badge.h"
#include "im/user/inbox.h"
#include "io/db_clock.h"

static int lease_list_command(struct admin *ad, struct error *err)
{
	struct admin_lease *rows;
	size_t n;

	if (admin_sql_leases(ad->db, ad->arena, &rows, &n, err) < 0)
		return -1;
	puts("name\tfence\tleft_ms\towner");
	for (size_t i = 0; i < n; i++)
		printf("%.*s\t%" PRId64 "\t%" PRId64 "\t%.*s\n",
		    STR_ARG(rows[i].name), rows[i].fence,
		    rows[i].left_ms > 0 ? rows[i].left_ms : 0,
		    STR_ARG(rows[i].owner));
	return 0;
}

static int job_list_command(struct admin *ad, struct error *err)
{
	struct admin_run *rows;
	int64_t limit;
	size_t n;

	if (admin_number(ad, "limit", 1, 10000, 20, &limit, err) < 0 ||
	    admin_sql_runs(ad->db, ad->arena, str_of(ad->words[0]), limit,
		&rows, &n, err) < 0)
		return -1;
	puts("job\tstarted\tms\texit\tdone\tretried\tdead\tfailed\tlag_ms\t"
	     "host");
	for (size_t i = 0; i < n; i++)
		printf("%.*s\t%s\t%" PRId64 "\t%" PRId64 "\t%" PRId64
		       "\t%" PRId64 "\t%" PRId64 "\t%" PRId64 "\t%" PRId64
		       "\t%.*s\n",
		    STR_ARG(rows[i].job), admin_time(rows[i].started_ms),
		    rows[i].ended_ms - rows[i].started_ms, rows[i].exit_code,
		    rows[i].done, rows[i].retried, rows[i].dead, rows[i].failed,
		    rows[i].lag_ms, STR_ARG(rows[i].host));
	return 0;
}

static const char *state_of(const struct admin_conv *c)
{
	if (c->done_index >= c->last_index)
		return "everybody has everything";
	if (!c->dirty_head)
		return "FORGOTTEN: im-verify --repair";
	if (c->parked_ms)
		return "PARKED: im-admin queue parked";
	return c->hi_index > c->done_index ? "a pass is under way"
					   : "waits for im-fanout";
}

static int explain_conversation_command(struct admin *ad, struct error *err)
{
	struct admin_conv c;
	int64_t id;
	int found;

	if (admin_id(ad->words[0], &id, err) < 0)
		return -1;
	found = admin_sql_conv(ad->db, ad->arena, id, &c, err);
	if (!found)
		return err_set(err, ERR_NOT_FOUND, "no conversation %s",
		    ad->words[0]);
	if (found < 0)
		return -1;
	printf("conv_id=%" PRId64 "\napp_id=%" PRId64 "\nkind=%.*s\nmode=%.*s\n"
	       "created=%s\ncreated_by=%" PRId64 "\nmembers=%" PRId64
	       "\nversion=%" PRId64 "\ndissolved=%s\n",
	    c.conv_id, c.app_id, STR_ARG(str_word(CONV_KINDS, c.kind)),
	    STR_ARG(str_word(CONV_MODES, c.mode)), admin_time(c.created_ms),
	    c.created_by, c.member_count, c.version,
	    admin_time(c.dissolved_ms));
	printf("last_index=%" PRId64 "\nlast_ordinal=%" PRId64 "\nlast=%s\n",
	    c.last_index, c.last_ordinal, admin_time(c.last_ms));
	printf("fanout_part=%d\nfanout_done=%" PRId64 "\nfanout_pass=%" PRId64
	       "\nfanout_after_user_id=%" PRId64 "\ndirty_head=%" PRId64
	       "\ndirty_since=%s\nparked=%s\nparked_reason=%.*s\nfanout=%s\n",
	    conv_part(c.conv_id), c.done_index, c.hi_index, c.after_user_id,
	    c.dirty_head, admin_time(c.dirty_since_ms), admin_time(c.parked_ms),
	    STR_ARG(c.reason), state_of(&c));
	return 0;
}

static int explain_user_command(struct admin *ad, struct error *err)
{
	struct admin_inbox box;
	struct app app;
	struct user u;
	int64_t unread;
	int found;

	if (admin_user(ad, &app, &u, err) < 0)
		return -1;
	found = admin_sql_inbox(ad->db, ad->arena, u.user_id, &box, err);
	if (found < 0 || badge_total(ad->db, NULL, ad->arena, u.user_id,
			     box.last_index, &unread, err) < 0)
		return -1;
	printf("user_id=%" PRId64 "\napp_id=%" PRId64 "\ncreated=%s\n"
	       "disabled=%s\n",
	    u.user_id, u.app_id, admin_time(u.created_ms),
	    admin_time(u.disabled_ms));
	printf("stream_id=%" PRId64 "\nuser_index=%" PRId64
	       "\nfloor_index=%" PRId64 "\nacked_index=%" PRId64
	       "\nchats=%" PRId64 "\nlisted=%" PRId64 "\ntotal_unread=%" PRId64
	       "\n",
	    box.stream_id, box.last_index, box.floor_index, box.acked_index,
	    box.chats, box.listed, unread);
	return 0;
}

/* Where the message is, and whether fan-out has delivered it. */
static int explain_message_command(struct admin *ad, struct error *err)
{
	struct admin_conv c = { 0 };
	struct entry e;
	struct str type;
	int64_t id;
	int found;

	if (admin_id(ad->words[0], &id, err) < 0)
		return -1;
	found = entry_by_msg(ad->db, ad->arena, id, &e, err);
	if (!found)
		return err_set(err, ERR_NOT_FOUND, "no message %s",
		    ad->words[0]);
	if (found < 0 ||
	    admin_sql_conv(ad->db, ad->arena, e.conv_id, &c, err) < 0)
		return -1;
	type = e.type ? str_word(MESSAGE_TYPES, e.type) : STR("-");
	printf("msg_id=%" PRId64 "\nconv_id=%" PRId64 "\nconv_index=%" PRId64
	       "\nordinal=%" PRId64 "\nkind=%s\ntype=%.*s\nflags=%" PRId64
	       "\nsender_id=%" PRId64 "\nsent=%s\nversion=%" PRId64 "\n",
	    e.msg_id, e.conv_id, e.conv_index, e.ordinal,
	    entry_kind_name(e.kind), STR_ARG(type), e.flags, e.sender_id,
	    admin_time(e.sent_ms), e.version);
	printf("fanout=%s\n",
	    e.conv_index <= c.done_index ? "everybody has it" : state_of(&c));
	return 0;
}

const struct admin_command admin_store_commands[] = {
	{ "lease", "list", "", 0, 0, "",
	    "lists who holds which lease, and until when", lease_list_command },
	{ "job", "list", "[JOB] [--limit N]", 0, 1,
	    "limit=", "lists runs of jobs, newest first", job_list_command },
	{ "explain", "conversation", "CONV_ID", 1, 1, "",
	    "shows its log and the progress of fan-out",
	    explain_conversation_command },
	{ "explain", "message", "MSG_ID", 1, 1, "",
	    "shows where it is and whether every inbox has it",
	    explain_message_command },
	{ "explain", "user", "APP USERNAME", 2, 2, "",
	    "shows the user's inbox and chats", explain_user_command },
	{ 0 },
};
