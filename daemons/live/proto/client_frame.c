#include "io/json_writer.h"
#include "proto/client_frame.h"

#include "io/json.h"
#include "proto/json_slice.h"
#include "proto/live_options.h"

#define MEMBERS_MAX 16
#define ID_MAX      64
#define HEADER_MAX  256

struct parse {
	struct arena *a;
	struct client_frame *f;
	struct error *err;
	unsigned seen; /* bit i: members[i] was present */
	unsigned verbs;
};

static int bad(struct parse *p, const char *field, const char *why)
{
	return err_field(p->err, ERR_INVALID_ARGUMENT, field, "%s", why);
}

static int parse_value(struct parse *p, const char *field, struct str text,
    json_t **out)
{
	char place[ERR_FIELD_ROOM];
	struct error e;

	if (json_parse(p->a, text, false, out, &e) == 0)
		return 0;
	snprintf(place, sizeof(place), "%s%s%s", field, *e.field ? "." : "",
	    e.field);
	return bad(p, place, e.detail);
}

/*
 * A name chosen by the client, as the field of an error; omitted if it does not
 * fit or is not plain text.
 */
static void name_field(char dst[96], const char *prefix, struct str name)
{
	bool plain = name.len <= 64 && str_is_printable(name, false);

	snprintf(dst, 96, "%s%s%.*s", prefix, plain && *prefix ? "." : "",
	    plain ? (int)name.len : 0, name.p);
}

/* A string member: its text lives in the arena through its json_t. */
static int parse_text(struct parse *p, const char *field, struct str text,
    struct str *out)
{
	json_t *v;

	if (parse_value(p, field, text, &v) < 0)
		return -1;
	*out = json_text(v);
	return out->p ? 0 : bad(p, field, "must be a string");
}

static int take_id(struct parse *p, const char *field, struct str text)
{
	json_t *v;

	if (parse_value(p, field, text, &v) < 0)
		return -1;
	if (!json_is_integer(v) &&
	    (!json_is_string(v) || json_string_length(v) > ID_MAX))
		return bad(p, field,
		    "must be an integer or a string of at most 64 bytes");
	p->f->id = text;
	return 0;
}

static int take_method(struct parse *p, const char *field, struct str text)
{
	struct str *m = &p->f->method;

	if (parse_text(p, field, text, m) < 0)
		return -1;
	if (!m->len || m->len > 16)
		return bad(p, field, "must be an HTTP method");
	for (size_t i = 0; i < m->len; i++) {
		if (m->p[i] < 'A' || m->p[i] > 'Z')
			return bad(p, field, "must be an HTTP method");
	}
	return 0;
}

/* The path is passed on unchanged, so it must be valid in a request line. */
static int take_path(struct parse *p, const char *field, struct str text)
{
	struct str *s = &p->f->path;

	if (parse_text(p, field, text, s) < 0)
		return -1;
	if (s->len > CLIENT_PATH_MAX || !str_starts(*s, "/") ||
	    !str_is_printable(*s, false) || str_find(*s, '#') >= 0)
		return bad(p, field,
		    "must be a path of the API, "
		    "percent-encoded, at most 4096 bytes");
	return 0;
}

static int take_header(struct parse *p, struct str name, const json_t *v)
{
	struct str *dst = NULL, text = json_text(v);
	char field[96];

	name_field(field, "headers", name);
	if (str_is_nocase(name, "Idempotency-Key"))
		dst = &p->f->idempotency_key;
	else if (str_is_nocase(name, "If-Match"))
		dst = &p->f->if_match;
	if (!dst || dst->p)
		return bad(p, field,
		    "must be Idempotency-Key or If-Match, "
		    "once");
	if (!text.p || text.len > HEADER_MAX || !str_is_printable(text, true))
		return bad(p, field, "must be printable text");
	*dst = text;
	return 0;
}

static int take_headers(struct parse *p, const char *field, struct str text)
{
	json_t *v, *value;
	const char *name;
	size_t len;

	if (parse_value(p, field, text, &v) < 0)
		return -1;
	if (!json_is_object(v))
		return bad(p, field, "must be an object");
	json_object_keylen_foreach(v, name, len, value)
	{
		if (take_header(p, (struct str){ name, len }, value) < 0)
			return -1;
	}
	return 0;
}

static int take_body(struct parse *p, const char *field, struct str text)
{
	json_t *v;

	if (parse_value(p, field, text, &v) < 0)
		return -1;
	if (!json_is_object(v))
		return bad(p, field, "must be an object");
	p->f->body = text;
	return 0;
}

static int take_ack(struct parse *p, const char *field, struct str text)
{
	p->f->verb = CLIENT_ACK;
	if (!live_options_index(text, &p->f->ack))
		return bad(p, field, "must be an index");
	return 0;
}

static int take_state(struct parse *p, const char *field, struct str text)
{
	struct str s;

	p->f->verb = CLIENT_STATE;
	if (parse_text(p, field, text, &s) < 0)
		return -1;
	p->f->background = str_is(s, "background");
	if (!p->f->background && !str_is(s, "foreground"))
		return bad(p, field, "must be foreground or background");
	return 0;
}

static int take_chat(struct parse *p, const char *field, struct str text)
{
	struct str s;

	if (parse_text(p, field, text, &s) < 0)
		return -1;
	return str_to_id(s, &p->f->chat_id)
		   ? 0
		   : bad(p, field, "must be the id of a conversation");
}

