#include "gateway/service.h"

static const struct row {
	const char *path;
	bool is_whole; /* matches only the path itself */
	enum service service;
} rows[] = {
#define PATH(path, is_whole, symbol) { path, is_whole, SERVICE_##symbol },
#include "gateway/services.def"
};

static bool fits(const struct row *row, struct str path)
{
	struct str pattern = str_of(row->path);

	while (pattern.p) {
		struct str want = str_cut(&pattern, '/'), got;

		if (!path.p)
			return false;
		got = str_cut(&path, '/');
		if (!str_is(want, "*") && !str_eq(want, got))
			return false;
	}
	return !row->is_whole || !path.p;
}

const char *service_name(enum service s)
{
	static const char *const names[] = {
#define SERVICE(symbol, name) [SERVICE_##symbol] = name,
#include "gateway/services.def"
	};

	return names[s];
}

enum service service_of(struct str path)
{
	path = str_cut(&path, '?');
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (fits(&rows[i], path))
			return rows[i].service;
	}
	return SERVICE_ADMIN;
}

static bool is_below(struct str path, const char *root)
{
	size_t n = strlen(root);

	return str_starts(path, root) && (path.len == n || path.p[n] == '/');
}

bool service_is_for_websocket(struct str path)
{
	path = str_cut(&path, '?');
	return str_starts(path, "/v1/") && !is_below(path, "/v1/live") &&
	       !is_below(path, "/v1/files") && !is_below(path, "/v1/uploads");
}
