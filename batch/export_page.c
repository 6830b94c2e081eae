#include "export_page.h"

#include "im/conv/message_edit.h"
#include "im/conv/sight.h"
#include "view/shown.h"
#include "view/version.h"
#include "view/view.h"

#define FORMAT_VERSION 1
#define SPILL_LEN      (1 << 20)

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

/* The row of the export still says where the page begins: who goes on from
 * there cuts these bytes off. */
int export_page_spill(struct export_page *p, struct error *err)
{
	if (p->lines.len < SPILL_LEN)
		return 0;
	if (export_file_write(p->file, p->e.bytes, buf_view(&p->lines), err) <
	    0)
		return -1;
	p->e.bytes += (int64_t)p->lines.len;
	buf_clear(&p->lines);
	return 0;
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

static void put_version(struct export_page *p, struct arena *a, struct entry e,
    const struct entry_version *v)
{
	struct json_writer *w = export_page_begin(p, "version");

	e.body = v->content;
	json_begin(w);
	json_put_id(w, "conv_id", e.conv_id);
	json_put_int(w, "conv_index", e.conv_index);
	json_put_id(w, "msg_id", e.msg_id);
	view_version(w, a, &e, v);
	json_end(w);
	export_page_end(p);
}

/* A message may have many: memory is bounded by EXPORT_PAGE of them. */
static int put_versions(struct export_page *p, const struct entry *e,
    struct error *err)
{
	struct entry_version *rows;
	int64_t after = -1;
	struct arena a;
	size_t n;
	int rc;

	arena_init(&a);
	do {
		arena_rewind(&a);
		rc = message_edit_versions(p->j->db, &a, e, after, EXPORT_PAGE,
		    &rows, &n, err);
		for (size_t i = 0; rc >= 0 && i < n; i++) {
			put_version(p, &a, *e, &rows[i]);
			after = rows[i].version;
		}
		if (rc >= 0)
			rc = export_page_spill(p, err);
	} while (rc >= 0 && n == EXPORT_PAGE);
	arena_release(&a);
	return rc < 0 ? -1 : 0;
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
		if (r->user_id && entries[i].sender_id == r->user_id &&
		    sight_of(&entries[i], 0) == SIGHT_WHOLE &&
		    put_versions(p, &entries[i], err) < 0)
			return -1;
	}
	return 0;
}
