/*
 * JSON Web Tokens of apps: which app, which user and which session a token
 * stands for.
 */
#include "service.h"

#include "base/unicode.h"
#include "im/user/subject.h"
#include "im/user/user_create.h"
#include "io/db_clock.h"
#include "io/jwt.h"
#include "view/publish.h"

#define DEVICE "jwt" /* of a JWT without one */

static int refuse(struct error *err, const char *why)
{
	return err_set(err, ERR_UNAUTHENTICATED, "the JWT is refused: %s", why);
}

/* ---- the app, and who may sign for it ---- */

static struct str app_of(const struct jwt *j)
{
	struct str name = json_get_str(j->claims, "app");

	return user_is_name(name) ? name : STR_NONE;
}

/* With the secret, or the one before for as long as that is good. */
static bool is_signed(struct db *db, const struct jwt *j, const struct app *app)
{
	struct str secrets[2];
	size_t n = app_secrets(db, app, secrets);
	bool is = false;

	for (size_t i = 0; i < n; i++)
		is |= jwt_is_signed(j, secrets[i]);
	return is;
}

/* What the app has said of the key decides: a key is for one algorithm, and the
 * secret for JWTs that name no key. */
static int verify(struct web_request *rq, const struct jwt *j,
    const struct app *app, struct session_jwt_signer *by, struct error *err)
{
	struct service *s = rq->thread;
	struct jwt_key key;
	int found = 0;

	by->key_id = 0;
	if (j->kid.p)
		found = jwt_key_find(s->db, s->cache, rq->arena, app->name,
		    j->kid, &key, err);
	if (found < 0)
		return -1;
	if (!found)
		return is_signed(s->db, j, app);
	by->key_id = key.key_id;
	return jwt_is_signed_by(j, (enum crypto_alg)key.alg, key.public_key);
}

/* One answer for an unknown app or key and a wrong signature: none is a secret
 * that guesses may find. */
static int find_app(struct web_request *rq, const struct jwt *j,
    struct app *out, struct session_jwt_signer *by, struct error *err)
{
	struct service *s = rq->thread;
	int found = 0;

	if (by->app.p)
		found = app_find_named(s->db, rq->arena, by->app, out, err);
	if (found > 0)
		found = out->disabled_ms ? 0 : verify(rq, j, out, by, err);
	if (found < 0)
		return -1;
	if (!found)
		return refuse(err, "app, kid or signature is not valid");
	return 0;
}

/* ---- the user ---- */

static struct str claim(const struct jwt *j, const char *name, size_t max)
{
	struct str s = json_get_str(j->claims, name);

	return s.len && s.len <= max ? s : STR_NONE;
}

static struct str name_of(const struct jwt *j)
{
	struct str name = claim(j, "name", 4 * USER_DISPLAY_MAX);

	return name.p && user_is_display_name(name) ? name : STR_NONE;
}

static struct str avatar_of(const struct jwt *j)
{
	struct str avatar = claim(j, "avatar", USER_AVATAR_MAX);

	return str_is_https_url(avatar) ? avatar : STR_NONE;
}

static int create_user(struct web_request *rq, const struct jwt *j,
    const struct app *app, struct str username, struct user *out,
    struct error *err)
{
	struct service *s = rq->thread;

	if (!app->open_signup)
		return refuse(err,
		    "sub is no user, and the app does not create users");
	*out = (struct user){
		.app_id = app->app_id,
		.username = username,
		.display_name = name_of(j),
		.avatar = avatar_of(j),
	};
	if (user_create(s->db, rq->arena, out, STR_NONE, err) == 0)
		return 0;
	/* Another request has just created it. */
	if (err->code != ERR_CONFLICT)
		return -1;
	return user_find_named(s->db, rq->arena, app->app_id, username, out,
		   err) < 0
		   ? -1
		   : 0;
}

static int find_user(struct web_request *rq, const struct jwt *j,
    const struct app *app, struct user *out, struct error *err)
{
	struct service *s = rq->thread;
	struct str sub = claim(j, "sub", SUBJECT_MAX), username;
	int found;

	if (!sub.p)
		return refuse(err, "sub is not a text of 1 to 255 bytes");
	username = subject_username(rq->arena, sub);
	found = user_find_named(s->db, rq->arena, app->app_id, username, out,
	    err);
	if (found < 0)
		return -1;
	if (!found)
		return create_user(rq, j, app, username, out, err);
	if (out->disabled_ms)
		return refuse(err, "the account is disabled");
	return 0;
}

