/* It calls a function that no library has. */
#include "working.h"

void a_function_that_nobody_has(void);
static bool init(const char* path) {
  (void)path;
  a_function_that_nobody_has();
  return true;
}
WORKING_DESCRIPTOR("hostile.lacks")
WORKING_PLUGIN(1, init)
