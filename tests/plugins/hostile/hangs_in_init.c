/* Its init never comes back, and costs no CPU meanwhile. */
#include "working.h"

#include <unistd.h>

static bool init(const char* path) {
  (void)path;
  volatile bool for_ever = true;
  while (for_ever) pause();
  return true;
}
WORKING_DESCRIPTOR("hostile.hangs")
WORKING_PLUGIN(1, init)
