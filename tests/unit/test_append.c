/*
 * The appender: many threads that send to one log.  Runs against the database
 * of the shared stack (IM_SHARED), also under the thread sanitizer.
 */
#include <inttypes.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/conf.h"
#include "base/crypto.h"
#include "base/stat.h"
#include "im/conv/append.h"
#include "im/conv/conv_setting.h"
#include "im/conv/group_create.h"
#include "im/site/app.h"
#include "im/user/mark.h"
#include "im/site/node.h"
#include "im/user/user.h"
#include "im/user/user_create.h"
#include "io/db_account.h"
#include "view/view.h"

#define THREADS 12
#define SENDS   40

static struct db *db;
static struct arena arena;
static struct appender *appender;
static struct app app;
static int64_t owner_id, stranger_id, conv_id, spoilt_conv_id;
static struct error err;

static int64_t fresh_id(void)
{
	int64_t id;

	assert_int_equal(node_next_id(db, &id, &err), 0);
	return id;
}

static int64_t make_user(const char *name)
{
	struct user u = {
		.app_id = app.app_id,
		.username = str_of(name),
	};

	assert_int_equal(user_create(db, &arena, &u, STR_NONE, &err), 0);
	return u.user_id;
}

static int64_t make_group(void)
{
	struct group_actor by = {
		.app_id = app.app_id,
		.user_id = owner_id,
		.body = view_member_body,
	};
	struct group_create what = {
		.conv = { .kind = CONV_GROUP },
	};

	conv_setting_defaults(&what.conv);
	assert_int_equal(group_create(db, &arena, &by, &what, &err), 0);
	return what.result.conv_id;
}

static int set_up(void **state)
{
	const char *shared = getenv("IM_SHARED");

	(void)state;
	if (!shared)
		return -1;
	crypto_init();
	arena_init(&arena);
	conf_load(arena_printf(&arena, "%s/etc/imcloud.conf", shared).p, NULL,
	    0);
	db_account_use(DB_MIGRATOR);
	db = db_new("test");
	app.name = arena_printf(&arena, "append%" PRId64, fresh_id());
	app.title = STR("");
	app.origins = STR("");
	assert_int_equal(app_create(db, &arena, &app, &err), 0);
	owner_id = make_user("owner");
	stranger_id = make_user("stranger");
	conv_id = make_group();
	appender = appender_new(NULL);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	appender_free(&appender);
	node_release(db);
	db_free(&db);
	arena_release(&arena);
	return 0;
}

static struct append_request request(int64_t sender, const char *client_id,
    const char *fingerprint)
{
	return (struct append_request){
		.app_id = app.app_id,
		.conv_id = conv_id,
		.sender_id = sender,
		.msg_id = fresh_id(),
		.client_msg_id = str_of(client_id),
		.fingerprint = str_of(fingerprint),
		.type = MESSAGE_TEXT,
		.body = STR("\"content\":{\"text\":\"x\"}"),
	};
}

static void set_home(int home)
{
	char sql[128];

	snprintf(sql, sizeof(sql),
	    "UPDATE conv_seq SET home = %d WHERE conv_id = %" PRId64, home,
	    conv_id);
	assert_int_equal(db_run(db, sql, &err), 0);
}

static int64_t last_index(void)
{
	struct conv c;

	assert_int_equal(conv_get(db, &arena, conv_id, &c, &err), 0);
	return c.last_index;
}

/* ---- one at a time ---- */

static void test_numbers_follow(void **state)
{
	struct append_request a = request(owner_id, "n-1", "f");
	struct append_request b = request(owner_id, NULL, "f");
	int64_t before = last_index();

	(void)state;
	assert_int_equal(append_send(appender, &a, &err), 0);
	assert_int_equal(append_send(appender, &b, &err), 0);
	assert_int_equal(a.entry.conv_index, before + 1);
	assert_int_equal(b.entry.conv_index, before + 2);
	assert_int_equal(b.entry.ordinal, a.entry.ordinal + 1);
	assert_true(b.entry.sent_ms >= a.entry.sent_ms);
}

