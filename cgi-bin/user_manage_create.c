/* Creating many users. */
#include "user.h"

#include "args.h"
#include "im/user/password.h"
#include "im/user/user_create.h"
#include "service.h"
#include "io/json_writer.h"
#include "view/view.h"

#define USERS_MAX 1000
#define TOGETHER  250 /* in a transaction */

struct create_args {
	json_t *users;
};

static const struct web_arg create_args[] = {
	ARG(WEB_BODY, WEB_ITEMS, "users", struct create_args, users, .min = 1,
	    .max = USERS_MAX, .flags = WEB_REQUIRED,
	    .text = "Each with `username`, and `password`, `display_name`, "
		    "`avatar`, `bio`, `bot`, `meta` if wanted."),
	WEB_ARGS_END
};

/* One of users. */
struct user_args {
	struct str username, password, display_name, avatar, bio;
	bool bot;
	json_t *meta;
};

static const struct web_arg user_args[] = {
	ARG(WEB_BODY, WEB_WORD, "username", struct user_args, username,
	    .min = 1, .max = USER_NAME_MAX, .set = "._-",
	    .flags = WEB_REQUIRED | WEB_LOWER, .text = "Never changes."),
	ARG(WEB_BODY, WEB_STR, "password", struct user_args, password,
	    .min = PASSWORD_MIN, .max = PASSWORD_MAX,
	    .text = "Without it nobody can log in as the user."),
	ARG(WEB_BODY, WEB_LABEL, "display_name", struct user_args, display_name,
	    .min = 1, .max = USER_DISPLAY_MAX, .text = "What others see."),
	ARG(WEB_BODY, WEB_URL, "avatar", struct user_args, avatar, .min = 1,
	    .max = USER_AVATAR_MAX, .text = "The https URL of a picture."),
	ARG(WEB_BODY, WEB_CHARS, "bio", struct user_args, bio, .min = 1,
	    .max = USER_BIO_MAX, .text = "About the user."),
	ARG(WEB_BODY, WEB_BOOL, "bot", struct user_args, bot,
	    .text = "Whether it is a program."),
	ARG(WEB_BODY, WEB_OBJECT, "meta", struct user_args, meta,
	    .max = USER_META_MAX, .text = "Never interpreted."),
	WEB_ARGS_END
};

enum outcome { CREATED, EXISTS, INVALID };
static const char *const outcome_names[] = { "created", "exists", "invalid" };

struct item {
	struct user u;
	struct str name; /* as it was sent; p NULL: no string */
	struct str hash; /* of the password */
	enum outcome outcome;
	char field[sizeof(
	    ((struct error *)NULL)->field)]; /* of an invalid one */
};

struct creation {
	struct web_request *rq;
	struct item *items;
	size_t n;
};

/* What is wrong with one concerns that one alone. */
static int read_item(struct web_request *rq, const json_t *value,
    struct item *it, struct error *err)
{
	struct user_args in = { .bot = false };
	struct error wrong;

	it->name = json_get_str(value, "username");
	if (web_decode_item(rq, value, user_args, &in, &wrong) < 0) {
		it->outcome = INVALID;
		memcpy(it->field, wrong.field, sizeof(it->field));
		return 0;
	}
	it->u = (struct user){
		.app_id = rq->caller.app_id,
		.username = in.username,
		.display_name = in.display_name,
		.avatar = in.avatar,
		.bio = in.bio,
		.bot = in.bot,
		.meta = in.meta ? json_dump(rq->arena, in.meta) : STR_NONE,
	};
	it->hash = STR_NONE;
	return in.password.p
		   ? password_hash(rq->arena, in.password, &it->hash, err)
		   : 0;
}

/* A name that is taken ends only its own part of the transaction. */
static int create_one(struct db *db, struct arena *a, struct item *it,
    struct error *err)
{
	int found = user_find_named(db, a, it->u.app_id, it->u.username, &it->u,
	    err);

