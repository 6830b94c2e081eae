/* sample: sample_app of the unit tests as a real program, on any transport. */
#include "../unit/sample_app.h"

int main(int argc, char **argv)
{
	return web_main(argc, argv, &sample_app, NULL);
}
