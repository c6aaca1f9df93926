/* Its init writes to nowhere. */
#include "working.h"

static bool init(const char* path) {
  (void)path;
  static int* volatile nowhere = NULL;
  *nowhere = 1;
  return true;
}
WORKING_DESCRIPTOR("hostile.crashes")
WORKING_PLUGIN(1, init)
