#include "events/event.h"

#include "base/clock.h"
#include "io/json_writer.h"
#include "proto/frame.h"

#define OPEN        "{\"event\":{"
#define OPEN_INDEX  "{\"event\":{\"user_index\":"
#define OPEN_OBJECT "{\"event\":"
#define CLOSE       "}}"

struct chunk *event_chunk(struct str members)
{
	return frame_chunk(members, STR(CLOSE));
}

struct str event_members(const struct chunk *chunk)
{
	struct str text = frame_chunk_text(chunk);

	text.len -= strlen(CLOSE);
	return text;
}

bool event_put(struct http_conn *h, int64_t index, struct chunk *chunk)
{
	char open[FRAME_OPEN_MAX];
	size_t len = strlen(OPEN_INDEX);

	if (!index)
		return frame_put(h, OUT_EVENT, 0, STR(OPEN), chunk);
	memcpy(open, OPEN_INDEX, strlen(OPEN_INDEX));
	len += frame_put_int(open + len, index);
	open[len++] = ',';
	return frame_put(h, OUT_EVENT, index, (struct str){ open, len }, chunk);
}

void event_put_object(struct http_conn *h, int64_t index, struct str object)
{
	struct chunk *chunk = frame_chunk(object, STR("}"));

	frame_put(h, OUT_PLAIN, index, STR(OPEN_OBJECT), chunk);
	chunk_unref(&chunk);
}

/* ---- events of im-live itself ---- */

static struct buf text;

void event_begin(struct json_writer *w, const char *type)
{
	buf_clear(&text);
	json_writer_init(w, &text);
	json_begin_members(w);
	json_put_cstr(w, "type", type);
	json_put_int(w, "at", clock_site_ms());
}

struct chunk *event_end(struct json_writer *w)
{
	json_end_members(w);
	return event_chunk(buf_view(&text));
}
