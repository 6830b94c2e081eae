/* What members set for themselves: their side of a chat, and folders. */
#include "conversation.h"

#include "args.h"
#include "im/site/conv_mode.h"
#include "im/user/badge.h"
#include "im/user/chat_setting.h"
#include "io/db_clock.h"
#include "io/json_writer.h"
#include "service.h"
#include "view/publish.h"
#include "view/view.h"

/* ---- conversation.me ---- */

struct me_args {
	int64_t conv_id;
};

static const struct web_arg me_args[] = { ARG_CONV_ID(struct me_args),
	WEB_ARGS_END };

static int check_member(struct web_request *rq, int64_t conv_id,
    struct error *err)
{
	struct conv c;
	struct member me;

	return member_get(service_of(rq)->db, rq->arena, rq->caller.app_id,
	    conv_id, rq->caller.user_id, &c, &me, err);
}

static int answer(struct web_request *rq, int64_t conv_id, struct error *err)
{
	struct chat c;

	if (chat_setting_get(service_of(rq)->db, rq->arena, rq->caller.user_id,
		conv_id, &c, err) < 0)
		return -1;
	view_me(rq->out, &c);
	return 0;
}

static int conversation_me(struct web_request *rq, struct error *err)
{
	const struct me_args *in = rq->args;

	if (check_member(rq, in->conv_id, err) < 0)
		return -1;
	return answer(rq, in->conv_id, err);
}

/* ---- conversation.change_me ---- */

struct change_args {
	int64_t conv_id;
	struct chat_patch patch;
};

#define OWN(type, name, member, given, ...)                             \
	ARG_HAS(WEB_BODY, type, name, struct change_args, patch.member, \
	    patch.given, __VA_ARGS__)
#define OWN_TEXT(type, name, member, ...)                           \
	ARG(WEB_BODY, type, name, struct change_args, patch.member, \
	    .flags = WEB_NULLABLE, __VA_ARGS__)

static const struct web_arg draft_args[] = {
	ARG(WEB_BODY, WEB_STR, "text", struct change_args, patch.draft,
	    .min = 0, .max = CHAT_DRAFT_MAX, .flags = WEB_REQUIRED,
	    .text = "What has been written."),
	ARG(WEB_BODY, WEB_INT, "version", struct change_args,
	    patch.draft_version, .min = 0, .max = INDEX_MAX,
	    .flags = WEB_REQUIRED,
	    .text = "Rises with each change; a time in ms will do."),
	WEB_ARGS_END
};

static const struct web_arg change_args[] = { ARG_CONV_ID(struct change_args),
	OWN(WEB_ENUM, "notify", notify, has_notify, .set = CHAT_NOTIFY,
	    .text = "What is pushed."),
	ARG(WEB_BODY, WEB_INT, "muted_until", struct change_args,
	    patch.muted_until_ms, .min = 0, .max = INDEX_MAX,
	    .flags = WEB_NULLABLE,
	    .text = "Until then nothing is pushed or counted; null ends it."),
	OWN(WEB_BOOL, "pinned", pinned, has_pinned,
	    .text = "At the top of the list."),
	OWN_TEXT(WEB_CHARS, "folder", folder, .min = 0, .max = CHAT_FOLDER_MAX,
	    .text = "The folder that it is in; null takes it out."),
	OWN_TEXT(WEB_CHARS, "background", background, .min = 0,
	    .max = CHAT_BACKGROUND_MAX,
	    .text = "What clients show behind it; never interpreted."),
	OWN(WEB_BOOL, "hidden", hidden, has_hidden,
	    .text = "Out of the list until a new message comes."),
	OWN(WEB_STRUCT, "draft", draft, has_draft, .of = draft_args,
	    .flags = WEB_NULLABLE,
	    .text = "A message that is not sent yet; null takes it away."),
	OWN(WEB_BOOL, "marked_unread", marked_unread, has_marked_unread,
	    .text = "Until the chat is read."),
	OWN_TEXT(WEB_CHARS, "remark", remark, .min = 0, .max = CHAT_REMARK_MAX,
	    .text = "A name or note that nobody else sees."),
	WEB_ARGS_END };

static bool is_given(const struct web_request *rq, const char *name)
{
	return json_object_get(rq->body, name) != NULL;
}

static struct str text_or_none(struct str s)
{
	return s.len ? s : STR_NONE;
}

/* null and the empty string take a text away. */
static struct chat_patch patch_of(const struct web_request *rq)
{
	const struct change_args *in = rq->args;
	struct chat_patch p = in->patch;

	p.notify--;
	p.has_muted_until = is_given(rq, "muted_until");
	p.has_folder = is_given(rq, "folder");
	p.has_background = is_given(rq, "background");
	p.has_remark = is_given(rq, "remark");
	p.folder = text_or_none(p.folder);
	p.background = text_or_none(p.background);
	p.remark = text_or_none(p.remark);
	p.has_draft = is_given(rq, "draft");
	return p;
}

