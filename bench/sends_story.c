/* The conversations to read: created through the API, then reused. */
#include "sends.h"

#include <inttypes.h>
#include <stdio.h>

#include "io/json.h"

static const json_t *call(const struct options *o, struct arena *a,
    const struct person *p, const char *method, const char *path,
    struct str body)
{
	struct error err;
	json_t *v;

	if (json_parse(a,
		http_call(a, &o->target, method, path, str_of(p->token), body,
		    200, 201),
		false, &v, &err) < 0)
		die(EX_PROTOCOL, "an answer is not valid JSON");
	return v;
}

static void say(const struct options *o, struct arena *a,
    const struct person *p, int64_t conv_id, int64_t n)
{
	char path[96];

	snprintf(path, sizeof(path), "/v1/conversations/%" PRId64 "/messages",
	    conv_id);
	call(o, a, p, "POST", path,
	    arena_printf(a,
		"{\"client_msg_id\":"
		"\"story-%" PRId64
		"\",\"type\":\"text\",\"content\":{\"text\":\"a "
		"message of the usual length, as people write them, no. "
		"%" PRId64 "\"}}",
		n, n));
}

const json_t *story_page(const struct options *o, struct arena *a,
    const struct person *p, int64_t conv_id, int64_t before, int limit)
{
	char path[128];

	snprintf(path, sizeof(path),
	    "/v1/conversations/%" PRId64 "/messages?limit=%d&before=%" PRId64,
	    conv_id, limit, before);
	return json_object_get(call(o, a, p, "GET", path, STR_NONE), "items");
}

int64_t story_newest(const struct options *o, struct arena *a,
    const struct person *p, int64_t conv_id)
{
	const json_t *items = story_page(o, a, p, conv_id, INT64_C(1) << 52, 1);

	return json_get_int(json_array_get(items, 0), "conv_index", 0);
}

int64_t story_conv(const struct options *o, struct arena *a,
    const struct person *people)
{
	int64_t conv_id = people_group(a, &o->target, "bench-story", people,
	    STORY_READERS);

	for (int64_t i = story_newest(o, a, people, conv_id); i < STORY_LEN;
	     i++)
		say(o, a, &people[i % STORY_READERS], conv_id, i);
	return conv_id;
}

void story_chats(const struct options *o, struct arena *a,
    const struct person *people, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		int64_t conv_id = people_chat(a, &o->target, &people[0],
		    &people[i]);

		if (story_newest(o, a, &people[0], conv_id) == 0)
			say(o, a, &people[i], conv_id, 1);
	}
}

void story_groups(const struct options *o, struct arena *a,
    const struct person *people, int64_t conv_ids[GROUPS])
{
	for (int i = 0; i < GROUPS; i++) {
		char client_id[32];

		snprintf(client_id, sizeof(client_id), "bench-group-%d", i);
		conv_ids[i] = people_group(a, &o->target, client_id, people,
		    GROUP_SIZE);
	}
}

int64_t story_head(const struct options *o, struct arena *a,
    const struct person *p)
{
	return json_get_int(call(o, a, p, "GET", "/v1/inbox/head", STR_NONE),
	    "user_index", 0);
}
