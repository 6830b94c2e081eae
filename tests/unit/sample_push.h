/*
 * A notice, and checks of what push providers make of it and of answers.
 */
#ifndef TESTS_SAMPLE_PUSH_H
#define TESTS_SAMPLE_PUSH_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "push/provider.h"

struct sample_answer {
	int status;
	const char *body;
	enum push_verdict verdict;
};

static inline struct push_notice sample_notice(int64_t now_ms)
{
	return (struct push_notice){
		.id = STR("6f1ed002-ab5b-4c3c-8b8f-1c3d6f5ad7aa"),
		.collapse = STR("conv-1_x"),
		.is_urgent = true,
		.title = STR("Ann"),
		.body = STR("Hello"),
		.badge = 3,
		.expires_ms = now_ms + 3600 * 1000,
		.data = STR("{\"conv_id\":\"12\"}"),
	};
}

static inline struct str header_of(const struct push_request *q,
    const char *name)
{
	for (size_t i = 0; i < q->n_headers; i++)
		if (!strcmp(q->headers[i].name, name))
			return q->headers[i].value;
	return STR_NONE;
}

static inline void assert_header(const struct push_request *q, const char *name,
    const char *value)
{
	struct str v = header_of(q, name);

	if (!str_is(v, value))
		fail_msg("%s is %.*s, not %s", name, STR_ARG(v), value);
}

static inline struct push_outcome judged(struct arena *a,
    const struct push_provider *p, struct str token, int status,
    const char *body, int64_t now_ms)
{
	struct push_answer answer = { .status = status, .body = str_of(body) };
	struct push_address to = { .token = token };
	struct push_outcome o;

	p->judge(a, &answer, &to, now_ms, &o);
	assert_true(o.reason.len <= 64);
	assert_true(!o.reason.len || str_is_printable(o.reason, true));
	return o;
}

static inline void assert_answers(struct arena *a,
    const struct push_provider *p, struct str token,
    const struct sample_answer *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct push_outcome o = judged(a, p, token, rows[i].status,
		    rows[i].body, INT64_C(1800000000000));
		struct str is = str_word(PUSH_VERDICTS, o.verdict + 1);

		if (o.verdict != rows[i].verdict)
			fail_msg("%d %s: %.*s", rows[i].status, rows[i].body,
			    STR_ARG(is));
	}
}

#endif
