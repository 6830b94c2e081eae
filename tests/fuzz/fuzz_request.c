/*
 * A whole request: lines NAME=value as CGI parameters, an empty line, the body.
 * Every input gets one well-formed answer that follows the API.
 */
#include <stdlib.h>

#include "../unit/sample_app.h"
#include "base/crypto.h"
#include "base/log.h"
#include "web/transport.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct web_worker worker;

static void check(bool ok)
{
	if (!ok)
		abort();
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	crypto_init();
	log_init("fuzz", LOG_ERROR + 1);
	web_check_routes(&sample_app);
	web_worker_init(&worker, &sample_app);
	return 0;
}

static void check_status(int status)
{
	static const int known[] = { 200, 201, 204, 400, 401, 403, 404, 405,
		409, 412, 413, 415, 429, 500, 503 };
	bool found = false;

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		found |= known[i] == status;
	check(found);
}

/* Lines "Name: value" with CR LF and no other control character. */
static struct str check_head(struct str *answer)
{
	struct str type = STR_NONE;
	bool more = true;

	check(str_starts(*answer, "Status: "));
	while (more) {
		struct str value = str_cut(answer, '\n'), name;

		check(value.len && value.p[value.len - 1] == '\r');
		value.len--;
		more = value.len > 0;
		name = str_cut(&value, ':');
		check(!more || (value.p && name.len));
		check(str_is_alnum_or(name, "-"));
		for (size_t i = 0; i < value.len; i++)
			check((unsigned char)value.p[i] >= 0x20);
		if (str_is(name, "Content-Type"))
			type = str_trim(value);
	}
	return type;
}

static void check_answer(const struct web_request *rq, struct str answer)
{
	struct str type = check_head(&answer);
	struct error err;
	json_t *v;

	check_status(rq->status);
	check(str_is(rq->method, "HEAD") || rq->status == 204 ||
	      answer.len == rq->buf->len);
	for (size_t i = 0; i < rq->n_headers; i++) {
		if (!strcmp(rq->headers[i].name, "Content-Encoding"))
			return;
		/* the first answer, with its request id */
		if (!strcmp(rq->headers[i].name, "Idempotent-Replayed"))
			return;
	}
	if (str_is(rq->method, "HEAD") || rq->status == 204) {
		check(!answer.len);
		return;
	}
	if (str_starts(type, "text/"))
		return;
	check(json_parse(rq->arena, answer, false, &v, &err) == 0);
	if (str_is(type, "application/problem+json"))
		check(rq->status >= 400 &&
		      json_get_int(v, "status", 0) == rq->status &&
		      json_get_str(v, "code").len &&
		      str_eq(json_get_str(v, "request_id"), rq->request_id));
	else
		check(str_is(type, "application/json") &&
		      (rq->status < 400 || str_is(rq->path, "/v1/health")));
}

static void send(struct str input)
{
	struct web_request *rq = web_worker_begin(&worker);
	size_t room;

	while (input.len) {
		struct str value = str_cut(&input, '\n');
		struct str name = str_cut(&value, '=');

		if (!name.len && !value.p)
			break;
		if (value.p)
			web_param(rq, name, value);
	}
	room = web_body_room(rq);
	check(room <= WEB_BODY_MAX + 1);
	rq->raw_body = (struct str){ input.p,
		input.len < room ? input.len : room };
	/* /v1/slow would sleep. */
	if (str_starts(rq->path, "/v1/slow"))
		rq->path = STR("/v1/things");
	check_answer(rq, web_worker_answer(&worker));
	web_worker_end(&worker);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	memset(&sample_kept, 0, sizeof(sample_kept));
	sample_rate_is_used_up = size % 7 == 0;
	send((struct str){ (const char *)data, size });
	/* With a key, the second answer is that of the first, stored. */
	send((struct str){ (const char *)data, size });
	return 0;
}
