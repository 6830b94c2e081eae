#include "im/user/password.h"

#include <pthread.h>
#include <time.h>

#include "base/conf.h"
#include "base/crypto.h"

#define WAIT_S 1

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t turn = PTHREAD_COND_INITIALIZER;
static int64_t busy;

static int take_turn(struct error *err)
{
	struct timespec until;
	int rc = 0;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += WAIT_S;
	pthread_mutex_lock(&lock);
	while (busy >= conf.user.password_threads && rc == 0)
		rc = pthread_cond_timedwait(&turn, &lock, &until);
	if (busy < conf.user.password_threads)
		busy++;
	else
		rc = err_set(err, ERR_BUSY, "too many log-ins at once");
	pthread_mutex_unlock(&lock);
	return rc < 0 ? -1 : 0;
}

static void give_turn(void)
{
	pthread_mutex_lock(&lock);
	busy--;
	pthread_cond_signal(&turn);
	pthread_mutex_unlock(&lock);
}

int password_hash(struct arena *a, struct str password, struct str *hash_out,
    struct error *err)
{
	char text[CRYPTO_PASSWORD_LEN];
	int rc;

	if (take_turn(err) < 0)
		return -1;
	rc = crypto_password_hash(text, password);
	give_turn();
	if (rc < 0)
		return err_set(err, ERR_BUSY, "no memory for a hash");
	*hash_out = str_of(arena_cstr(a, text));
	return 0;
}

int password_check(struct arena *a, struct str hash, struct str password,
    struct error *err)
{
	bool fits = false;

	if (take_turn(err) < 0)
		return -1;
	if (hash.p)
		fits = crypto_password_check(arena_str(a, hash).p, password);
	else
		crypto_password_burn(password);
	give_turn();
	return fits;
}
