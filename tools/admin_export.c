/* im-admin export: where the files of exports lie. */
#include "admin.h"

#include <inttypes.h>
#include <stdio.h>

#include "im/user/export.h"

#define PAGE 200

static void print_row(const struct export *e)
{
	printf("%" PRId64 "\t%.*s\t%" PRId64 "\t%" PRId64 "\t%s\t%s\t%" PRId64
	       "\t%.*s%s\t%.*s\n",
	    e->export_id, STR_ARG(str_word(EXPORT_STATES, e->state)),
	    e->user_id, e->conv_id, admin_time(e->asked_ms),
	    admin_time(e->ended_ms), e->bytes, STR_ARG(e->name),
	    !e->name.p                   ? "-"
	    : e->state == EXPORT_RUNNING ? ".part"
					 : ".jsonl",
	    STR_ARG(e->reason));
}

static int export_list_command(struct admin *ad, struct error *err)
{
	struct export *rows;
	int64_t after = 0;
	struct app app;
	size_t n;

	if (admin_app(ad, ad->words[0], &app, err) < 0)
		return -1;
	puts("export_id\tstate\tuser_id\tconv_id\tasked\tended\tbytes\tfile\t"
	     "reason");
	do {
		if (export_list(ad->db, ad->arena, app.app_id, after, PAGE,
			&rows, &n, err) < 0)
			return -1;
		for (size_t i = 0; i < n; i++)
			print_row(&rows[i]);
		if (n)
			after = rows[n - 1].export_id;
	} while (n == PAGE);
	return 0;
}

const struct admin_command admin_export_commands[] = {
	{ "export", "list", "APP", 1, 1, "",
	    "lists the exports of an app, with the names of their files",
	    export_list_command },
	{ 0 },
};
