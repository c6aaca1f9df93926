/* It says that it has two nodes, and has one. */
#include "working.h"

WORKING_DESCRIPTOR("hostile.half")
WORKING_PLUGIN(2, working_init)
