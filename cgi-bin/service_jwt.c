/*
 * JSON Web Tokens of apps: which app, which user and which session a token
 * stands for.
 */
#include "service.h"

#include "base/crypto.h"
#include "base/unicode.h"
#include "io/db_clock.h"
#include "io/jwt.h"

/* The app that the token names, if its signature is valid: 1, or 0. */
static int find_app(struct web_request *rq, const struct jwt *j,
    struct app *out, struct error *err)
{
	struct service *s = rq->thread;
	struct str name = json_get_str(j->claims, "app");
	int found = 0;

	if (user_is_name(name))
		found = app_find_named(s->db, rq->arena, name, out, err);
	if (found > 0 && (out->disabled_ms || !jwt_is_signed(j, out->secret)))
		found = 0;
	return found;
}

static struct str claim(const struct jwt *j, const char *name, size_t max)
{
	struct str s = json_get_str(j->claims, name);

	return s.len && s.len <= max ? s : STR_NONE;
}

/* The user `sub`, created if the app's sign-up is open: 1, or 0. */
static int find_user(struct web_request *rq, const struct jwt *j,
    const struct app *app, struct user *out, struct error *err)
{
	struct service *s = rq->thread;
	struct str sub = json_get_str(j->claims, "sub");
	int found = user_find_named(s->db, rq->arena, app->app_id, sub, out,
	    err);

	if (found < 0)
		return -1;
	if (found > 0)
		return out->disabled_ms == 0;
	if (!app->open_signup || !user_is_name(sub))
		return 0;
	*out = (struct user){
		.app_id = app->app_id,
		.username = sub,
		.display_name = claim(j, "name", 4 * USER_DISPLAY_MAX),
		.avatar = claim(j, "avatar", USER_AVATAR_MAX),
	};
	if (out->display_name.p && !user_is_display_name(out->display_name))
		out->display_name = STR_NONE;
	if (!str_is_https_url(out->avatar))
		out->avatar = STR_NONE;
	if (user_create(s->db, rq->arena, out, STR_NONE, err) == 0)
		return 1;
	/* Another request has just created it. */
	if (err->code != ERR_CONFLICT)
		return -1;
	return user_find_named(s->db, rq->arena, app->app_id, sub, out, err);
}

/* `device`: an id, or an object like that of a log-in. */
static void put_device(struct arena *a, const struct jwt *j, struct str token,
    struct session *s)
{
	const json_t *device = json_object_get(j->claims, "device");
	struct str platform = json_get_str(device, "platform");
	struct str id = json_is_string(device) ? json_text(device)
					       : json_get_str(device, "id");
	struct str name = json_get_str(device, "name");
	uint8_t hash[CRYPTO_HASH_LEN];

	s->platform = str_place(SESSION_PLATFORMS, platform);
	if (!s->platform)
		s->platform = PLATFORM_OTHER;
	crypto_sha256(hash, token);
	/* Without a device, each token is its own device. */
	s->device_id =
	    id.len && id.len <= SESSION_DEVICE_MAX && str_is_alnum_or(id, "._-")
		? id
		: arena_printf(a, "jwt-%.*s", STR_ARG(crypto_hex(a, hash, 8)));
	s->device_name = name.len && name.len <= 256 &&
				 !unicode_label_fault(name)
			     ? name
			     : STR_NONE;
}

static int first_use(struct web_request *rq, const struct jwt *j,
    struct str token, struct session *out, struct error *err)
{
	const struct publisher p = service_publisher(rq);
	struct session_ended *ended;
	struct app app;
	struct user u;
	size_t n_ended;
	int found = find_app(rq, j, &app, err);

	if (found > 0)
		found = find_user(rq, j, &app, &u, err);
	if (found <= 0)
		return found;
	*out = (struct session){
		.app_id = app.app_id,
		.user_id = u.user_id,
		.ip = service_ip(rq),
	};
	put_device(rq->arena, j, token, out);
	if (session_create(p.db, p.cache, rq->arena, out, token,
		app.one_per_platform != 0, &ended, &n_ended, err) == 0) {
		publish_sessions_ended(&p, u.user_id, ended, n_ended);
		return 1;
	}
	/* Another request has just created the session. */
	if (err->code == ERR_DUPLICATE)
		return session_by_token(p.db, p.cache, rq->arena, token, out,
		    err);
	return err->code == ERR_UNAUTHENTICATED ? 0 : -1;
}

int service_jwt(struct web_request *rq, struct str token, struct session *out,
    struct error *err)
{
	struct service *s = rq->thread;
	struct jwt j;
	int found;

	if (!jwt_parse(rq->arena, token, &j) ||
	    !jwt_is_current(&j, db_clock_ms(s->db)))
		return 0;
	/*
	 * If a session exists for this exact text, its signature was checked
	 * when the session was created.
	 */
	found = session_cached(s->db, s->cache, rq->arena, token, out);
	if (found >= 0)
		return found;
	if (service_check_refusals(rq, err) < 0)
		return -1;
	found = session_by_token(s->db, s->cache, rq->arena, token, out, err);
	if (found != 0)
		return found;
	/*
	 * An ended session stays ended for as long as the token is valid; but
	 * another request may also have just created it.
	 */
	found = session_was(s->db, rq->arena, token, err);
	if (found > 0)
		return session_by_token(s->db, s->cache, rq->arena, token, out,
		    err);
	if (found < 0)
		return -1;
	return first_use(rq, &j, token, out, err);
}
