/* The conversation service: creating, listing, members, marks, typing. */
#include "args.h"
#include "conversation_create.h"
#include "conversation_mark.h"
#include "conversation_member.h"
#include "conversation_read.h"
#include "im/user/chat.h"
#include "im/conv/group.h"
#include "im/user/inbox.h"
#include "im/user/mark.h"
#include "im/user/user.h"
#include "service.h"

static const struct web_arg settings_args[] = {
	ARG(WEB_BODY, WEB_CHARS, "name", struct create_args, name, .min = 1,
	    .max = 128, .text = "What the conversation is called."),
	ARG(WEB_BODY, WEB_STR, "photo", struct create_args, photo, .min = 1,
	    .max = 512, .text = "A picture's URL or file."),
	ARG(WEB_BODY, WEB_STR, "announcement", struct create_args, announcement,
	    .min = 0, .max = 4096, .text = "Shown on top."),
	ARG(WEB_BODY, WEB_STR, "description", struct create_args, description,
	    .min = 0, .max = 4096, .text = "What it is for."),
	ARG(WEB_BODY, WEB_ENUM, "join", struct create_args, join,
	    .set = "invite|approval|open", .text = "How one gets in."),
	ARG(WEB_BODY, WEB_ENUM, "who_can_post", struct create_args, post,
	    .set = "all|admins", .text = "Who may send."),
	ARG(WEB_BODY, WEB_ENUM, "who_can_invite", struct create_args, invite,
	    .set = "all|admins|owner", .text = "Who may add members."),
	ARG(WEB_BODY, WEB_ENUM, "history", struct create_args, history,
	    .set = "all|since_joined", .text = "What new members may read."),
	ARG(WEB_BODY, WEB_OBJECT, "meta", struct create_args, meta, .max = 4096,
	    .text = "Never interpreted."),
	WEB_ARGS_END
};

static const struct web_arg create_args[] = {
	ARG(WEB_BODY, WEB_ENUM, "kind", struct create_args, kind,
	    .set = "direct|group|channel|self", .flags = WEB_REQUIRED,
	    .text = "What sort of conversation."),
	ARG(WEB_BODY, WEB_IDS, "members", struct create_args, members, .min = 0,
	    .max = 500, .text = "Whom to begin with, without oneself."),
	ARG_HAS(WEB_BODY, WEB_STRUCT, "settings", struct create_args, kind,
	    has_settings, .of = settings_args,
	    .text = "Settings other than the defaults."),
	ARG(WEB_BODY, WEB_PRINTABLE, "client_id", struct create_args, client_id,
	    .min = 1, .max = 64, .text = "Makes a repeat harmless."),
	WEB_ARGS_END
};

static const struct web_arg list_args[] = { ARG_LIMIT(struct list_args),
	ARG(WEB_QUERY, WEB_STR, "cursor", struct list_args, cursor, .min = 1,
	    .max = 200, .text = "Where the page before ended."),
	ARG(WEB_QUERY, WEB_STR, "folder", struct list_args, folder, .min = 1,
	    .max = 64, .text = "Only this folder."),
	ARG(WEB_QUERY, WEB_BOOL, "unread", struct list_args, unread,
	    .text = "Only chats with unread messages."),
	ARG_USERS(struct list_args), WEB_ARGS_END };

static const struct web_arg conv_args[] = { ARG_CONV_ID(struct conv_args),
	WEB_ARGS_END };

static const struct web_arg members_args[] = { ARG_CONV_ID(struct members_args),
	ARG_LIMIT(struct members_args),
	ARG(WEB_QUERY, WEB_ID, "cursor", struct members_args, cursor,
	    .text = "Where the page before ended."),
	ARG(WEB_QUERY, WEB_ENUM, "role", struct members_args, role,
	    .set = "member|admin|owner", .text = "Only this role."),
	ARG(WEB_QUERY, WEB_CHARS, "q", struct members_args, q, .min = 1,
	    .max = 64, .text = "Beginning of either name."),
	ARG_USERS(struct members_args), WEB_ARGS_END };

