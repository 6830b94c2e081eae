/* The keys that sign JWTs for an app's users. */
#include "admin.h"

#include <inttypes.h>

#include "args.h"
#include "io/json_writer.h"
#include "service.h"

#define ARG_KID(S)                                          \
	ARG(WEB_PATH, WEB_WORD, "kid", S, kid, .min = 1,    \
	    .max = JWT_KEY_KID_MAX, .set = JWT_KEY_KID_SET, \
	    .flags = WEB_REQUIRED,                          \
	    .text = "The name of the key, as in the header of JWTs.")

static struct str actor(struct web_request *rq)
{
	return arena_printf(rq->arena, "key:%" PRId64, rq->caller.key_id);
}

static void view_key(struct web_request *rq, const struct jwt_key *k)
{
	struct json_writer *w = rq->out;

	json_begin(w);
	json_put_str(w, "kid", k->kid);
	json_put_str(w, "alg", str_word(JWT_KEY_ALGS, k->alg));
	json_put_str(w, "public_key", crypto_key_pem(rq->arena, k->public_key));
	json_put_int(w, "created_at", k->created_ms);
	json_end(w);
}

/* ---- jwt_key.put ---- */

struct put_args {
	struct str kid, public_key;
	int64_t alg;
};

static const struct web_arg put_args[] = { ARG_KID(struct put_args),
	ARG(WEB_BODY, WEB_ENUM, "alg", struct put_args, alg,
	    .set = JWT_KEY_ALGS, .flags = WEB_REQUIRED,
	    .text = "What the key is for; a JWT that names another algorithm "
		    "is refused."),
	ARG(WEB_BODY, WEB_STR, "public_key", struct put_args, public_key,
	    .min = 1, .max = CRYPTO_KEY_PEM_MAX, .flags = WEB_REQUIRED,
	    .text = "SubjectPublicKeyInfo in PEM: RSA of 2048 to 8192 bits, "
		    "or P-256."),
	WEB_ARGS_END };

static int jwt_key_put_handler(struct web_request *rq, struct error *err)
{
	const struct put_args *in = rq->args;
	struct service *s = service_of(rq);
	struct jwt_key key = {
		.app_id = rq->caller.app_id,
		.kid = in->kid,
		.alg = in->alg,
	};
	const char *why = crypto_key_read(rq->arena, (enum crypto_alg)in->alg,
	    in->public_key, &key.public_key);

	if (why)
		return err_field(err, ERR_INVALID_ARGUMENT, "public_key", "%s",
		    why);
	if (jwt_key_put(s->db, s->cache, rq->arena, &key, actor(rq), err) < 0)
		return -1;
	view_key(rq, &key);
	return 0;
}

/* ---- jwt_key.list ---- */

struct list_args {
	int64_t limit;
	struct str cursor;
};

static const struct web_arg list_args[] = { ARG_LIMIT(struct list_args),
	ARG(WEB_QUERY, WEB_WORD, "cursor", struct list_args, cursor, .min = 1,
	    .max = JWT_KEY_KID_MAX, .set = JWT_KEY_KID_SET,
	    .text = "`next` of the previous page."),
	WEB_ARGS_END };

static int jwt_key_list_handler(struct web_request *rq, struct error *err)
{
	const struct list_args *in = rq->args;
	struct json_writer *w = rq->out;
	struct jwt_key *keys;
	size_t n, shown;

	/* Reads one more than the page, to see whether there is a next one. */
	if (jwt_key_list(service_of(rq)->db, rq->arena, rq->caller.app_id,
		in->cursor.p ? in->cursor : STR(""), in->limit + 1, &keys, &n,
		err) < 0)
		return -1;
	shown = n > (size_t)in->limit ? (size_t)in->limit : n;
	json_begin(w);
	json_key(w, "items");
	json_begin_list(w);
	for (size_t i = 0; i < shown; i++)
		view_key(rq, &keys[i]);
	json_end_list(w);
	if (n > shown)
		json_put_str(w, "next", keys[shown - 1].kid);
	else
		json_put_null(w, "next");
	json_end(w);
	return 0;
}

/* ---- jwt_key.delete ---- */

struct delete_args {
	struct str kid;
};

static const struct web_arg delete_args[] = { ARG_KID(struct delete_args),
	WEB_ARGS_END };

static int jwt_key_delete_handler(struct web_request *rq, struct error *err)
{
	const struct delete_args *in = rq->args;
	struct service *s = service_of(rq);

	if (jwt_key_delete(s->db, s->cache, rq->arena, rq->caller.app_id,
		in->kid, actor(rq), err) < 0)
		return -1;
	web_no_content(rq);
	return 0;
}

const struct web_route admin_jwt_key_routes[] = {
	{
	    .method = "GET",
	    .path = "/v1/admin/jwt-keys",
	    .name = "jwt_key.list",
	    .summary = "The keys that sign JWTs for the app's users.",
	    .auth = WEB_AUTH_APP,
	    .rate = WEB_RATE_READ,
	    .args = list_args,
	    .args_size = sizeof(struct list_args),
	    .handle = jwt_key_list_handler,
	},
	{
	    .method = "PUT",
	    .path = "/v1/admin/jwt-keys/{kid}",
	    .name = "jwt_key.put",
	    .summary = "Register a key that signs JWTs, or replace it.",
	    .auth = WEB_AUTH_APP,
	    .rate = WEB_RATE_WRITE,
	    .args = put_args,
	    .args_size = sizeof(struct put_args),
	    .handle = jwt_key_put_handler,
	},
	{
	    .method = "DELETE",
	    .path = "/v1/admin/jwt-keys/{kid}",
	    .name = "jwt_key.delete",
	    .summary = "Remove a key: what it has signed is refused.",
	    .auth = WEB_AUTH_APP,
	    .rate = WEB_RATE_WRITE,
	    .args = delete_args,
	    .args_size = sizeof(struct delete_args),
	    .handle = jwt_key_delete_handler,
	},
	WEB_ROUTES_END,
};