/* The app knows best what its people are called. */
static int take_over(struct web_request *rq, const struct jwt *j,
    const struct user *u, struct error *err)
{
	const struct publisher p = service_publisher(rq);
	struct user_patch patch = {
		.display_name = name_of(j),
		.avatar = avatar_of(j),
	};
	struct inbox_row event;
	struct user out;

	patch.has_display_name = patch.display_name.p &&
				 !str_eq(patch.display_name, u->display_name);
	patch.has_avatar = patch.avatar.p && !str_eq(patch.avatar, u->avatar);
	if (!patch.has_display_name && !patch.has_avatar)
		return 0;
	if (user_update(p.db, p.cache, rq->arena, u->user_id, &patch, &out,
		&event, err) < 0)
		return -1;
	if (event.user_index)
		publish_profile(&p, &event, &out);
	return 0;
}

/* ---- the session ---- */

/* `device`: an id, or an object like that of a log-in. */
static void put_device(const struct jwt *j, struct session *s)
{
	const json_t *device = json_object_get(j->claims, "device");
	struct str platform = json_get_str(device, "platform");
	struct str id = json_is_string(device) ? json_text(device)
					       : json_get_str(device, "id");
	struct str name = json_get_str(device, "name");

	s->platform = str_place(SESSION_PLATFORMS, platform);
	if (!s->platform)
		s->platform = PLATFORM_OTHER;
	s->device_id = id.len && id.len <= SESSION_DEVICE_MAX &&
			       str_is_alnum_or(id, "._-")
			   ? id
			   : STR(DEVICE);
	s->device_name = name.len && name.len <= 256 &&
				 !unicode_label_fault(name)
			     ? name
			     : STR_NONE;
}

static int open_session(struct web_request *rq, const struct jwt *j,
    struct str token, const struct app *app, const struct user *u,
    int64_t *session_id_out, struct error *err)
{
	const struct publisher p = service_publisher(rq);
	const struct session_jwt jwt = { token, j->exp_ms + JWT_SKEW_MS };
	struct session s = {
		.app_id = app->app_id,
		.user_id = u->user_id,
		.ip = service_ip(rq),
	};
	struct session_ended *ended;
	size_t n_ended;

	put_device(j, &s);
	if (take_over(rq, j, u, err) < 0 ||
	    session_open_jwt(p.db, p.cache, rq->arena, &s, &jwt,
		app->login_policy, &ended, &n_ended, err) < 0)
		return -1;
	publish_sessions_ended(&p, u->user_id, ended, n_ended);
	*session_id_out = s.session_id;
	return 0;
}

/* The session of a text that memcached does not know. */
static int look_up(struct web_request *rq, const struct jwt *j,
    struct str token, struct session_jwt_signer *by, int64_t *session_id_out,
    struct error *err)
{
	struct service *s = rq->thread;
	struct app app = { .app_id = 0 };
	struct user u;
	int found;

	if (service_check_refusals(rq, err) < 0 ||
	    find_app(rq, j, &app, by, err) < 0 ||
	    find_user(rq, j, &app, &u, err) < 0)
		return -1;
	found = session_jwt_find(s->db, s->cache, rq->arena, u.user_id, token,
	    by, session_id_out, err);
	if (found != 0)
		return found;
	return open_session(rq, j, token, &app, &u, session_id_out, err);
}

int service_jwt(struct web_request *rq, struct str token, struct session *out,
    struct error *err)
{
	struct service *s = rq->thread;
	struct session_jwt_signer by;
	const char *why;
	int64_t id;
	struct jwt j;
	int found;

	if (!jwt_parse(rq->arena, token, &j))
		return refuse(err,
		    "it is not a JWT signed with HS256, or with RS256 or "
		    "ES256 and a kid");
	why = jwt_check_times(&j, db_clock_ms(s->db));
	if (why)
		return refuse(err, why);
	by = (struct session_jwt_signer){ app_of(&j),
		j.is_hs256 ? STR_NONE : j.kid, 0 };
	if (!session_jwt_cached(s->db, s->cache, rq->arena, token, &by, &id) &&
	    look_up(rq, &j, token, &by, &id, err) < 0)
		return -1;
	found = session_by_id(s->db, s->cache, rq->arena, id, out, err);
	if (found == 0)
		return refuse(err, "its session has ended");
	return found < 0 ? -1 : 0;
}
