/*
 * flood: creates many users, conversations and entries through lib/im, for
 * tests and benchmarks of the consumers of the log.
 *
 *   flood -c CONF [-s SEED] [-u USERS] [-d DIRECTS] [-g GROUPS] [-m MEMBERS]
 *         [-n MESSAGES of each conversation] [-x CHANGES of each group]
 *         [-p SWITCHES of mode, in a hundred changes] [-w 1]
 *
 * The same seed makes the same data; -w wakes im-fanout after each
 * conversation, as a sender would.  With -p, members also mark what they have
 * read.  Prints "app_id entries rows": rows is how many inbox rows fan-out
 * would write for the entries if no member joined or left.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/conf.h"
#include "base/crypto.h"
#include "base/log.h"
#include "im/site/app.h"
#include "im/conv/append.h"
#include "im/conv/conv_setting.h"
#include "im/conv/group.h"
#include "im/conv/group_create.h"
#include "im/conv/mode.h"
#include "im/site/node.h"
#include "im/user/mark.h"
#include "im/user/user.h"
#include "im/user/user_create.h"
#include "io/bus_wake.h"
#include "io/db_account.h"

#define BATCH 50

struct flood {
	const char *conf;
	int64_t seed, users, directs, groups, members, messages, changes;
	int64_t switches, wake;
	struct db *db;
	struct cache *cache;
	struct appender *appender;
	struct arena arena;
	int64_t app_id;
	int64_t *user_ids;
	int64_t entries, rows;
	uint64_t chance;
};

/* xorshift64*, for reproducible data. */
static int64_t pick(struct flood *f, int64_t n)
{
	f->chance ^= f->chance >> 12;
	f->chance ^= f->chance << 25;
	f->chance ^= f->chance >> 27;
	return (int64_t)((f->chance * UINT64_C(2685821657736338717)) >> 33) % n;
}

static void check(int rc, const struct error *err)
{
	if (rc < 0)
		die(err_info(err->code)->exit_code, "%s", err->detail);
}

static struct str member_body(struct arena *a, const struct group_news *news)
{
	struct buf b;
	struct str s;

	buf_init(&b);
	buf_printf(&b, "\"content\":{\"action\":\"%s\",\"user_ids\":[",
	    news->action);
	for (size_t i = 0; i < news->n; i++)
		buf_printf(&b, "%s\"%" PRId64 "\"", i ? "," : "",
		    news->users[i]);
	buf_cstr(&b, "]}");
	s = arena_str(a, buf_view(&b));
	buf_release(&b);
	return s;
}

static void make_people(struct flood *f)
{
	struct app app = { .title = STR(""), .origins = STR("") };
	struct error err;

	app.name = arena_printf(&f->arena, "flood-%" PRId64, clock_mono_us());
	check(app_create(f->db, &f->arena, &app, &err), &err);
	f->app_id = app.app_id;
	f->user_ids = calloc((size_t)f->users, sizeof(*f->user_ids));
	if (!f->user_ids)
		die(EX_OSERR, "out of memory");
	for (int64_t i = 0; i < f->users; i++) {
		struct user u = { .app_id = f->app_id };

		u.username = arena_printf(&f->arena, "u%" PRId64, i);
		check(user_create(f->db, &f->arena, &u, STR_NONE, &err), &err);
		f->user_ids[i] = u.user_id;
		arena_rewind(&f->arena);
	}
}

static struct group_actor actor(const struct flood *f, int64_t user_id)
{
	return (struct group_actor){ f->app_id, user_id, member_body, 0 };
}

/* n distinct users from a random place on, the creator first; for n 2, any two
 * users. */
static int64_t *circle(struct flood *f, int64_t n)
{
	int64_t *ids = ARENA_ARRAY(&f->arena, (size_t)n, int64_t);
	int64_t first = pick(f, f->users);

	for (int64_t i = 0; i < n; i++)
		ids[i] = f->user_ids[(first + i) % f->users];
	if (n == 2)
		ids[1] =
		    f->user_ids[(first + 1 + pick(f, f->users - 1)) % f->users];
	return ids;
}

static void prepare(struct flood *f, struct append_request *rq, int64_t conv_id,
    const int64_t *members, int64_t n, int64_t number)
{
	struct error err;
	int64_t dice = pick(f, 100), *named;

	*rq = (struct append_request){ .app_id = f->app_id,
		.conv_id = conv_id,
		.sender_id = members[pick(f, n)],
		.type = MESSAGE_TEXT };
	check(node_next_id(f->db, &rq->msg_id, &err), &err);
	rq->client_msg_id = arena_printf(&f->arena, "m-%" PRId64, number);
	rq->fingerprint = rq->client_msg_id;
	rq->body = arena_printf(&f->arena,
	    "\"content\":{\"text\":\"message %" PRId64 "\"}", number);
	if (dice < 5) {
		named = ARENA_NEW(&f->arena, int64_t);
		*named = members[pick(f, n)];
		rq->mentions = named;
		rq->n_mentions = 1;
		rq->flags |= ENTRY_MENTIONS;
		rq->body = arena_printf(&f->arena,
		    "%.*s,\"mentions\":[\"%" PRId64 "\"]", STR_ARG(rq->body),
		    *named);
	} else if (dice < 7) {
		rq->flags |= ENTRY_MENTION_ALL;
	} else if (dice < 10) {
		rq->flags |= ENTRY_NO_UNREAD;
	} else if (dice < 12) {
		rq->flags |= ENTRY_NO_BUMP;
	}
}