static int conversation_change_me(struct web_request *rq, struct error *err)
{
	const struct change_args *in = rq->args;
	const struct publisher p = service_publisher(rq);
	const struct chat_patch patch = patch_of(rq);
	struct inbox_row event;

	if (check_member(rq, in->conv_id, err) < 0 ||
	    chat_setting_change(p.db, rq->arena, rq->caller.user_id,
		in->conv_id, &patch, &event, err) < 0)
		return -1;
	publish_chat(&p, &event);
	return answer(rq, in->conv_id, err);
}

/* ---- folder.list ---- */

struct folders_args {
	int64_t limit;
	struct str cursor;
};

static const struct web_arg folders_args[] = { ARG_LIMIT(struct folders_args),
	ARG(WEB_QUERY, WEB_CHARS, "cursor", struct folders_args, cursor,
	    .min = 1, .max = CHAT_FOLDER_MAX,
	    .text = "`next` of the previous page."),
	WEB_ARGS_END };

struct folder_page {
	struct web_request *rq;
	struct chat_folder *folders;
	size_t n;
};

/* What has changed since the figures of the folders were stored. */
static void add_changes(const struct folder_page *f,
    const struct badge_change *changes, size_t n, int64_t now_ms)
{
	for (size_t i = 0; i < n; i++) {
		const struct badge_change *g = &changes[i];
		int64_t more = g->counted - g->old_counted;

		if (g->chat.mode == CONV_PULL &&
		    chat_is_counted(&g->chat, now_ms))
			more = g->chat.unread;
		for (size_t k = 0; more && k < f->n; k++)
			if (str_eq(f->folders[k].name, g->chat.folder))
				f->folders[k].unread += more;
	}
}

static int load_folders(struct db *db, void *arg, struct error *err)
{
	struct folder_page *f = arg;
	const struct web_request *rq = f->rq;
	struct badge_change *changes;
	size_t n;

	if (chat_setting_folders(db, rq->arena, rq->caller.user_id, &f->folders,
		&f->n, err) < 0 ||
	    badge_changes(db, rq->arena, rq->caller.user_id, &changes, &n,
		err) < 0)
		return -1;
	add_changes(f, changes, n, db_clock_ms(db));
	return 0;
}

static void write_folders(struct web_request *rq, const struct folder_page *f)
{
	const struct folders_args *in = rq->args;
	struct json_writer *w = rq->out;
	size_t i = 0, end;

	while (in->cursor.p && i < f->n &&
	       str_cmp(f->folders[i].name, in->cursor) <= 0)
		i++;
	end = f->n - i > (size_t)in->limit ? i + (size_t)in->limit : f->n;
	json_begin(w);
	json_key(w, "items");
	json_begin_list(w);
	for (; i < end; i++) {
		json_begin(w);
		json_put_str(w, "folder", f->folders[i].name);
		json_put_int(w, "chats", f->folders[i].chats);
		json_put_int(w, "unread", f->folders[i].unread);
		json_end(w);
	}
	json_end_list(w);
	if (end < f->n)
		json_put_str(w, "next", f->folders[end - 1].name);
	else
		json_put_null(w, "next");
	json_end(w);
}

/* The figures and what has changed since are of one moment. */
static int folder_list(struct web_request *rq, struct error *err)
{
	struct folder_page f = { .rq = rq };

	if (db_snapshot(service_of(rq)->db, load_folders, &f, err) < 0)
		return -1;
	write_folders(rq, &f);
	return 0;
}

const struct web_route conversation_own_routes[] = {
	{
	    .method = "GET",
	    .path = "/v1/conversations/{id}/me",
	    .name = "conversation.me",
	    .summary = "The caller's settings of a chat.",
	    .auth = WEB_AUTH_USER,
	    .rate = WEB_RATE_READ,
	    .args = me_args,
	    .args_size = sizeof(struct me_args),
	    .handle = conversation_me,
	},
	{
	    .method = "PATCH",
	    .path = "/v1/conversations/{id}/me",
	    .name = "conversation.change_me",
	    .summary = "Change one's settings of a chat.",
	    .auth = WEB_AUTH_USER,
	    .rate = WEB_RATE_WRITE,
	    .args = change_args,
	    .args_size = sizeof(struct change_args),
	    .handle = conversation_change_me,
	},
	{
	    .method = "GET",
	    .path = "/v1/folders",
	    .name = "folder.list",
	    .summary = "The folders of the caller's chats.",
	    .auth = WEB_AUTH_USER,
	    .rate = WEB_RATE_READ,
	    .args = folders_args,
	    .args_size = sizeof(struct folders_args),
	    .handle = folder_list,
	},
	WEB_ROUTES_END,
};
