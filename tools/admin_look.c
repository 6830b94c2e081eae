/* Looking at conversations and the audit log. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "admin.h"
#include "im/conv/conv.h"
#include "im/conv/mode.h"
#include "im/site/audit.h"
#include "io/bus_wake.h"

static void print_conv(const struct conv *c)
{
	printf("%" PRId64 "\t%.*s\t%.*s\t%" PRId64 "\t%" PRId64 "\t%" PRId64
	       "\t%s\t%s\t%.*s\n",
	    c->conv_id, STR_ARG(str_word(CONV_KINDS, c->kind)),
	    STR_ARG(str_word(CONV_MODES, c->mode)), c->member_count,
	    c->last_index, c->created_by, admin_time(c->created_ms),
	    admin_time(c->dissolved_ms), STR_ARG(c->name));
}

static void print_head(void)
{
	puts("conv_id\tkind\tmode\tmembers\tlast_index\tcreated_by\tcreated\t"
	     "dissolved\tname");
}

static int conv_list_command(struct admin *ad, struct error *err)
{
	const char *kind = admin_option(ad, "kind");
	const char *after = admin_option(ad, "after");
	int64_t limit, number = 1, after_id = 0;
	struct conv *rows;
	struct app app;
	size_t n;

	while (kind && number <= CONV_SELF &&
	       !str_is(str_word(CONV_KINDS, number), kind))
		number++;
	if (!kind)
		number = CONV_GROUP;
	if (number > CONV_SELF)
		return err_set(err, ERR_INVALID_ARGUMENT,
		    "a kind is one of " CONV_KINDS);
	if ((after && admin_id(after, &after_id, err) < 0) ||
	    admin_number(ad, "limit", 1, 10000, 100, &limit, err) < 0 ||
	    admin_app(ad, ad->words[0], &app, err) < 0 ||
	    conv_page(ad->db, ad->arena, app.app_id, number, after_id, limit,
		&rows, &n, err) < 0)
		return -1;
	print_head();
	for (size_t i = 0; i < n; i++)
		print_conv(&rows[i]);
	return 0;
}

static int conv_show_command(struct admin *ad, struct error *err)
{
	struct conv c;
	int64_t id;

	if (admin_id(ad->words[0], &id, err) < 0 ||
	    conv_get(ad->db, ad->arena, id, &c, err) < 0)
		return -1;
	print_head();
	print_conv(&c);
	return 0;
}

static int conv_mode_command(struct admin *ad, struct error *err)
{
	static const enum conv_forced forced[] = { 0, MODE_FORCED_PUSH,
		MODE_FORCED_PULL, MODE_AUTO };
	int64_t id, mode = 1;
	struct conv c;

	while (mode < 4 &&
	       !str_is(str_word(CONV_MODES "|auto", mode), ad->words[1]))
		mode++;
	if (mode == 4)
		return err_set(err, ERR_INVALID_ARGUMENT,
		    "a mode is one of " CONV_MODES "|auto");
	if (admin_id(ad->words[0], &id, err) < 0 ||
	    mode_set(ad->db, ad->arena, id, forced[mode], &c, err) < 0)
		return -1;
	bus_wake("fanout");
	print_head();
	print_conv(&c);
	return 0;
}

static int audit_list_command(struct admin *ad, struct error *err)
{
	const char *actor = admin_option(ad, "actor");
	const char *action = admin_option(ad, "action");
	struct audit_query q = { .before_ms = INT64_MAX,
		.before_id = INT64_MAX,
		.actor = str_of(actor),
		.action = str_of(action) };
	struct audit *rows, next;
	struct app app;
	size_t n;

	if (admin_number(ad, "limit", 1, AUDIT_SCAN, 100, &q.limit, err) < 0 ||
	    admin_app(ad, ad->words[0], &app, err) < 0)
		return -1;
	q.app_id = app.app_id;
	puts("at\tactor\taction\tuser_id\tdetail");
	for (int64_t left = q.limit; left > 0; left -= (int64_t)n) {
		q.limit = left;
		if (audit_list(ad->db, ad->arena, &q, &rows, &n, &next, err) <
		    0)
			return -1;
		for (size_t i = 0; i < n; i++)
			printf("%s\t%.*s\t%.*s\t%" PRId64 "\t%.*s\n",
			    admin_time(rows[i].at_ms), STR_ARG(rows[i].actor),
			    STR_ARG(rows[i].action), rows[i].user_id,
			    STR_ARG(rows[i].detail));
		if (!next.audit_id)
			break;
		q.before_ms = next.at_ms;
		q.before_id = next.audit_id;
	}
	return 0;
}

const struct admin_command admin_look_commands[] = {
	{ "conversation", "list", "APP [--kind K] [--after ID] [--limit N]", 1,
	    1, "kind= after= limit=",
	    "lists conversations of a kind (group), by id", conv_list_command },
	{ "conversation", "show", "CONV_ID", 1, 1, "", "shows one",
	    conv_show_command },
	{ "conversation", "mode", "CONV_ID push|pull|auto", 2, 2, "",
	    "write or read diffusion, or by the number of members and load",
	    conv_mode_command },
	{ "audit", "list", "APP [--actor A] [--action A] [--limit N]", 1, 1,
	    "actor= action= limit=",
	    "lists what keys and operators did, newest first",
	    audit_list_command },
	{ 0 },
};
