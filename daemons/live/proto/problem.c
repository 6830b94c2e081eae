#include "proto/problem.h"

#include "io/json.h"

int32_t problem_retry_ms(const struct error *err)
{
	if (err_info(err->code)->retry == ERR_RETRY_NEVER)
		return 0;
	return err->retry_after_ms > 0 ? err->retry_after_ms : PROBLEM_RETRY_MS;
}

void problem_write(struct buf *out, const struct error *err,
    struct str request_id)
{
	const struct err_info *info = err_info(err->code);
	bool says = err->detail[0] && err->code != ERR_INTERNAL;
	struct json_writer w;
	char type[64];

	snprintf(type, sizeof(type), "urn:imcloud:problem:%s", info->code);
	json_writer_init(&w, out);
	json_begin(&w);
	json_put_cstr(&w, "type", type);
	json_put_cstr(&w, "title", info->text);
	json_put_int(&w, "status", info->status);
	json_put_cstr(&w, "code", info->code);
	json_put_cstr(&w, "detail", says ? err->detail : info->text);
	if (err->field[0])
		json_put_cstr(&w, "field", err->field);
	if (problem_retry_ms(err))
		json_put_int(&w, "retry_after_ms", problem_retry_ms(err));
	json_put_str(&w, "request_id", request_id);
	json_end(&w);
}
