#include "export_page.h"

#include "im/conv/sight.h"
#include "view/shown.h"
#include "view/view.h"

#define FORMAT_VERSION 1

struct json_writer *export_page_begin(struct export_page *p, const char *name)
{
	json_writer_init(&p->w, &p->lines);
	json_begin(&p->w);
	json_key(&p->w, name);
	return &p->w;
}

void export_page_end(struct export_page *p)
{
	json_end(&p->w);
	buf_char(&p->lines, '\n');
	p->e.file_lines++;
}

void export_page_head(struct export_page *p)
{
	struct json_writer *w = export_page_begin(p, "export");

	json_begin(w);
	json_put_int(w, "version", FORMAT_VERSION);
	if (p->e.user_id)
		json_put_id(w, "user_id", p->e.user_id);
	if (p->e.conv_id)
		json_put_id(w, "conv_id", p->e.conv_id);
	json_put_int(w, "created_at", p->e.asked_ms);
	json_end(w);
	export_page_end(p);
}

int export_page_tail(struct export_page *p, struct error *err)
{
	struct json_writer *w = export_page_begin(p, "end");

	(void)err;
	json_begin(w);
	json_put_int(w, "lines", p->e.file_lines + 1);
	json_end(w);
	export_page_end(p);
	return 1;
}

int export_page_entries(struct export_page *p, const struct export_reader *r,
    struct entry *entries, size_t n, struct error *err)
{
	const struct shown_for to = { .user_id = r->user_id,
		.hides = r->hides };

	if (shown_load(p->j->db, p->a, &to, entries, n, err) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (!entries[i].msg_id ||
		    sight_of(&entries[i], 0) == SIGHT_HIDDEN)
			continue;
		view_entry(export_page_begin(p, "entry"), &entries[i],
		    r->floor);
		export_page_end(p);
	}
	return 0;
}
