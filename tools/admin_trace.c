/* What became of a message. */
#include <inttypes.h>
#include <stdio.h>

#include "admin.h"
#include "base/id.h"
#include "im/consumer/trace.h"
#include "im/site/conv_mode.h"
#include "io/presence.h"

static void print_trace(const struct trace *t)
{
	const struct entry *e = &t->e;
	struct str type = e->type ? str_word(MESSAGE_TYPES, e->type) : STR("-");

	printf("msg_id=%" PRId64 "\napp_id=%" PRId64 "\nconv_id=%" PRId64
	       "\nconv_index=%" PRId64
	       "\nkind=%s\ntype=%.*s\nsender_id=%" PRId64 "\nstate=%s\n",
	    e->msg_id, t->c.app_id, e->conv_id, e->conv_index,
	    entry_kind_name(e->kind), STR_ARG(type), e->sender_id,
	    e->state == ENTRY_RECALLED                      ? "recalled"
	    : e->state == ENTRY_GONE || entry_is_expired(e) ? "expired"
							    : "sent");
	printf("accepted=%s\ncommitted=%s\nedited=%s\nexpires=%s\n",
	    admin_time(id_time_ms(e->msg_id)), admin_time(e->sent_ms),
	    admin_time(e->edited_ms), admin_time(e->expires_ms));
	printf("mode=%.*s\nfanout=%.*s\nmembers=%" PRId64 "\nserved=%" PRId64
	       "\nwaiting_since=%s\nparked=%s\nreason=%.*s\n",
	    STR_ARG(str_word(CONV_MODES, t->mode)),
	    STR_ARG(str_word(TRACE_STATES, t->state)), t->members, t->served,
	    admin_time(t->since_ms), admin_time(t->parked_ms),
	    STR_ARG(t->reason));
	printf("delivered=%" PRId64 "\nread=%" PRId64 "\n",
	    t->receipts.delivered, t->receipts.read);
}

static const char *yes(bool is)
{
	return is ? "yes" : "no";
}

static void print_members(struct admin *ad, const struct trace *t)
{
	struct presence *live = ARENA_ARRAY(ad->arena, t->n_items + 1,
	    struct presence);
	int64_t at = t->e.conv_index;

	for (size_t i = 0; i < t->n_items; i++)
		live[i].user_id = t->items[i].user_id;
	(void)presence_get(ad->cache, ad->arena, live, t->n_items);
	puts("user_id\tserved\tuser_index\tacked\tpresence\tplatforms\t"
	     "delivered\tread");
	for (size_t i = 0; i < t->n_items; i++) {
		const struct trace_member *m = &t->items[i];

		printf("%" PRId64 "\t%s\t%" PRId64 "\t%s\t%s\t%.*s\t%s\t%s\n",
		    m->user_id, yes(m->is_served), m->user_index,
		    m->user_index ? yes(m->acked_index >= m->user_index) : "-",
		    presence_name(live[i].state), STR_ARG(live[i].platforms),
		    yes(m->delivered_index >= at),
		    m->read_receipts ? yes(m->read_index >= at) : "-");
	}
}

static int trace_command(struct admin *ad, struct error *err)
{
	int64_t id, limit;
	struct trace t;
	int found;

	if (admin_id(ad->words[0], &id, err) < 0 ||
	    admin_number(ad, "limit", 0, TRACE_LIMIT_MAX, 20, &limit, err) < 0)
		return -1;
	found = trace_message(ad->db, ad->arena, 0, id, limit, &t, err);
	if (!found)
		return err_set(err, ERR_NOT_FOUND, "no message %s",
		    ad->words[0]);
	if (found < 0)
		return -1;
	print_trace(&t);
	if (limit)
		print_members(ad, &t);
	return 0;
}

const struct admin_command admin_trace_commands[] = {
	{ "trace", "", "MSG_ID [--limit N]", 1, 1, "limit=",
	    "what became of a message: fanned out, live, delivered, read",
	    trace_command },
	{ 0 },
};
