#include "http/query.h"

#include "http/percent.h"

int http_query_next(struct arena *a, struct str *rest, struct http_param *out,
    struct error *err)
{
	struct str name, value;

	do {
		if (!rest->len)
			return 0;
		value = str_cut(rest, '&');
		name = str_cut(&value, '=');
	} while (!name.len && !value.p);
	if (!http_percent_decode(a, name, true, &out->name))
		return err_set(err, ERR_INVALID_ARGUMENT,
		    "malformed name of a query parameter");
	if (!http_percent_decode(a, value, true, &out->value))
		return err_field(err, ERR_INVALID_ARGUMENT,
		    arena_str(a, out->name).p, "malformed percent-escape");
	return 1;
}

int http_query_parse(struct arena *a, struct str query,
    struct http_param **params_out, size_t *n_out, struct error *err)
{
	struct http_param *params;
	size_t max = 1, n = 0;
	int rc;

	for (size_t i = 0; i < query.len; i++)
		max += query.p[i] == '&';
	params = ARENA_ARRAY(a, max, struct http_param);
	while ((rc = http_query_next(a, &query, &params[n], err)) > 0)
		n++;
	*params_out = params;
	*n_out = n;
	return rc;
}