static void test_repeat_and_conflict(void **state)
{
	struct append_request first = request(owner_id, "r-1", "same");
	struct append_request again = request(owner_id, "r-1", "same");
	struct append_request other = request(owner_id, "r-1", "other");
	int64_t before = last_index();

	(void)state;
	assert_int_equal(append_send(appender, &first, &err), 0);
	assert_int_equal(append_send(appender, &again, &err), 0);
	assert_false(first.duplicate);
	assert_true(again.duplicate);
	assert_int_equal(again.entry.msg_id, first.entry.msg_id);
	assert_int_equal(again.entry.conv_index, first.entry.conv_index);
	assert_int_equal(append_send(appender, &other, &err), -1);
	assert_int_equal(err.code, ERR_CONFLICT);
	assert_int_equal(last_index(), before + 1);
}

static void test_refusals_spoil_nothing(void **state)
{
	struct append_request batch[4] = {
		request(owner_id, "b-1", "f"),
		request(stranger_id, "b-2", "f"),
		request(owner_id, "b-1", "f"),
		request(owner_id, "b-3", "f"),
	};
	int64_t before = last_index();

	(void)state;
	batch[3].mentions = &stranger_id;
	batch[3].n_mentions = 1;
	append_send_all(appender, batch, 4);
	assert_int_equal(batch[0].result, 0);
	assert_int_equal(batch[1].result, -1);
	assert_int_equal(batch[1].error.code, ERR_NOT_FOUND);
	assert_int_equal(batch[2].result, 0);
	assert_true(batch[2].duplicate);
	assert_int_equal(batch[2].entry.msg_id, batch[0].entry.msg_id);
	assert_int_equal(batch[3].result, -1);
	assert_int_equal(batch[3].error.code, ERR_INVALID_ARGUMENT);
	assert_string_equal(batch[3].error.field, "mentions.0");
	assert_int_equal(last_index(), before + 1);
}

static void test_repeat_wins_over_refusal(void **state)
{
	struct append_request first = request(owner_id, "w-1", "f");
	struct append_request again = request(owner_id, "w-1", "f");
	struct append_request fresh = request(owner_id, "w-2", "f");
	struct error why;

	(void)state;
	err_set(&why, ERR_INVALID_ARGUMENT, "found beforehand");
	again.refused = fresh.refused = &why;
	assert_int_equal(append_send(appender, &first, &err), 0);
	assert_int_equal(append_send(appender, &again, &err), 0);
	assert_true(again.duplicate);
	assert_int_equal(append_send(appender, &fresh, &err), -1);
	assert_int_equal(err.code, ERR_INVALID_ARGUMENT);
}

static void test_own_messages_count_exactly(void **state)
{
	struct append_request rq = request(owner_id, "s-1", "f");
	struct append_request other = request(owner_id, "s-2", "f");
	int64_t before = last_index();
	struct mark_result seen;

	(void)state;
	other.flags = ENTRY_NO_UNREAD;
	assert_int_equal(append_send(appender, &rq, &err), 0);
	assert_int_equal(append_send(appender, &other, &err), 0);
	assert_int_equal(rq.entry.own_ordinal, rq.entry.ordinal);
	assert_int_equal(other.entry.own_ordinal, rq.entry.own_ordinal);
	assert_int_equal(mark_read(db, &arena, conv_id, owner_id, before, NULL,
			     &seen, &err),
	    0);
	assert_true(seen.read_moved);
	assert_int_equal(seen.mark.read_index, before);
	/* All are the owner's own messages: nothing is unread. */
	assert_int_equal(seen.mark.own_at_read, seen.mark.read_ordinal);
	assert_true(seen.event.user_index > 0);
}

/* Two processes send in turn: own ordinals have no hole and no repeat. */
static void test_own_ordinals_of_two_processes(void **state)
{
	struct appender *second = appender_new(NULL);
	struct append_request rq;
	int64_t own = 0;

	(void)state;
	for (int i = 0; i < 12; i++) {
		rq = request(owner_id, NULL, "f");
		assert_int_equal(append_send(i % 4 < 2 ? appender : second, &rq,
				     &err),
		    0);
		if (i > 0)
			assert_int_equal(rq.entry.own_ordinal, own + 1);
		own = rq.entry.own_ordinal;
	}
	appender_free(&second);
}

