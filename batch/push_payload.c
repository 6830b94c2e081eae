#include "push_payload.h"

#include <inttypes.h>

#include "base/crypto.h"
#include "im/conv/conv.h"
#include "im/user/badge.h"
#include "im/user/user.h"
#include "io/json_writer.h"
#include "push_conf.h"
#include "push_text.h"
#include "view/entry_body.h"

#define PREVIEW_MAX 300 /* characters */

/* ---- texts ---- */

static struct str first_characters(struct str s, size_t max)
{
	size_t i, n = 0;

	for (i = 0; i < s.len; i++)
		if (((unsigned char)s.p[i] & 0xc0) != 0x80 && n++ == max)
			break;
	return (struct str){ s.p, i };
}

/* What a message says, or what it is. */
static struct str preview(struct job *j, const struct entry *e,
    const struct push_words *words)
{
	const json_t *content = json_object_get(entry_body_read(j->arena, e),
	    "content");
	struct str text = json_get_str(content,
	    e->type == MESSAGE_TEXT ? "text" : "caption");

	if (!text.len)
		return push_word_of(words, e->type);
	return first_characters(text, PREVIEW_MAX);
}

static bool is_preview(const struct push_load *l)
{
	return l->credential->preview == CREDENTIAL_FULL &&
	       l->subject->push_preview;
}

static void write_texts(struct job *j, struct push_load *l,
    const struct user *sender)
{
	const struct subject *s = l->subject;
	const struct push_words *words = push_words(s->reg.locale);
	struct str name = sender ? sender->display_name : STR("");
	bool is_group = s->conv_kind == CONV_GROUP ||
			s->conv_kind == CONV_CHANNEL;
	struct push_notice *n = &l->notice;

	n->title = is_group && s->conv_name.len ? s->conv_name : name;
	if (!n->title.len)
		n->title = str_of(words->message);
	if (!is_preview(l))
		n->body = str_of(words->message);
	else if (is_group && s->conv_name.len && name.len)
		n->body = arena_printf(j->arena, "%.*s: %.*s", STR_ARG(name),
		    STR_ARG(preview(j, &s->entry, words)));
	else
		n->body = preview(j, &s->entry, words);
}

static void write_test(struct push_load *l)
{
	const struct push_words *words = push_words(l->subject->reg.locale);

	l->notice.title = str_of(words->test_title);
	l->notice.body = str_of(words->test_body);
}

void push_payload_shorten(struct push_notice *n, struct str locale)
{
	n->body = str_of(push_words(locale)->message);
}

/* ---- ids ---- */

/* The same for each repeat: of notice and user (RFC 9562 section 5.8). */
static struct str uuid(struct job *j, const struct push_load *l)
{
	uint64_t a = (uint64_t)l->notice_id;
	uint64_t b = (uint64_t)l->subject->job.user_id;

	return arena_printf(j->arena,
	    "%08" PRIx64 "-%04" PRIx64 "-8%03" PRIx64 "-8%03" PRIx64
	    "-%012" PRIx64,
	    a >> 32, a >> 16 & 0xffff, a >> 4 & 0xfff,
	    (a & 0xf) << 8 | (b >> 48 & 0xff), b & 0xffffffffffff);
}

/* Providers learn nothing of the conversation by it. */
static struct str collapse(struct job *j, int64_t conv_id)
{
	uint8_t hash[CRYPTO_HASH_LEN];

	crypto_sha256(hash,
	    arena_printf(j->arena, "imcloud push %" PRId64, conv_id));
	return crypto_base64url(j->arena, hash, 16);
}

static void put_int(struct json_writer *w, const char *key, int64_t v)
{
	if (v)
		json_put_id(w, key, v);
}

/* Strings alone, as FCM wants them. */
static struct str data_of(struct job *j, const struct push_load *l)
{
	const struct subject *s = l->subject;
	bool is_test = s->job.conv_id == PUSH_TEST_CONV;
	struct json_writer w;
	struct buf b;
	struct str out;

	buf_init(&b);
	json_writer_init(&w, &b);
	json_begin(&w);
	json_put_cstr(&w, "type",
	    is_test        ? "test"
	    : l->withdraws ? "withdraw"
			   : "message");
	put_int(&w, "stream_id", s->stream_id);
	put_int(&w, "user_index", s->user_index);
	if (!is_test) {
		put_int(&w, "conv_id", s->job.conv_id);
		put_int(&w, "conv_index", s->facts.conv_index);
		put_int(&w, "msg_id", s->entry.msg_id);
	}
	json_end(&w);
	out = arena_str(j->arena, buf_view(&b));
	buf_release(&b);
	return out;
}

/* ---- badges ---- */

static int64_t badge(struct job *j, const struct subject *s)
{
	struct error err;
	int64_t total;

	if (!s->stream_id ||
	    badge_total(j->db, j->cache, j->arena, s->job.user_id,
		s->user_index, &total, &err) < 0)
		return -1;
	return total;
}

static int64_t expires(const struct subject *s)
{
	int64_t ms = s->job.since_ms + push_expiry_ms();

	return s->entry.expires_ms && s->entry.expires_ms < ms
		   ? s->entry.expires_ms
		   : ms;
}

static void build(struct job *j, struct push_load *l, const struct user *sender)
{
	const struct subject *s = l->subject;
	struct push_notice *n = &l->notice;

	*n = (struct push_notice){
		.id = uuid(j, l),
		.collapse = collapse(j, s->job.conv_id),
		.is_silent = l->withdraws,
		.is_urgent = !l->withdraws,
		.title = STR(""),
		.body = STR(""),
		.badge = badge(j, s),
		.expires_ms = expires(s),
		.data = data_of(j, l),
	};
	if (l->withdraws)
		return;
	if (s->job.conv_id == PUSH_TEST_CONV)
		write_test(l);
	else if (l->credential->preview == CREDENTIAL_NONE)
		n->is_silent = true;
	else
		write_texts(j, l, sender);
}

int push_payloads(struct job *j, struct push_load *loads, size_t n,
    struct error *err)
{
	int64_t *ids = ARENA_ARRAY(j->arena, n, int64_t);
	struct user *users;
	size_t n_ids = 0, n_users;

	for (size_t i = 0; i < n; i++)
		if (loads[i].subject->entry.sender_id)
			ids[n_ids++] = loads[i].subject->entry.sender_id;
	if (user_load(j->db, j->cache, j->arena, ids, n_ids, &users, &n_users,
		err) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		build(j, &loads[i],
		    user_pick(users, n_users,
			loads[i].subject->entry.sender_id));
	return 0;
}
