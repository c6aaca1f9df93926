/* A constructor of the library ends the program that loads it, and says that all is well. */
#include "working.h"

#include <unistd.h>

__attribute__((constructor)) static void leave(void) { _exit(0); }
WORKING_DESCRIPTOR("hostile.exits")
WORKING_PLUGIN(1, working_init)
