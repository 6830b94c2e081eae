/* The message service: sending, history. */
#include "args.h"
#include "message_send.h"
#include "message_read.h"
#include "service.h"

static const struct web_arg send_args[] = { ARG_CONV_ID(struct send_args),
	ARG(WEB_BODY, WEB_PRINTABLE, "client_msg_id", struct send_args,
	    client_msg_id, .min = 1, .max = 64,
	    .text = "The sender's own id; makes a repeat harmless."),
	ARG(WEB_BODY, WEB_ENUM, "type", struct send_args, type,
	    .set = "text|image|audio|video|file|location|card|custom",
	    .flags = WEB_REQUIRED, .text = "What the content is."),
	ARG(WEB_BODY, WEB_OBJECT, "content", struct send_args, content,
	    .flags = WEB_REQUIRED, .text = "Depends on type."),
	ARG(WEB_BODY, WEB_IDS, "mentions", struct send_args, mentions, .min = 0,
	    .max = 50, .text = "Members to call."),
	ARG(WEB_BODY, WEB_BOOL, "mention_all", struct send_args, mention_all,
	    .text = "Call everybody."),
	ARG(WEB_BODY, WEB_ID, "reply_to", struct send_args, reply_to,
	    .text = "A message of this conversation."),
	ARG(WEB_BODY, WEB_IDS, "forward_of", struct send_args, forward_of,
	    .min = 1, .max = 100, .text = "Messages that are passed on."),
	ARG(WEB_BODY, WEB_VALUE, "flags", struct send_args, flags,
	    .text = "silent, no_unread, no_bump, ephemeral."),
	ARG(WEB_BODY, WEB_OBJECT, "meta", struct send_args, meta,
	    .max = MESSAGE_META_MAX, .text = "Never interpreted."),
	ARG(WEB_BODY, WEB_INT, "seen_index", struct send_args, seen_index,
	    .min = 0, .max = INDEX_MAX,
	    .text = "Moves the sender's read mark."),
	WEB_ARGS_END };

static const struct web_arg history_args[] = { ARG_CONV_ID(struct history_args),
	ARG_HAS(WEB_QUERY, WEB_INT, "before", struct history_args, before,
	    has_before, .min = 0, .max = INDEX_MAX,
	    .text = "Entries below this index."),
	ARG_HAS(WEB_QUERY, WEB_INT, "after", struct history_args, after,
	    has_after, .min = 0, .max = INDEX_MAX,
	    .text = "Entries above this index."),
	ARG_HAS(WEB_QUERY, WEB_INT, "around", struct history_args, around,
	    has_around, .min = 0, .max = INDEX_MAX,
	    .text = "Entries with this index in their middle."),
	ARG_LIMIT(struct history_args), ARG_USERS(struct history_args),
	WEB_ARGS_END };

static const struct web_arg get_args[] = {
	ARG(WEB_PATH, WEB_ID, "msg_id", struct get_args, msg_id,
	    .flags = WEB_REQUIRED, .text = "The message."),
	WEB_ARGS_END
};

static const struct web_route routes[] = {
	{ "POST", "/v1/conversations/{id}/messages", "message.send",
	    "Send a message.", WEB_AUTH_USER, WEB_RATE_NONE, WEB_IDEMPOTENT, 0,
	    send_args, sizeof(struct send_args), message_send },
	{ "GET", "/v1/conversations/{id}/messages", "message.history",
	    "Read the log of a conversation.", WEB_AUTH_USER, WEB_RATE_READ, 0,
	    0, history_args, sizeof(struct history_args), message_history },
	{ "GET", "/v1/messages/{msg_id}", "message.get", "Read one message.",
	    WEB_AUTH_USER, WEB_RATE_READ, 0, 0, get_args,
	    sizeof(struct get_args), message_get },
	{ .method = NULL }
};

int main(int argc, char **argv)
{
	return message_main(argc, argv, routes);
}
