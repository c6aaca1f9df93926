/* Its init takes a while, and a user may have hundreds of plugins (load/opens). */
#include "../hostile/working.h"

#include <poll.h>

static bool init(const char* path) {
  (void)path;
  poll(NULL, 0, 300);
  return true;
}
WORKING_DESCRIPTOR("broken.opens_slowly")
WORKING_PLUGIN(1, init)
