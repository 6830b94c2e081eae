/* message_compose: what sending one message and sending many share. */
#ifndef CGI_MESSAGE_COMPOSE_H
#define CGI_MESSAGE_COMPOSE_H

#include "args.h"
#include "im/conv/append.h"
#include "im/conv/expiry.h"
#include "im/conv/scheduled.h"
#include "io/json_writer.h"
#include "view/content.h"
#include "web/web.h"

/* What a client sends. */
struct message_args {
	int64_t conv_id;
	struct str client_msg_id;
	int64_t type;
	json_t *content;
	struct web_ids mentions;
	bool mention_all;
	int64_t reply_to;
	struct web_ids forward_of;
	bool merge;
	struct str title;
	json_t *flags;
	json_t *meta;
	int64_t seen_index;
	int64_t send_at; /* 0: now */
	int64_t expires_in_s, expires_after_read_s;
};

#define MESSAGE_ARG(type, name, member, ...) \
	ARG(WEB_BODY, type, name, struct message_args, member, __VA_ARGS__)

/* All but conv_id. */
#define MESSAGE_ARGS                                                           \
	MESSAGE_ARG(WEB_PRINTABLE, "client_msg_id", client_msg_id, .min = 1,   \
	    .max = 64,                                                         \
	    .text = "Chosen by the client; makes the send repeatable."),       \
	    MESSAGE_ARG(WEB_ENUM, "type", type, .set = MESSAGE_TYPES,          \
		.text = "The type of the content; left out to forward."),      \
	    MESSAGE_ARG(WEB_OBJECT, "content", content,                        \
		.text = "By type; left out to forward."),                      \
	    MESSAGE_ARG(WEB_IDS, "mentions", mentions, .min = 0, .max = 50,    \
		.text = "Members to notify."),                                 \
	    MESSAGE_ARG(WEB_BOOL, "mention_all", mention_all,                  \
		.text = "Notify all members."),                                \
	    MESSAGE_ARG(WEB_ID, "reply_to", reply_to,                          \
		.text = "A message of this conversation."),                    \
	    MESSAGE_ARG(WEB_IDS, "forward_of", forward_of, .min = 1,           \
		.max = 100,                                                    \
		.text = "Messages to forward; the sender must be able to "     \
			"read them."),                                         \
	    MESSAGE_ARG(WEB_BOOL, "merge", merge,                              \
		.text = "Makes a `forward` of one message, too."),             \
	    MESSAGE_ARG(WEB_STR, "title", title, .min = 1, .max = 256,         \
		.text = "Of a `forward`."),                                    \
	    MESSAGE_ARG(WEB_VALUE, "flags", flags,                             \
		.set = "silent|no_unread|no_bump|ephemeral",                   \
		.text = "How the message is delivered."),                      \
	    MESSAGE_ARG(WEB_OBJECT, "meta", meta, .max = CONTENT_META_MAX,     \
		.text = "Never interpreted."),                                 \
	    MESSAGE_ARG(WEB_INT, "seen_index", seen_index, .min = 0,           \
		.max = INDEX_MAX,                                              \
		.text = "Moves the sender's read mark, after the send and "    \
			"before the answer."),                                 \
	    MESSAGE_ARG(WEB_INT, "expires_in_s", expires_in_s,                 \
		.min = EXPIRY_S_MIN, .max = EXPIRY_S_MAX,                      \
		.text = "When nobody sees it any more."),                      \
	    MESSAGE_ARG(WEB_INT, "expires_after_read_s", expires_after_read_s, \
		.min = EXPIRY_S_MIN, .max = EXPIRY_S_MAX,                      \
		.text = "The same, from when the other one has read it; "      \
			"`direct` only."),                                     \
	    MESSAGE_ARG(WEB_INT, "send_at", send_at, .min = 1,                 \
		.max = INDEX_MAX,                                              \
		.text = "When to send it: 5 s to 366 days ahead.")

/* A message on its way. */
struct message_draft {
	struct append_request ar; /* first: see message_send.c */
	const struct message_args *in;
	struct error refused, limited; /* ar points to them */
	struct web_request *rq;
	const json_t *body;         /* as it was sent */
	struct entry reply;         /* msg_id 0: it is none */
	struct scheduled scheduled; /* msg_id 0: it is not */
	bool is_ephemeral;
	bool is_by_key; /* its client id stands for an Idempotency-Key */
};

/*
 * Checks a message and makes the request for the appender.  body: what the
 * client sent, with the fields of `in`.  key: what stands for a client id where
 * there is none, or p NULL.  An error that would not concern a repeat is left
 * to the appender.
 */
int message_compose(struct web_request *rq, const struct message_args *in,
    const json_t *body, struct str key, struct message_draft *d,
    struct error *err);

/* Sends one that is ephemeral, and writes the answer. */
int message_send_ephemeral(struct message_draft *d, struct json_writer *w,
    struct error *err);

/* Schedules one that has send_at.  message_put_answer() tells as what, or, of a
 * repeat that comes late, as what it was sent. */
int message_schedule(struct message_draft *d, struct error *err);

/* Behind the append of one that was not refused: wakes fan-out if it is left to
 * it, and moves the sender's read mark. */
int message_sent(const struct message_draft *d, struct error *err);
/* Whether the answer is that of a new message, of one that is scheduled. */
bool message_is_new(const struct message_draft *d);
bool message_is_scheduled(const struct message_draft *d);
/* Writes the answer. */
void message_put_answer(const struct message_draft *d, struct json_writer *w);

/* The process's appender. */
struct appender *message_appender(void);

#endif