static const struct web_arg add_args[] = { ARG_CONV_ID(struct add_args),
	ARG(WEB_BODY, WEB_IDS, "user_ids", struct add_args, user_ids, .min = 1,
	    .max = 500, .flags = WEB_REQUIRED, .text = "Whom to add."),
	WEB_ARGS_END };

static const struct web_arg remove_args[] = { ARG_CONV_ID(struct remove_args),
	ARG(WEB_PATH, WEB_ID, "uid", struct remove_args, user_id,
	    .flags = WEB_REQUIRED, .text = "Whom to remove."),
	WEB_ARGS_END };

static const struct web_arg leave_args[] = { ARG_CONV_ID(struct leave_args),
	ARG(WEB_BODY, WEB_ID, "owner", struct leave_args, owner,
	    .text = "Who takes over from an owner."),
	WEB_ARGS_END };

static const struct web_arg mark_args[] = { ARG_CONV_ID(struct mark_args),
	ARG(WEB_BODY, WEB_INT, "conv_index", struct mark_args, conv_index,
	    .min = 0, .max = INDEX_MAX, .flags = WEB_REQUIRED,
	    .text = "How far."),
	WEB_ARGS_END };

static const struct web_arg typing_args[] = { ARG_CONV_ID(struct typing_args),
	ARG(WEB_BODY, WEB_ENUM, "state", struct typing_args, state,
	    .set = "start|stop", .flags = WEB_REQUIRED,
	    .text = "Whether it begins or ends."),
	ARG(WEB_BODY, WEB_ENUM, "type", struct typing_args, type,
	    .set = "text|voice|file", .text = "What is being made."),
	WEB_ARGS_END };

#define USER  WEB_AUTH_USER
#define READ  WEB_RATE_READ
#define WRITE WEB_RATE_WRITE

static const struct web_route routes[] = {
	{ "POST", "/v1/conversations", "conversation.create",
	    "Create a conversation.", USER, WRITE, WEB_IDEMPOTENT, 0,
	    create_args, sizeof(struct create_args), conversation_create },
	{ "GET", "/v1/conversations", "conversation.list", "My chats by rank.",
	    USER, READ, 0, 0, list_args, sizeof(struct list_args),
	    conversation_list },
	{ "GET", "/v1/conversations/{id}", "conversation.get",
	    "One conversation.", USER, READ, 0, 0, conv_args,
	    sizeof(struct conv_args), conversation_get },
	{ "GET", "/v1/conversations/{id}/members", "conversation.members",
	    "Who belongs to it.", USER, READ, 0, 0, members_args,
	    sizeof(struct members_args), conversation_members },
	{ "POST", "/v1/conversations/{id}/members", "conversation.add",
	    "Add members.", USER, WRITE, WEB_IDEMPOTENT, 0, add_args,
	    sizeof(struct add_args), conversation_add },
	{ "DELETE", "/v1/conversations/{id}/members/{uid}",
	    "conversation.remove", "Remove a member, or leave.", USER, WRITE, 0,
	    0, remove_args, sizeof(struct remove_args), conversation_remove },
	{ "POST", "/v1/conversations/{id}/leave", "conversation.leave",
	    "Leave.", USER, WRITE, WEB_IDEMPOTENT, 0, leave_args,
	    sizeof(struct leave_args), conversation_leave },
	{ "PUT", "/v1/conversations/{id}/read", "conversation.read",
	    "I have read up to here.", USER, WRITE, 0, 0, mark_args,
	    sizeof(struct mark_args), conversation_read },
	{ "PUT", "/v1/conversations/{id}/delivered", "conversation.delivered",
	    "I have received up to here.", USER, WRITE, 0, 0, mark_args,
	    sizeof(struct mark_args), conversation_delivered },
	{ "POST", "/v1/conversations/{id}/typing", "conversation.typing",
	    "I am typing.", USER, WRITE, WEB_IDEMPOTENT, 0, typing_args,
	    sizeof(struct typing_args), conversation_typing },
	{ .method = NULL }
};

int main(int argc, char **argv)
{
	static const struct db_stmt *const *const statements[] = {
		conv_statements, member_statements, mark_statements,
		chat_statements, inbox_statements, entry_statements,
		user_statements, NULL
	};

	return service_main(argc, argv, "conversation", routes, statements);
}