/* The log's home is another region: nothing is written here. */
static void test_other_home(void **state)
{
	struct append_request rq = request(owner_id, "h-1", "f");
	int64_t before = last_index();

	(void)state;
	set_home(2);
	assert_int_equal(append_send(appender, &rq, &err), -1);
	assert_int_equal(err.code, ERR_HOME_UNREACHABLE);
	set_home(1);
	assert_int_equal(last_index(), before);
	assert_int_equal(append_send(appender, &rq, &err), 0);
}

/* ---- the database fails for one of a batch ---- */

#define N 9

enum spoilt {
	SPOILT_CLIENT_ID, /* longer than its column */
	SPOILT_TYPE,      /* out of the range of its column */
	SPOILT_KEY,       /* no JSON: fails while earlier sends are read */
	SPOILT_INDEX,     /* a duplicate key that nobody asked about */
	SPOILT_MAX
};

static const struct error unless_repeat = { .code = ERR_INVALID_ARGUMENT };

static void spoil(struct append_request *rq, enum spoilt how)
{
	static char longer[81];

	switch (how) {
	case SPOILT_CLIENT_ID:
		memset(longer, 'x', sizeof(longer) - 1);
		rq->client_msg_id = str_of(longer);
		break;
	case SPOILT_TYPE:
		rq->type = 1000;
		break;
	case SPOILT_KEY:
		rq->client_msg_id = STR("a\x01z");
		rq->refused = &unless_repeat;
		break;
	default:
		rq->conv_id = spoilt_conv_id;
	}
}

/* The request at `at` fails; all others are sent, in order. */
static void check_spoilt(enum spoilt how, size_t at)
{
	struct append_request batch[N];
	int64_t before = last_index(), splits = stat_get(STAT_APPEND_SPLITS);
	int64_t expected = before;

	for (size_t i = 0; i < N; i++)
		batch[i] = request(owner_id,
		    arena_printf(&arena, "p%d-%zu-%zu", (int)how, at, i).p,
		    "f");
	spoil(&batch[at], how);
	append_send_all(appender, batch, N);
	for (size_t i = 0; i < N; i++) {
		if (i == at) {
			assert_int_equal(batch[i].result, -1);
			assert_int_equal(batch[i].error.code,
			    how == SPOILT_INDEX ? ERR_DUPLICATE : ERR_INTERNAL);
			continue;
		}
		assert_int_equal(batch[i].result, 0);
		assert_false(batch[i].duplicate);
		assert_int_equal(batch[i].entry.conv_index, ++expected);
	}
	assert_int_equal(last_index(), before + N - 1);
	assert_true(stat_get(STAT_APPEND_SPLITS) > splits);
}

/* Its sequence is behind its log. */
static void make_spoilt_conv(void)
{
	struct append_request rq;
	char sql[128];

	spoilt_conv_id = make_group();
	rq = request(owner_id, "first", "f");
	rq.conv_id = spoilt_conv_id;
	assert_int_equal(append_send(appender, &rq, &err), 0);
	snprintf(sql, sizeof(sql),
	    "UPDATE conv_seq SET last_index = last_index - 1 "
	    "WHERE conv_id = %" PRId64,
	    spoilt_conv_id);
	assert_int_equal(db_run(db, sql, &err), 0);
}

static void mend_spoilt_conv(void)
{
	char sql[128];

	snprintf(sql, sizeof(sql),
	    "UPDATE conv_seq SET last_index = last_index + 1 "
	    "WHERE conv_id = %" PRId64,
	    spoilt_conv_id);
	assert_int_equal(db_run(db, sql, &err), 0);
}

static void test_one_spoils_no_other(void **state)
{
	static const size_t places[] = { 0, 4, N - 1 };

	(void)state;
	make_spoilt_conv();
	for (int how = 0; how < SPOILT_MAX; how++)
		for (size_t i = 0; i < 3; i++)
			check_spoilt((enum spoilt)how, places[i]);
	mend_spoilt_conv();
}

