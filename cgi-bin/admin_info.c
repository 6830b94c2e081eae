#include "admin_info.h"

#include "base/clock.h"
#include "base/stat.h"
#include "base/version.h"
#include "im/site/health.h"
#include "im/conv/member.h"
#include "message_content.h"
#include "service.h"

#define FANOUT_LAG_MAX_MS 5000
#define PROBE_TTL_S       10

/* ---- info ---- */

/* Only what is there. */
static const char *const features[] = { "direct", "group", "channel", "self",
	"messages", "ephemeral", "inbox", "read", "delivered", "typing",
	"live.websocket", "live.poll", "live.sse", "presence.subscribe", NULL };

static const struct {
	const char *name;
	int64_t value;
} limits[] = {
	{ "text_bytes", MESSAGE_TEXT_MAX },
	{ "body_bytes", WEB_BODY_MAX },
	{ "members_max", MEMBERS_MAX },
	/* None of these exists yet. */
	{ "upload_bytes", 0 },
	{ "recall_s", 0 },
	{ "edit_s", 0 },
	{ "poll_wait_s", 60 },
};

int admin_info(struct web_request *rq, struct error *err)
{
	struct json_writer *w = rq->out;

	(void)err;
	json_begin(w);
	json_put_cstr(w, "version", IMCLOUD_VERSION);
	json_key(w, "features");
	json_begin_list(w);
	for (const char *const *f = features; *f; f++)
		json_str(w, str_of(*f));
	json_end_list(w);
	json_key(w, "limits");
	json_begin(w);
	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++)
		json_put_int(w, limits[i].name, limits[i].value);
	json_end(w);
	json_end(w);
	return 0;
}

/* ---- health ---- */

static const char *ok_or_down(bool is_ok)
{
	return is_ok ? "ok" : "down";
}

int admin_live(struct web_request *rq, struct error *err)
{
	(void)err;
	json_begin(rq->out);
	json_put_cstr(rq->out, "status", "ok");
	json_end(rq->out);
	return 0;
}

static bool cache_works(struct cache *c)
{
	return cache_set(c, STR("health"), clock_now_ms(), STR("1"),
	    PROBE_TTL_S);
}

static bool live_works(void)
{
	struct bus_node nodes[BUS_NODES_MAX];
	size_t n = bus_nodes(nodes);
	bool all = true;

	for (size_t i = 0; i < n; i++)
		all = bus_node_answers(&nodes[i]) && all;
	return all;
}

static void put_check(struct json_writer *w, const char *name,
    const char *status)
{
	json_key(w, name);
	json_begin(w);
	json_put_cstr(w, "status", status);
	json_end(w);
}

int admin_ready(struct web_request *rq, struct error *err)
{
	struct service *s = service_of(rq);
	struct json_writer *w = rq->out;
	int64_t lag_ms = 0;
	bool db = health_fanout_lag(s->db, rq->arena, &lag_ms, err) == 0;
	bool cache = cache_works(s->cache), live = live_works();
	bool fanout = db && lag_ms <= FANOUT_LAG_MAX_MS;

	err_clear(err);
	if (!db)
		web_unavailable(rq);
	json_begin(w);
	json_put_cstr(w, "status",
	    !db                       ? "down"
	    : cache && live && fanout ? "ok"
				      : "degraded");
	json_key(w, "checks");
	json_begin(w);
	put_check(w, "db", ok_or_down(db));
	put_check(w, "cache", ok_or_down(cache));
	put_check(w, "live", ok_or_down(live));
	json_key(w, "fanout");
	json_begin(w);
	json_put_cstr(w, "status", fanout ? "ok" : db ? "degraded" : "down");
	if (db)
		json_put_int(w, "lag_ms", lag_ms);
	json_end(w);
	json_end(w);
	json_end(w);
	return 0;
}

/* ---- metrics ---- */

static bool is_loopback(struct str ip)
{
	return str_starts(ip, "127.") || str_is(ip, "::1") ||
	       str_starts(ip, "::ffff:127.");
}

int admin_metrics(struct web_request *rq, struct error *err)
{
	if (!is_loopback(rq->remote_addr))
		return err_set(err, ERR_NOT_FOUND, "no such route");
	web_content_type(rq, "text/plain; version=0.0.4; charset=utf-8");
	if (stat_render(rq->buf) < 0)
		return err_set(err, ERR_INTERNAL,
		    "the counters are unreadable");
	return 0;
}
