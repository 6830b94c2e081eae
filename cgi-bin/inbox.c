/* The inbox service: cold start, pull, heads. */
#include "args.h"
#include "im/user/chat.h"
#include "im/conv/conv.h"
#include "im/conv/entry.h"
#include "im/user/inbox.h"
#include "im/user/mark.h"
#include "im/conv/member.h"
#include "im/user/session.h"
#include "im/user/user.h"
#include "inbox_pull.h"
#include "inbox_sync.h"
#include "inbox_live.h"
#include "service.h"

static const struct web_arg sync_args[] = { ARG_LIMIT(struct sync_args),
	ARG_USERS(struct sync_args), WEB_ARGS_END };

static const struct web_arg pull_args[] = {
	ARG(WEB_QUERY, WEB_INT, "after", struct pull_args, after, .min = 0,
	    .max = INDEX_MAX, .flags = WEB_REQUIRED,
	    .text = "The user_index that the client has."),
	ARG(WEB_QUERY, WEB_INT, "limit", struct pull_args, limit, .min = 1,
	    .max = LIMIT_MAX, .def = LIMIT_MAX,
	    .text = "How many events at the most."),
	ARG(WEB_QUERY, WEB_STR, "stream_id", struct pull_args, stream_id,
	    .min = 1, .max = 64, .text = "The stream that after counts in."),
	ARG_USERS(struct pull_args), WEB_ARGS_END
};

static const struct web_arg heads_args[] = {
	ARG(WEB_BODY, WEB_VALUE, "items", struct heads_args, items,
	    .flags = WEB_REQUIRED, .text = "Users and their sessions."),
	WEB_ARGS_END
};

static const struct web_arg ack_args[] = {
	ARG(WEB_BODY, WEB_INT, "user_index", struct ack_args, user_index,
	    .min = 0, .max = INDEX_MAX, .flags = WEB_REQUIRED,
	    .text = "Stored up to here."),
	WEB_ARGS_END
};

static const struct web_route routes[] = {
	{ "GET", "/v1/sync", "inbox.sync", "Cold start.", WEB_AUTH_USER,
	    WEB_RATE_READ, 0, 0, sync_args, sizeof(struct sync_args),
	    inbox_sync },
	{ "GET", "/v1/inbox", "inbox.pull", "Events after an index.",
	    WEB_AUTH_USER, WEB_RATE_READ, 0, 0, pull_args,
	    sizeof(struct pull_args), inbox_pull },
	{ "GET", "/v1/inbox/head", "inbox.head", "The newest index.",
	    WEB_AUTH_USER, WEB_RATE_READ, 0, 0, NULL, 0, inbox_head },
	{ "POST", "/internal/live/heads", "inbox.live_heads",
	    "Heads for heartbeats.", WEB_AUTH_NONE, WEB_RATE_NONE,
	    WEB_INTERNAL | WEB_QUIET, 0, heads_args, sizeof(struct heads_args),
	    inbox_live_heads },
	{ "POST", "/internal/live/ack", "inbox.live_ack",
	    "What a device has stored.", WEB_AUTH_USER, WEB_RATE_NONE,
	    WEB_INTERNAL | WEB_QUIET, 0, ack_args, sizeof(struct ack_args),
	    inbox_live_ack },
	{ .method = NULL }
};

int main(int argc, char **argv)
{
	static const struct db_stmt *const *const statements[] = {
		inbox_statements, chat_statements, conv_statements,
		entry_statements, member_statements, mark_statements,
		user_statements, NULL
	};

	return service_main(argc, argv, "inbox", routes, statements);
}
