/*
 * The appender: many threads that send to one log.  Runs against the database
 * of the shared stack (IM_SHARED), also under the thread sanitizer.
 */
#include <inttypes.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/conf.h"
#include "base/crypto.h"
#include "im/conv/append.h"
#include "im/conv/conv_setting.h"
#include "im/conv/group_create.h"
#include "im/site/app.h"
#include "im/user/mark.h"
#include "im/site/node.h"
#include "im/user/user.h"
#include "view/view.h"

#define THREADS 12
#define SENDS   40

static struct db *db;
static struct arena arena;
static struct appender *appender;
static struct app app;
static int64_t owner_id, stranger_id, conv_id;
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

static int set_up(void **state)
{
	const char *shared = getenv("IM_SHARED");
	struct group_actor by = { .body = view_member_body };
	struct group_create what = {
		.conv = { .kind = CONV_GROUP },
	};

	(void)state;
	if (!shared)
		return -1;
	crypto_init();
	arena_init(&arena);
	conf_load(arena_printf(&arena, "%s/etc/imcloud.conf", shared).p, NULL,
	    0);
	db = db_new("test");
	app.name = arena_printf(&arena, "append%" PRId64, fresh_id());
	app.title = STR("");
	app.origins = STR("");
	assert_int_equal(app_create(db, &arena, &app, &err), 0);
	owner_id = make_user("owner");
	stranger_id = make_user("stranger");
	by.app_id = app.app_id;
	by.user_id = owner_id;
	conv_setting_defaults(&what.conv);
	assert_int_equal(group_create(db, &arena, &by, &what, &err), 0);
	conv_id = what.result.conv_id;
	appender = appender_new();
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
	assert_int_equal(mark_read(db, &arena, conv_id, owner_id, before, &seen,
			     &err),
	    0);
	assert_true(seen.read_moved);
	assert_int_equal(seen.mark.read_index, before);
	/* All are the owner's own messages: nothing is unread. */
	assert_int_equal(seen.mark.own_at_read, seen.mark.read_ordinal);
	assert_true(seen.event.user_index > 0);
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
		cmocka_unit_test(test_other_home),
		cmocka_unit_test(test_threads),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
