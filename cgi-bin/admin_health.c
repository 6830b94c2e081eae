/* Health of this installation. */
#include "admin.h"

#include "admin_services.h"

#include "im/site/health.h"
#include "io/json_writer.h"
#include "service.h"
#include "io/cache.h"

#define FANOUT_LAG_MAX_MS 5000
/* im-search runs every minute. */
#define SEARCH_LAG_MAX_MS 120000
#define ANSWER_MS         1000
#define ANSWER_S          1

static const char *ok_or_down(bool is_ok)
{
	return is_ok ? "ok" : "down";
}

static int admin_live(struct web_request *rq, struct error *err)
{
	(void)err;
	json_begin(rq->out);
	json_put_cstr(rq->out, "status", "ok");
	json_end(rq->out);
	return 0;
}

static bool live_works(void)
{
	struct bus_node nodes[BUS_NODES_MAX];
	size_t n = bus_nodes(nodes);

	for (size_t i = 0; i < n; i++) {
		if (!bus_node_answers(&nodes[i], ANSWER_MS))
			return false;
	}
	return true;
}

/* Over a connection of its own: a database that hangs holds up no thread longer
 * than this. */
static bool db_works(struct arena *a, int64_t *fanout_ms_out,
    int64_t *search_ms_out)
{
	struct db *db = db_new("health");
	struct error err;
	bool works;

	db_be_quick(db, ANSWER_S);
	works = health_fanout_lag(db, a, fanout_ms_out, &err) == 0 &&
		health_search_lag(db, a, search_ms_out, &err) == 0;
	db_free(&db);
	return works;
}

static void put_services(struct json_writer *w, const struct str *down,
    size_t n)
{
	json_key(w, "services");
	json_begin(w);
	json_put_cstr(w, "status", ok_or_down(n == 0));
	if (n) {
		json_key(w, "down");
		json_begin_list(w);
		for (size_t i = 0; i < n; i++)
			json_str(w, down[i]);
		json_end_list(w);
	}
	json_end(w);
}

static bool is_late(int64_t lag_ms, int64_t max_ms)
{
	return lag_ms < 0 || lag_ms > max_ms;
}

/* lag_ms below 0: unknown. */
static void put_consumer(struct json_writer *w, const char *name, bool db,
    int64_t lag_ms, int64_t max_ms)
{
	json_key(w, name);
	json_begin(w);
	json_put_cstr(w, "status",
	    !db                       ? "down"
	    : is_late(lag_ms, max_ms) ? "degraded"
				      : "ok");
	if (db && lag_ms >= 0)
		json_put_int(w, "lag_ms", lag_ms);
	json_end(w);
}

static void put_check(struct json_writer *w, const char *name,
    const char *status)
{
	json_key(w, name);
	json_begin(w);
	json_put_cstr(w, "status", status);
	json_end(w);
}

static int admin_ready(struct web_request *rq, struct error *err)
{
	struct str away[ADMIN_SERVICES_MAX];
	struct json_writer *w = rq->out;
	int64_t fanout_ms = 0, search_ms = 0;
	bool db = db_works(rq->arena, &fanout_ms, &search_ms);
	bool cache = cache_answers(), live = live_works();
	size_t n = admin_services_down(rq->arena, ANSWER_MS, away);
	bool ok = cache && live && !n &&
		  !is_late(fanout_ms, FANOUT_LAG_MAX_MS) &&
		  !is_late(search_ms, SEARCH_LAG_MAX_MS);

	(void)err;
	if (!db)
		web_unavailable(rq);
	json_begin(w);
	json_put_cstr(w, "status", !db ? "down" : ok ? "ok" : "degraded");
	json_key(w, "checks");
	json_begin(w);
	put_check(w, "db", ok_or_down(db));
	put_check(w, "cache", ok_or_down(cache));
	put_check(w, "live", ok_or_down(live));
	put_services(w, away, n);
	put_consumer(w, "fanout", db, fanout_ms, FANOUT_LAG_MAX_MS);
	put_consumer(w, "search", db, search_ms, SEARCH_LAG_MAX_MS);
	json_end(w);
	json_end(w);
	return 0;
}

const struct web_route admin_health_routes[] = {
	{
	    .method = "GET",
	    .path = "/v1/health/live",
	    .name = "health.live",
	    .summary = "Whether the process answers.",
	    .auth = WEB_AUTH_NONE,
	    .flags = WEB_QUIET,
	    .handle = admin_live,
	},
	{
	    .method = "GET",
	    .path = "/v1/health/ready",
	    .name = "health.ready",
	    .summary = "The state of all parts.",
	    .auth = WEB_AUTH_NONE,
	    .flags = WEB_QUIET,
	    .handle = admin_ready,
	},
	{
	    .method = "GET",
	    .path = "/v1/health",
	    .name = "health.get",
	    .summary = "The same as /v1/health/ready.",
	    .auth = WEB_AUTH_NONE,
	    .flags = WEB_QUIET,
	    .handle = admin_ready,
	},
	WEB_ROUTES_END,
};
