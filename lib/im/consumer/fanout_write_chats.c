#include "im/consumer/fanout_write_chats.h"

static void chat_of(struct fanout_chat *chat, const struct fanout_conv *c,
    const struct fanout_member *m)
{
	int64_t hi = m->left_index && m->left_index < c->to ? m->left_index
							    : c->to;

	for (int64_t at = m->joined_index > c->lo ? m->joined_index : c->lo;
	     at <= hi; at++) {
		const struct entry *e = &c->entries[at - c->lo];

		if (!chat->first_ms)
			chat->first_ms = e->sent_ms;
		if (entry_bumps(e))
			chat->bump_ms = e->sent_ms;
		if (at == m->joined_index) {
			chat->base_index = at;
			chat->base_ordinal = e->ordinal;
			/* Their own entries before it, if any are loaded. */
			chat->base_own = chat->own_ordinal ? chat->own_ordinal
							   : -1;
		}
		if (e->sender_id == m->user_id)
			chat->own_ordinal = e->own_ordinal;
		if (e->kind == ENTRY_MESSAGE)
			chat->last_message_index = e->conv_index;
		chat->last_index = e->conv_index;
		chat->last_ordinal = e->ordinal;
	}
	/* The mode alone turns: the row says how far the log has come. */
	if (c->lo > c->to) {
		chat->first_ms = c->anchor.sent_ms;
		chat->last_index = c->done_index;
		chat->last_ordinal = c->anchor.ordinal;
	}
	/* Of several intervals the latest decides.  The row of a member who
	 * has left is final, so it is complete in either mode. */
	chat->listed = !m->left_index || m->left_index > c->to;
	chat->mode = chat->listed ? c->mode : CONV_PUSH;
}

/* In mode pull, fan-out updates only the rows of those who join or leave. */
static bool keeps_chat(const struct fanout_conv *c,
    const struct fanout_member *m)
{
	return c->mode == CONV_PUSH || fanout_turns(c) ||
	       m->joined_index >= c->lo ||
	       (m->left_index && m->left_index <= c->to);
}

size_t fanout_chats(const struct fanout_conv *c,
    struct inbox_seq *const *seq_of, struct fanout_chat *out)
{
	size_t n = 0;

	for (size_t i = 0; i < c->n_members; i++) {
		const struct fanout_member *m = &c->members[i];

		if (!seq_of[m->place] || !keeps_chat(c, m))
			continue;
		if (!n || out[n - 1].user_id != m->user_id)
			out[n++] = (struct fanout_chat){ .user_id = m->user_id,
				.conv_id = c->conv_id };
		chat_of(&out[n - 1], c, m);
	}
	return n;
}
