#include "service.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "im/user/badge.h"
#include "im/user/personal.h"
#include "im/user/search.h"
#include "im/user/user_setting.h"

#define RECHECK_MS 1000

static const char *service_name;
static const struct db_stmt *const *const *own_statements;
static int n_threads;
static void (*at_end)(void);

/* Set once the schema has been checked. */
static bool is_checked;

static const struct db_stmt *const *const shared_statements[] = {
	app_statements, app_key_statements, server_key_statements,
	user_statements, search_statements, session_statements,
	session_jwt_statements, node_statements, audit_statements,
	jwt_key_statements, idem_statements, inbox_statements,
	inbox_ack_statements, app_log_statements, generation_statements,
	chat_statements, personal_statements, badge_statements,
	user_setting_statements, NULL
};

static int check_lists(struct db *db, const struct db_stmt *const *const *list,
    struct error *err)
{
	for (; *list; list++) {
		if (db_check(db, *list, err) < 0)
			return -1;
	}
	return 0;
}

static int check_schema(struct db *db, struct error *err)
{
	if (check_lists(db, shared_statements, err) < 0 ||
	    check_lists(db, own_statements, err) < 0)
		return -1;
	__atomic_store_n(&is_checked, true, __ATOMIC_RELAXED);
	return 0;
}

/*
 * Starts even if the database is unavailable: requests get 503 until it is
 * back, and then one of them runs this check.
 */
static int before_serve(struct error *err)
{
	struct db *db = db_new(service_name);
	int rc = check_schema(db, err);

	db_free(&db);
	if (rc < 0 && err->code == ERR_BUSY) {
		log_info("start", "database=away");
		return 0;
	}
	return rc;
}

void service_check(struct service *s)
{
	static int64_t next_ms;
	int64_t now = clock_mono_ms();
	struct error err;

	if (__atomic_load_n(&is_checked, __ATOMIC_RELAXED) ||
	    now < __atomic_load_n(&next_ms, __ATOMIC_RELAXED))
		return;
	__atomic_store_n(&next_ms, now + RECHECK_MS, __ATOMIC_RELAXED);
	if (check_schema(s->db, &err) < 0 && err.code != ERR_BUSY)
		die(EX_SOFTWARE, "%s", err.detail);
}

struct service *service_of(struct web_request *rq)
{
	return rq->thread;
}

struct publisher service_publisher(struct web_request *rq)
{
	const struct service *s = rq->thread;

	return (struct publisher){ s->db, s->cache, s->bus, rq->arena };
}

static void *thread_new(void)
{
	struct service *s = calloc(1, sizeof(*s));

	if (!s)
		die(EX_OSERR, "out of memory");
	__atomic_add_fetch(&n_threads, 1, __ATOMIC_RELAXED);
	s->db = db_new(service_name);
	s->cache = cache_new();
	s->bus = bus_new(s->cache);
	arena_init(&s->origins_arena);
	return s;
}

static void thread_free(void *thread)
{
	struct service *s = thread;

	/* The last thread ends what the threads share. */
	if (__atomic_sub_fetch(&n_threads, 1, __ATOMIC_ACQ_REL) == 0) {
		if (at_end)
			at_end();
		node_release(s->db);
	}
	if (s->own)
		s->own_free(s->own);
	bus_free(&s->bus);
	cache_free(&s->cache);
	db_free(&s->db);
	arena_release(&s->origins_arena);
	free(s);
}

void service_at_end(void (*fn)(void))
{
	at_end = fn;
}

int service_main(int argc, char **argv, const char *name,
    const struct web_route *const *groups,
    const struct db_stmt *const *const *statements)
{
	const struct web_app app = {
		.name = name,
		.groups = groups,
		.thread_new = thread_new,
		.thread_free = thread_free,
		.authenticate = service_authenticate,
		.rate = service_rate,
		.once = service_once,
		.origin_allowed = service_origin_allowed,
	};

	service_name = name;
	own_statements = statements;
	return web_main(argc, argv, &app, before_serve);
}
