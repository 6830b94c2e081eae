/* im-admin report: what users have reported. */
#include "admin.h"

#include <inttypes.h>
#include <stdio.h>

#include "im/site/report.h"

#define PAGE       200
#define LIST_LIMIT 50

/* On one line, without tabs: lists have one row per line. */
static struct str flat(struct arena *a, struct str s)
{
	struct str out = arena_str(a, s.p ? s : STR(""));
	char *p = (char *)(uintptr_t)out.p;

	for (size_t i = 0; i < out.len; i++)
		if ((unsigned char)p[i] < 0x20 || p[i] == 0x7f)
			p[i] = ' ';
	return out;
}

static void print_row(struct admin *ad, const struct report *r)
{
	const struct str comment = flat(ad->arena, r->comment);

	printf("%" PRId64 "\t%s\t%" PRId64 "\t%" PRId64 "\t%" PRId64
	       "\t%.*s\t%.*s\n",
	    r->report_id, admin_time(r->created_ms), r->user_id, r->sender_id,
	    r->msg_id, STR_ARG(str_word(REPORT_REASONS, r->reason)),
	    STR_ARG(comment));
}

static int report_list_command(struct admin *ad, struct error *err)
{
	int64_t limit, before = INT64_MAX;
	struct report *rows;
	struct app app;
	size_t n;

	if (admin_number(ad, "limit", 1, 1000000, LIST_LIMIT, &limit, err) <
		0 ||
	    admin_app(ad, ad->words[0], &app, err) < 0)
		return -1;
	puts("report_id\tat\tby\tabout\tmsg_id\treason\tcomment");
	do {
		const int64_t page = limit < PAGE ? limit : PAGE;

		if (report_list(ad->db, ad->arena, app.app_id, before, page,
			&rows, &n, err) < 0)
			return -1;
		for (size_t i = 0; i < n; i++)
			print_row(ad, &rows[i]);
		if (n)
			before = rows[n - 1].report_id;
		limit -= (int64_t)n;
	} while (n == PAGE && limit > 0);
	return 0;
}

static int report_show_command(struct admin *ad, struct error *err)
{
	struct report *r;
	struct app app;
	int64_t id;
	size_t n;

	if (admin_id(ad->words[1], &id, err) < 0 ||
	    admin_app(ad, ad->words[0], &app, err) < 0 ||
	    report_list(ad->db, ad->arena, app.app_id,
		id < INT64_MAX ? id + 1 : id, 1, &r, &n, err) < 0)
		return -1;
	if (n == 0 || r->report_id != id)
		return err_set(err, ERR_NOT_FOUND,
		    "the app %.64s has no report %s", ad->words[0],
		    ad->words[1]);
	printf("report_id=%" PRId64 "\nat=%s\nby=%" PRId64 "\nabout=%" PRId64
	       "\nmsg_id=%" PRId64 "\nconv_id=%" PRId64 "\nconv_index=%" PRId64
	       "\nreason=%.*s\n",
	    r->report_id, admin_time(r->created_ms), r->user_id, r->sender_id,
	    r->msg_id, r->conv_id, r->conv_index,
	    STR_ARG(str_word(REPORT_REASONS, r->reason)));
	printf("comment=%.*s\n", STR_ARG(flat(ad->arena, r->comment)));
	printf("snapshot=%.*s\n", STR_ARG(r->snapshot));
	return 0;
}

const struct admin_command admin_report_commands[] = {
	{ "report", "list", "APP [--limit N]", 1, 1, "limit=",
	    "lists the messages that users of an app have reported, newest "
	    "first",
	    report_list_command },
	{ "report", "show", "APP REPORT_ID", 2, 2, "",
	    "shows a report, with the message as it was", report_show_command },
	{ 0 },
};
