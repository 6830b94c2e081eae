#include "io/fts_peers.h"

#include "base/conf.h"
#include "base/conf_form.h"

struct str fts_peers_of(int part)
{
	struct str rest = str_of(conf.search.peers), url, parts;

	if (!rest.len)
		return STR_NONE;
	while (rest.p) {
		int64_t first, last;

		url = str_trim(str_cut(&rest, ','));
		parts = str_trim(str_cut(&url, '='));
		if (conf_form_range(parts, &first, &last) &&
		    first <= part + 1 && part + 1 <= last)
			return str_trim(url);
	}
	return STR_NONE;
}

bool fts_peers_is_here(int part)
{
	return !fts_peers_of(part).p;
}
