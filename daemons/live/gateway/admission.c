#include "gateway/admission.h"

#include "base/conf.h"
#include "base/crypto.h"
#include "gateway/fcgi_client.h"

#define RETRY_MIN_MS 500
/* The pace of a rush is not that of the time after it. */
#define RETRY_MAX_MS 20000

static uv_loop_t *loop;
/* When the service has room for the next one that is refused. */
static double room_at_ms[SERVICE_MAX];

/* A quarter more or less. */
static int64_t jitter(int64_t ms)
{
	return ms * 3 / 4 + crypto_uniform((uint32_t)ms / 2 + 1);
}

int64_t admission_refuse_ms(enum service service)
{
	int64_t wait = fcgi_wait_ms(service), retry;
	double now = (double)uv_now(loop), *room_at = &room_at_ms[service];

	if (wait <= conf.live.patience_s * 1000)
		return 0;
	if (*room_at < now + (double)wait)
		*room_at = now + (double)wait;
	*room_at += fcgi_pace_ms(service);
	if (*room_at > now + RETRY_MAX_MS)
		*room_at = now + RETRY_MAX_MS;
	retry = jitter((int64_t)(*room_at - now));
	return retry < RETRY_MIN_MS ? RETRY_MIN_MS : retry;
}

void admission_start(uv_loop_t *l)
{
	loop = l;
}