/* Client ids are compared by bytes. */
static void test_a_trailing_blank_is_another_id(void **state)
{
	struct append_request batch[3] = {
		request(owner_id, "k", "f"),
		request(owner_id, "k ", "g"),
		request(owner_id, "k", "f"),
	};
	struct append_request later = request(owner_id, "k  ", "f");
	int64_t before = last_index();

	(void)state;
	append_send_all(appender, batch, 3);
	assert_int_equal(batch[0].result, 0);
	assert_int_equal(batch[1].result, 0);
	assert_false(batch[1].duplicate);
	assert_int_equal(batch[1].entry.conv_index, before + 2);
	assert_int_equal(batch[2].result, 0);
	assert_true(batch[2].duplicate);
	assert_int_equal(append_send(appender, &later, &err), 0);
	assert_false(later.duplicate);
	assert_int_equal(later.entry.conv_index, before + 3);
}

/* A body of that many bytes, for which the caller has the room. */
static struct str long_body(char *text, size_t len)
{
	static const char head[] = "\"content\":{\"text\":\"";
	static const char tail[] = "\"}";

	memset(text, 'x', len);
	memcpy(text, head, sizeof(head) - 1);
	memcpy(text + len - (sizeof(tail) - 1), tail, sizeof(tail) - 1);
	return (struct str){ text, len };
}

/* A transaction takes about a MiB at most. */
static void test_bytes_are_bounded(void **state)
{
	const size_t len = 64000, n = 40;
	struct append_request *rqs = calloc(n, sizeof(*rqs));
	char *text = malloc(len);
	int64_t commits = stat_get(STAT_APPEND_COMMITS);

	(void)state;
	assert_non_null(rqs);
	assert_non_null(text);
	for (size_t i = 0; i < n; i++) {
		rqs[i] = request(owner_id, NULL, "f");
		rqs[i].body = long_body(text, len);
	}
	append_send_all(appender, rqs, n);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(rqs[i].result, 0);
	assert_true(stat_get(STAT_APPEND_COMMITS) - commits >= 3);
	free(text);
	free(rqs);
}

/* Those that go together share one whatever their size, and their number. */
static void test_together(void **state)
{
	static char text[20000];
	static struct append_request rqs[APPEND_TOGETHER_MAX];
	int64_t commits = stat_get(STAT_APPEND_COMMITS), other = make_group();
	int64_t next = last_index() + 1, next_other = 2;

	(void)state;
	for (size_t i = 0; i < APPEND_TOGETHER_MAX; i++) {
		rqs[i] = request(owner_id, NULL, "f");
		rqs[i].body = long_body(text, sizeof(text));
		rqs[i].with_next = true;
		if (i % 3 == 0)
			rqs[i].conv_id = other;
	}
	rqs[50].sender_id = stranger_id;
	append_send_all(appender, rqs, APPEND_TOGETHER_MAX);
	for (size_t i = 0; i < APPEND_TOGETHER_MAX; i++) {
		assert_int_equal(rqs[i].result, i == 50 ? -1 : 0);
		if (i != 50)
			assert_int_equal(rqs[i].entry.conv_index,
			    i % 3 ? next++ : next_other++);
	}
	assert_int_equal(stat_get(STAT_APPEND_COMMITS) - commits, 1);
}

/* ---- a log is locked ---- */

struct blocked {
	pthread_t thread;
	struct append_request rq;
	int result;
};

static void *send_blocked(void *arg)
{
	struct blocked *b = arg;
	struct error why;

	b->result = append_send(appender, &b->rq, &why);
	return NULL;
}

static void start_blocked(struct blocked *b, int64_t id, const char *name)
{
	int64_t locked = stat_get(STAT_APPEND_LOCKED);

	b->rq = request(owner_id, name, "f");
	b->rq.conv_id = id;
	assert_int_equal(pthread_create(&b->thread, NULL, send_blocked, b), 0);
	while (stat_get(STAT_APPEND_LOCKED) == locked)
		clock_sleep_ms(1);
}

/* Others do not wait for it, and its own sends follow when it is free, in their
 * order; beyond a bound they are turned away. */
