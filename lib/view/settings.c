#include "io/json_writer.h"
#include "view/view.h"

static void put_time(struct json_writer *w, const char *key, int64_t minutes)
{
	char text[8];

	snprintf(text, sizeof(text), "%02d:%02d", (int)(minutes / 60 % 24),
	    (int)(minutes % 60));
	json_put_cstr(w, key, text);
}

static void put_dnd(struct json_writer *w, const struct dnd *d)
{
	json_key(w, "dnd");
	if (!d->tz.p) {
		json_null_value(w);
		return;
	}
	json_begin(w);
	put_time(w, "from", d->from);
	put_time(w, "to", d->to);
	json_put_str(w, "tz", d->tz);
	json_key(w, "days");
	json_begin_list(w);
	for (int i = 0; i < 7; i++)
		if (d->days >> i & 1)
			json_int(w, i + 1);
	json_end_list(w);
	json_end(w);
}

void view_settings(struct json_writer *w, const struct user_setting *s)
{
	json_begin(w);
	put_dnd(w, &s->dnd);
	json_put_bool(w, "push_preview", s->push_preview != 0);
	json_put_bool(w, "read_receipts", s->read_receipts != 0);
	json_put_str(w, "last_seen", str_word(AUDIENCES, s->last_seen));
	json_put_str(w, "add_to_groups", str_word(AUDIENCES, s->add_to_groups));
	json_put_raw(w, "meta", s->meta.p ? s->meta : STR("{}"));
	json_end(w);
}