	if (found != 0) {
		it->outcome = EXISTS;
		return found < 0 ? -1 : 0;
	}
	it->outcome = CREATED;
	if (user_create(db, a, &it->u, it->hash, err) == 0)
		return 0;
	if (err->code != ERR_CONFLICT)
		return -1;
	it->outcome = EXISTS;
	return user_find_named(db, a, it->u.app_id, it->u.username, &it->u,
		   err) < 0
		   ? -1
		   : 0;
}

/* 1: they are there.  0: some names are taken; nothing is written. */
static int create_together(struct db *db, const struct creation *c,
    struct error *err)
{
	struct user *users = ARENA_ARRAY(c->rq->arena, c->n, struct user);
	struct str *hashes = ARENA_ARRAY(c->rq->arena, c->n, struct str);
	size_t n = 0;

	for (size_t i = 0; i < c->n; i++) {
		if (c->items[i].outcome == INVALID)
			continue;
		users[n] = c->items[i].u;
		hashes[n++] = c->items[i].hash;
	}
	if (user_create_many(db, c->rq->arena, users, hashes, n, err) < 0)
		return err->code == ERR_CONFLICT ? 0 : -1;
	for (size_t i = 0, k = 0; i < c->n; i++) {
		if (c->items[i].outcome == INVALID)
			continue;
		c->items[i].u = users[k++];
		c->items[i].outcome = CREATED;
	}
	return 1;
}

static int create_tx(struct db *db, void *arg, struct error *err)
{
	struct creation *c = arg;
	int rc = create_together(db, c, err);

	if (rc != 0)
		return rc < 0 ? -1 : 0;
	for (size_t i = 0; i < c->n; i++)
		if (c->items[i].outcome != INVALID &&
		    create_one(db, c->rq->arena, &c->items[i], err) < 0)
			return -1;
	return 0;
}

static int create_all(struct web_request *rq, struct item *items, size_t n,
    struct error *err)
{
	for (size_t at = 0; at < n; at += TOGETHER) {
		struct creation c = { rq, items + at,
			n - at < TOGETHER ? n - at : TOGETHER };

		if (db_tx(service_of(rq)->db, create_tx, &c, err) < 0)
			return -1;
	}
	return 0;
}

static void write_items(struct json_writer *w, const struct item *items,
    size_t n)
{
	json_begin(w);
	json_key(w, "items");
	json_begin_list(w);
	for (size_t i = 0; i < n; i++) {
		const struct item *it = &items[i];

		json_begin(w);
		json_put_str(w, "username", it->name);
		json_put_cstr(w, "outcome", outcome_names[it->outcome]);
		if (it->outcome == INVALID) {
			json_put_cstr(w, "field", it->field);
		} else {
			json_key(w, "user");
			view_user_admin(w, &it->u);
		}
		json_end(w);
	}
	json_end_list(w);
	json_end(w);
}

static int create(struct web_request *rq, struct error *err)
{
	const struct create_args *in = rq->args;
	size_t n = json_array_size(in->users);
	struct item *items = ARENA_ARRAY(rq->arena, n, struct item);

	for (size_t i = 0; i < n; i++)
		if (read_item(rq, json_array_get(in->users, i), &items[i],
			err) < 0)
			return -1;
	if (service_audit(rq, 0, arena_printf(rq->arena, "%zu users", n), err) <
		0 ||
	    create_all(rq, items, n, err) < 0)
		return -1;
	write_items(rq->out, items, n);
	return 0;
}

const struct web_route user_manage_create_routes[] = {
	{
	    .method = "POST",
	    .path = "/v1/admin/users",
	    .name = "admin_user.create",
	    .summary = "Create users.",
	    .auth = WEB_AUTH_APP,
	    .rate = WEB_RATE_WRITE,
	    /* A repeat finds what the first has made, and takes no key: the
	     * passwords of a thousand are too long for one transaction. */
	    .flags = WEB_HEAVY | WEB_TAKES_KEY,
	    .body_max = 1024 * 1024,
	    .args = create_args,
	    .args_size = sizeof(struct create_args),
	    .handle = create,
	},
	WEB_ROUTES_END,
};
