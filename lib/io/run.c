#include "io/run.h"

const char *run_dir = "/run/imcloud";

/* With a name and a suffix it must fit into sun_path, 108 bytes. */
const struct conf_key run_conf[] = {
	{ "run", "dir", CONF_STR, "/run/imcloud", "", 1, 64,
	    "Directory of the Unix sockets of services and jobs.", &run_dir },
	CONF_END,
};

struct str run_path(struct arena *a, const char *name, const char *suffix)
{
	return arena_printf(a, "%s/%s%s", run_dir, name, suffix);
}