static void test_locked_log_holds_up_nobody(void **state)
{
	static struct blocked blocked[40];
	int64_t id = make_group(), *ids = &id;
	struct db *other = db_new("other");
	struct conv *c;
	size_t n;
	int64_t refused = stat_get(STAT_SEND_REFUSED);
	int busy = 0, sent = 0;

	(void)state;
	assert_int_equal(db_begin(other, &err), 0);
	assert_int_equal(conv_lock(other, &arena, ids, 1, &c, &n, &err), 0);
	assert_int_equal(n, 1);
	for (int i = 0; i < 40; i++)
		start_blocked(&blocked[i], id,
		    arena_printf(&arena, "l-%d", i).p);
	/* This returns although the lock is held. */
	for (int i = 0; i < 10; i++) {
		struct append_request rq = request(owner_id,
		    arena_printf(&arena, "free-%d", i).p, "f");

		assert_int_equal(append_send(appender, &rq, &err), 0);
	}
	/* 40 wait where 16 may. */
	while (stat_get(STAT_SEND_REFUSED) - refused < 40 - 16)
		clock_sleep_ms(1);
	db_rollback(other);
	for (int i = 0; i < 40; i++) {
		pthread_join(blocked[i].thread, NULL);
		if (blocked[i].result == 0) {
			sent++;
			assert_int_equal(blocked[i].rq.entry.conv_index,
			    c->last_index + sent);
		} else {
			busy++;
			assert_int_equal(blocked[i].rq.error.code, ERR_BUSY);
		}
	}
	assert_int_equal(sent, 16);
	assert_int_equal(busy, 40 - 16);
	db_free(&other);
}

static void *send_together(void *arg)
{
	append_send_all(appender, arg, APPEND_TOGETHER_MAX);
	return NULL;
}

/* In the lane of the log, too. */
static void test_together_in_a_lane(void **state)
{
	static struct append_request rqs[APPEND_TOGETHER_MAX];
	int64_t id = make_group(), locked = stat_get(STAT_APPEND_LOCKED);
	int64_t commits;
	struct db *other = db_new("other");
	struct conv *c;
	pthread_t thread;
	size_t n;

	(void)state;
	for (size_t i = 0; i < APPEND_TOGETHER_MAX; i++) {
		rqs[i] = request(owner_id, NULL, "f");
		rqs[i].conv_id = id;
		rqs[i].with_next = true;
	}
	assert_int_equal(db_begin(other, &err), 0);
	assert_int_equal(conv_lock(other, &arena, &id, 1, &c, &n, &err), 0);
	pthread_create(&thread, NULL, send_together, rqs);
	while (stat_get(STAT_APPEND_LOCKED) - locked < APPEND_TOGETHER_MAX)
		clock_sleep_ms(1);
	commits = stat_get(STAT_APPEND_COMMITS);
	db_rollback(other);
	pthread_join(thread, NULL);
	for (int64_t i = 0; i < APPEND_TOGETHER_MAX; i++) {
		assert_int_equal(rqs[i].result, 0);
		assert_int_equal(rqs[i].entry.conv_index,
		    c->last_index + 1 + i);
	}
	assert_int_equal(stat_get(STAT_APPEND_COMMITS) - commits, 1);
	db_free(&other);
}

static void note_outcome(void *arg, struct append_request *rq)
{
	atomic_int *n = arg;

	assert_true(rq->done);
	atomic_fetch_add(n, 1);
}

struct each {
	pthread_t thread;
	struct append_request rqs[6], *list[6];
	atomic_int told;
};

static void *send_each(void *arg)
{
	struct each *e = arg;

	append_send_each(appender, e->list, 6, note_outcome, &e->told);
	return NULL;
}

static struct db *hold(const char *name, int64_t id)
{
	struct db *other = db_new(name);
	struct conv *c;
	size_t n;

	assert_int_equal(db_begin(other, &err), 0);
	assert_int_equal(conv_lock(other, &arena, &id, 1, &c, &n, &err), 0);
	assert_int_equal(n, 1);
	return other;
}

static void wait_told(struct each *e, int n)
{
	while (atomic_load(&e->told) < n)
		clock_sleep_ms(1);
}

/* Of requests that a thread sends for several callers, each is told as soon as
 * it can be, whatever the others wait for. */
