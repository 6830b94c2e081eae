#include "conf/tables.h"

#include <stddef.h>

#include "base/stat.h"
#include "conf/live.h"
#include "im/conv/append.h"
#include "im/consumer/fanout.h"
#include "im/user/password.h"
#include "im/site/rate.h"
#include "im/site/region.h"
#include "io/bus.h"
#include "io/cache.h"
#include "io/db.h"
#include "io/run.h"
#include "job/job.h"
#include "web/web.h"

const char *migrate_dir;

static const struct conf_key tools_conf[] = {
	{ "migrate", "dir", CONF_STR, "/usr/share/imcloud/schema", "", 1, 1023,
	    "Where im-migrate finds the NNNN_title.sql.", &migrate_dir },
	CONF_END,
};

void conf_register_all(void)
{
	static const struct conf_key *const tables[] = {
		region_conf,
		run_conf,
		db_conf,
		cache_conf,
		bus_conf,
		web_conf,
		password_conf,
		rate_conf,
		append_conf,
		live_conf,
		job_conf,
		fanout_conf,
		tools_conf,
	};

	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		conf_register(tables[i]);
}

void conf_stat_open(const char *prog)
{
	if (*web_stat_dir)
		stat_open(web_stat_dir, prog);
}