/* Sends of users who have left, and mentions of them, are refused. */
static void talk(struct flood *f, int64_t conv_id, const int64_t *members,
    int64_t n, int64_t messages)
{
	struct append_request rqs[BATCH];

	for (int64_t done = 0; done < messages;) {
		size_t k = 0;

		while (k < BATCH && done < messages)
			prepare(f, &rqs[k++], conv_id, members, n, done++);
		append_send_all(f->appender, rqs, k);
		for (size_t i = 0; i < k; i++) {
			f->entries += rqs[i].result == 0;
			if (rqs[i].result &&
			    rqs[i].error.code != ERR_NOT_FOUND &&
			    rqs[i].error.code != ERR_INVALID_ARGUMENT)
				check(-1, &rqs[i].error);
		}
		f->rows += (int64_t)k * n;
	}
}

static void come_and_go(struct flood *f, int64_t conv_id,
    const int64_t *members, int64_t n)
{
	struct group_actor by = actor(f, members[0]);
	struct group_add add = { .exists = true };
	int64_t who = pick(f, n - 1) + 1;
	struct error err = { .code = ERR_NONE };
	struct conv c;
	int rc;

	switch (pick(f, 3)) {
	case 0:
		rc = group_remove(f->db, &f->arena, &by, conv_id, members[who],
		    &c, &err);
		break;
	case 1:
		by.user_id = members[who];
		rc = group_leave(f->db, &f->arena, &by, conv_id, 0, &c, &err);
		break;
	default:
		add.user_id = members[who];
		rc = group_add(f->db, &f->arena, &by, conv_id, &add, 1, &c,
		    &err);
	}
	if (rc < 0 && err.code != ERR_NOT_FOUND)
		check(rc, &err);
	f->entries++;
}

/* Perhaps switches the mode; somebody reads up to somewhere. */
static void turn(struct flood *f, int64_t conv_id, const int64_t *members,
    int64_t n)
{
	struct mark_result r;
	struct conv c;
	struct error err = { .code = ERR_NONE };
	int64_t conv_index = pick(f, f->messages) + 1;

	if (!f->switches)
		return;
	if (pick(f, 100) < f->switches)
		check(mode_set(f->db, &f->arena, conv_id,
			  pick(f, 2) ? MODE_FORCED_PULL : MODE_FORCED_PUSH, &c,
			  &err),
		    &err);
	check(mark_read(f->db, &f->arena, conv_id, members[pick(f, n)],
		  conv_index, NULL, &r, &err),
	    &err);
}

static void make_conv(struct flood *f, int64_t kind, int64_t n, int64_t changes)
{
	int64_t *members = circle(f, n);
	struct group_actor by = actor(f, members[0]);
	struct group_create what = { .conv = { .kind = kind,
					 .who_can_mention_all = WHO_ALL },
		.members = members + 1,
		.n_members = (size_t)n - 1 };
	int64_t share = f->messages / (changes + 1), conv_id;
	struct error err;

	what.conv.name = STR("flood");
	what.conv.mode = CONV_PUSH;
	conv_setting_defaults(&what.conv);
	check(group_create(f->db, &f->arena, &by, &what, &err), &err);
	conv_id = what.result.conv_id;
	for (int64_t i = 0; i < changes; i++) {
		talk(f, conv_id, members, n, share);
		come_and_go(f, conv_id, members, n);
		turn(f, conv_id, members, n);
	}
	talk(f, conv_id, members, n, f->messages - share * changes);
	if (f->wake)
		bus_wake("fanout");
	arena_rewind(&f->arena);
}

static void parse(struct flood *f, int argc, char **argv)
{
	int64_t *number;
	int c;

	while ((c = getopt(argc, argv, "c:s:u:d:g:m:n:x:p:w:")) != -1) {
		number = c == 's'   ? &f->seed
			 : c == 'u' ? &f->users
			 : c == 'd' ? &f->directs
			 : c == 'g' ? &f->groups
			 : c == 'm' ? &f->members
			 : c == 'n' ? &f->messages
			 : c == 'x' ? &f->changes
			 : c == 'p' ? &f->switches
			 : c == 'w' ? &f->wake
				    : NULL;
		if (c == 'c')
			f->conf = optarg;
		else if (!number || !str_to_int(str_of(optarg), number))
			die(EX_USAGE, "see the head of flood.c");
	}
	if (f->users < 2 || f->members < 2 || f->members > f->users)
		die(EX_USAGE, "needs 2 <= members <= users");
	f->chance = (uint64_t)f->seed * 2 + 1;
}

int main(int argc, char **argv)
{
	static struct flood f = { .seed = 1,
		.users = 20,
		.directs = 10,
		.groups = 3,
		.members = 8,
		.messages = 20,
		.changes = 0 };

	log_init("flood", LOG_INFO);
	crypto_init();
	parse(&f, argc, argv);
	conf_load(f.conf, NULL, 0);
	arena_init(&f.arena);
	db_account_use(DB_MIGRATOR);
	f.db = db_new("flood");
	f.cache = cache_new();
	f.appender = appender_new(NULL);
	make_people(&f);
	for (int64_t i = 0; i < f.directs; i++)
		make_conv(&f, CONV_DIRECT, 2, 0);
	for (int64_t i = 0; i < f.groups; i++)
		make_conv(&f, CONV_GROUP, f.members, f.changes);
	printf("%" PRId64 " %" PRId64 " %" PRId64 "\n", f.app_id, f.entries,
	    f.rows);
	node_release(f.db);
	appender_free(&f.appender);
	cache_free(&f.cache);
	db_free(&f.db);
	arena_release(&f.arena);
	free(f.user_ids);
	return 0;
}
