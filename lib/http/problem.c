#include "http/problem.h"

#include "http/status.h"
#include "io/json_writer.h"

/* When the error has no retry_after_ms. */
#define RETRY_MIN_MS    1000
#define RETRY_SPREAD_MS 1000

/* FNV-1a. */
static uint32_t hash(struct str s)
{
	uint32_t h = 2166136261;

	for (size_t i = 0; i < s.len; i++)
		h = (h ^ (uint8_t)s.p[i]) * 16777619;
	return h;
}

int32_t http_problem_retry_ms(const struct error *err, struct str request_id)
{
	if (err_info(err->code)->retry == ERR_RETRY_NEVER)
		return 0;
	if (err->retry_after_ms > 0)
		return err->retry_after_ms;
	return RETRY_MIN_MS + (int32_t)(hash(request_id) % RETRY_SPREAD_MS);
}

int32_t http_problem_retry_s(const struct error *err, struct str request_id)
{
	int32_t ms = http_problem_retry_ms(err, request_id);

	return ms / 1000 + (ms % 1000 > 0);
}

void http_problem_write(struct buf *out, const struct error *err,
    struct str request_id)
{
	const struct err_info *info = err_info(err->code);
	bool has_detail = err->detail[0] && info->status != HTTP_INTERNAL_ERROR;
	int32_t retry_ms = http_problem_retry_ms(err, request_id);
	struct json_writer w;
	char type[64];

	snprintf(type, sizeof(type), "urn:imcloud:problem:%s", info->code);
	json_writer_init(&w, out);
	json_begin(&w);
	json_put_cstr(&w, "type", type);
	json_put_cstr(&w, "title", info->text);
	json_put_int(&w, "status", info->status);
	json_put_cstr(&w, "code", info->code);
	json_put_cstr(&w, "detail", has_detail ? err->detail : info->text);
	if (err->field[0])
		json_put_cstr(&w, "field", err->field);
	if (retry_ms)
		json_put_int(&w, "retry_after_ms", retry_ms);
	json_put_str(&w, "request_id", request_id);
	json_end(&w);
}
