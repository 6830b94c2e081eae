/* What a run prints. */
#include "verify.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/stat.h"
#include "io/json_writer.h"

#define LINES_MAX 1000 /* findings printed */

bool verify_report_json;

static int64_t lines;

static void print_json(struct buf *b)
{
	buf_char(b, '\n');
	fwrite(b->p, 1, b->len, stdout);
	buf_release(b);
}

static void finding_json(const char *name, const char *text,
    const struct verify_finding *f, bool repaired)
{
	struct json_writer w;
	struct buf b;

	buf_init(&b);
	json_writer_init(&w, &b);
	json_begin(&w);
	json_put_cstr(&w, "check", name);
	json_put_id(&w, "conv_id", f->conv_id);
	json_put_id(&w, "user_id", f->user_id);
	json_put_int(&w, "at", f->at);
	json_put_int(&w, "want", f->want);
	json_put_int(&w, "got", f->got);
	if (f->what.p)
		json_put_str(&w, "column", f->what);
	json_put_bool(&w, "repaired", repaired);
	json_put_cstr(&w, "text", text);
	json_end(&w);
	print_json(&b);
}

void verify_report_finding(const char *name, const char *text,
    const struct verify_finding *f, bool repaired)
{
	if (lines++ >= LINES_MAX)
		return;
	if (verify_report_json) {
		finding_json(name, text, f, repaired);
		return;
	}
	printf("%s conv_id=%" PRId64 " user_id=%" PRId64 " at=%" PRId64
	       " want=%" PRId64 " got=%" PRId64,
	    name, f->conv_id, f->user_id, f->at, f->want, f->got);
	if (f->what.p)
		printf(" column=%.*s", STR_ARG(f->what));
	printf("%s: %s\n", repaired ? " repaired" : "", text);
}

void verify_report_found(struct job *j, struct verify_tally *t,
    const char *name, const char *text, const struct verify_finding *f)
{
	job_progress_hide(j);
	verify_report_finding(name, text, f, false);
	t->found++;
	j->result.failed++;
	stat_add(STAT_VERIFY_FOUND, 1);
}

void verify_report_end(const struct verify_tally *t)
{
	struct json_writer w;
	struct buf b;

	if (!verify_report_json) {
		printf("%" PRId64 " conversations, %" PRId64
		       " users; repaired %" PRId64 "\n",
		    t->seen[VERIFY_CONV], t->seen[VERIFY_USER], t->repaired);
		fflush(stdout);
		return;
	}
	buf_init(&b);
	json_writer_init(&w, &b);
	json_begin(&w);
	json_put_int(&w, "conversations", t->seen[VERIFY_CONV]);
	json_put_int(&w, "users", t->seen[VERIFY_USER]);
	json_put_int(&w, "findings", t->found);
	json_put_int(&w, "repaired", t->repaired);
	json_end(&w);
	print_json(&b);
	fflush(stdout);
}
