/* sample: the table of the unit tests as a real program, on any transport. */
#include "../unit/sample_app.h"
#include "io/run.h"

int main(int argc, char **argv)
{
	conf_register(run_conf);
	conf_register(web_conf);
	return web_main(argc, argv, &sample_app, NULL);
}