static int take_users(struct parse *p, const char *field, const json_t *list)
{
	size_t n = json_array_size(list);
	int64_t *ids = ARENA_ARRAY(p->a, n, int64_t);
	char at[96];

	for (size_t i = 0; i < n; i++) {
		if (str_to_id(json_text(json_array_get(list, i)), &ids[i]))
			continue;
		snprintf(at, sizeof(at), "%s.%zu", field, i);
		return bad(p, at, "must be a user id");
	}
	p->f->users = ids;
	p->f->n_users = n;
	return 0;
}

static int take_presence(struct parse *p, const char *field, struct str text)
{
	json_t *v, *list;
	char at[64];

	p->f->verb = str_is(str_of(field), "subscribe") ? CLIENT_SUBSCRIBE
							: CLIENT_UNSUBSCRIBE;
	if (parse_value(p, field, text, &v) < 0)
		return -1;
	list = json_object_get(v, "presence");
	snprintf(at, sizeof(at), "%s.presence", field);
	if (!json_is_object(v) || json_object_size(v) != 1 || !list)
		return bad(p, field, "must be {\"presence\":[...]}");
	if (!json_is_array(list) || json_array_size(list) > CLIENT_WATCH_MAX)
		return bad(p, at, "must be a list of at most 500 user ids");
	return take_users(p, at, list);
}

static int take_ping(struct parse *p, const char *field, struct str text)
{
	json_t *v;

	p->f->verb = CLIENT_PING;
	if (parse_value(p, field, text, &v) < 0)
		return -1;
	p->f->ping = text;
	return 0;
}

enum { M_ID, M_METHOD, M_PATH, M_HEADERS, M_BODY, M_CHAT, M_VERBS };

/* Those of a request, in the order of the enum, that of a state, and one per
 * other verb. */
static const struct member {
	const char *name;
	int (*take)(struct parse *p, const char *field, struct str text);
} members[] = {
	[M_ID] = { "id", take_id },
	[M_METHOD] = { "method", take_method },
	[M_PATH] = { "path", take_path },
	[M_HEADERS] = { "headers", take_headers },
	[M_BODY] = { "body", take_body },
	[M_CHAT] = { "conv_id", take_chat },
	[M_VERBS] = { "ack", take_ack },
	{ "state", take_state },
	{ "subscribe", take_presence },
	{ "unsubscribe", take_presence },
	{ "ping", take_ping },
};
#define N_MEMBERS (sizeof(members) / sizeof(members[0]))
#define BIT(i)    (1u << (i))

/* Which member a slice is; N_MEMBERS if unknown, -1 if not a string. */
static int which(struct parse *p, struct str quoted, struct str *name_out)
{
	json_t *v;
	struct error e;
	size_t i = 0;

	if (json_parse(p->a, quoted, false, &v, &e) < 0)
		return -1;
	*name_out = json_text(v);
	while (i < N_MEMBERS && !str_is(*name_out, members[i].name))
		i++;
	return (int)i;
}

static int mark(struct parse *p, const struct json_slice *s, int *i_out)
{
	struct str name;
	char field[96];
	int i = which(p, s->name, &name);

	if (i < 0)
		return bad(p, "", "malformed JSON");
	if (i == N_MEMBERS) {
		name_field(field, "", name);
		return bad(p, field, "unknown field");
	}
	if (p->seen & BIT(i))
		return bad(p, members[i].name, "duplicate key");
	p->seen |= BIT(i);
	*i_out = i;
	return 0;
}

static int check_verb(struct parse *p)
{
	unsigned request = p->seen & (BIT(M_CHAT) - 1);
	unsigned verbs = p->seen & ~(BIT(M_VERBS) - 1);

	if (p->seen & BIT(M_CHAT) &&
	    (p->f->verb != CLIENT_STATE || p->f->background))
		return bad(p, "conv_id", "belongs to the state foreground");
	if (!p->seen)
		return bad(p, "", "the frame has no verb");
	if (verbs) {
		if (request || (verbs & (verbs - 1)))
			return bad(p, "", "the frame has more than one verb");
		return 0;
	}
	p->f->verb = CLIENT_REQUEST;
	for (int i = M_ID; i <= M_PATH; i++) {
		if (!(request & BIT(i)))
			return bad(p, members[i].name, "missing");
	}
	return 0;
}

int client_frame_parse(struct arena *a, struct str text,
    struct client_frame *out, struct error *err)
{
	struct parse p = { .a = a, .f = out, .err = err };
	struct json_slice slices[MEMBERS_MAX];
	int which_of[MEMBERS_MAX], rc = 0;
	int n = json_slice(text, slices, MEMBERS_MAX);
	struct error first;

	*out = (struct client_frame){ .verb = CLIENT_REQUEST };
	if (n < 0)
		return bad(&p, "", "not a JSON object");
	/* The id first: the answer to an invalid frame has it. */
	for (int i = 0; i < n; i++) {
		int failed = mark(&p, &slices[i], &which_of[i]);

		if (failed < 0)
			which_of[i] = -1;
		else if (which_of[i] == M_ID)
			failed = take_id(&p, "id", slices[i].value);
		if (failed < 0 && rc == 0) {
			first = *err;
			rc = -1;
		}
	}
	if (rc < 0) {
		*err = first;
		return -1;
	}
	for (int i = 0; i < n; i++) {
		const struct member *m = &members[which_of[i]];

		if (which_of[i] != M_ID &&
		    m->take(&p, m->name, slices[i].value) < 0)
			return -1;
	}
	return check_verb(&p);
}
