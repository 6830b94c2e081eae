#include "im/user/home.h"

#include "base/conf.h"
#include "base/id.h"

int home_check_user(int64_t user_id, struct error *err)
{
	if (id_region(user_id) == conf.region.id)
		return 0;
	return err_set(err, ERR_HOME_UNREACHABLE,
	    "the user has their home in another region");
}