static void test_each_is_told_at_once(void **state)
{
	static struct each e;
	int64_t ids[3] = { make_group(), make_group(), make_group() };
	struct db *first = hold("first", ids[0]),
		  *second = hold("second", ids[1]);

	(void)state;
	for (int i = 0; i < 6; i++) {
		e.rqs[i] = request(owner_id,
		    arena_printf(&arena, "each-%d", i).p, "f");
		e.rqs[i].conv_id = ids[i % 3];
		e.list[i] = &e.rqs[i];
	}
	e.rqs[5].sender_id = 1;
	assert_int_equal(pthread_create(&e.thread, NULL, send_each, &e), 0);
	wait_told(&e, 2);
	assert_int_equal(e.rqs[2].result, 0);
	assert_int_equal(e.rqs[5].error.code, ERR_NOT_FOUND);
	/* In either order. */
	db_rollback(second);
	wait_told(&e, 4);
	assert_int_equal(e.rqs[1].result, 0);
	assert_int_equal(e.rqs[4].entry.conv_index,
	    e.rqs[1].entry.conv_index + 1);
	assert_false(e.rqs[0].done || e.rqs[3].done);
	db_rollback(first);
	pthread_join(e.thread, NULL);
	assert_int_equal(atomic_load(&e.told), 6);
	assert_int_equal(e.rqs[3].entry.conv_index,
	    e.rqs[0].entry.conv_index + 1);
	db_free(&first);
	db_free(&second);
}

/* ---- all at once ---- */

struct sender {
	pthread_t thread;
	int number;
	struct append_request rqs[SENDS];
};

static void *send_many(void *arg)
{
	struct sender *s = arg;
	struct error ignored;
	int i;

	for (i = 0; i < SENDS; i++)
		append_send(appender, &s->rqs[i], &ignored);
	return NULL;
}

/* Threads in pairs send the same client ids. */
static void prepare(struct sender *s)
{
	int i;

	for (i = 0; i < SENDS; i++)
		s->rqs[i] = request(owner_id,
		    arena_printf(&arena, "t%d-%d", s->number / 2, i).p, "f");
}

static void test_threads(void **state)
{
	static struct sender senders[THREADS];
	const int64_t n = THREADS / 2 * SENDS;
	int64_t before = last_index();
	char *seen = calloc((size_t)n + 1, 1);
	int i, j, fresh = 0;

	(void)state;
	assert_non_null(seen);
	for (i = 0; i < THREADS; i++) {
		senders[i].number = i;
		prepare(&senders[i]);
	}
	for (i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&senders[i].thread, NULL,
				     send_many, &senders[i]),
		    0);
	for (i = 0; i < THREADS; i++)
		pthread_join(senders[i].thread, NULL);
	assert_int_equal(last_index(), before + n);
	for (i = 0; i < THREADS; i++)
		for (j = 0; j < SENDS; j++) {
			const struct append_request *rq = &senders[i].rqs[j];

			assert_int_equal(rq->result, 0);
			fresh += !rq->duplicate;
			if (!rq->duplicate)
				seen[rq->entry.conv_index - before]++;
		}
	assert_int_equal(fresh, n);
	for (i = 1; i <= n; i++)
		assert_int_equal(seen[i], 1);
	free(seen);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_numbers_follow),
		cmocka_unit_test(test_repeat_and_conflict),
		cmocka_unit_test(test_refusals_spoil_nothing),
		cmocka_unit_test(test_repeat_wins_over_refusal),
		cmocka_unit_test(test_own_messages_count_exactly),
		cmocka_unit_test(test_own_ordinals_of_two_processes),
		cmocka_unit_test(test_other_home),
		cmocka_unit_test(test_one_spoils_no_other),
		cmocka_unit_test(test_a_trailing_blank_is_another_id),
		cmocka_unit_test(test_bytes_are_bounded),
		cmocka_unit_test(test_together),
		cmocka_unit_test(test_locked_log_holds_up_nobody),
		cmocka_unit_test(test_together_in_a_lane),
		cmocka_unit_test(test_each_is_told_at_once),
		cmocka_unit_test(test_threads),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
