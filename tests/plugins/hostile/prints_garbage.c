/* It works, and writes bytes to both outputs wherever it is asked something. */
#include "working.h"

#include <stdio.h>
#include <unistd.h>

static void print(void) {
  static const char garbage[] = "\x00\xff{\"nodes\":[\x1b[2Jgarbage\n\n\x80";
  fwrite(garbage, 1, sizeof garbage, stdout);
  fflush(stdout);
  if (write(2, garbage, sizeof garbage) < 0) return;
}
__attribute__((constructor)) static void when_loaded(void) { print(); }
static bool init(const char* path) {
  (void)path;
  print();
  return true;
}
static const ib_node_desc the_desc = WORKING_NODE("hostile.prints");
static const ib_node_desc* the_descriptor(uint32_t i) {
  print();
  return i == 0 ? &the_desc : NULL;
}
WORKING_PLUGIN(1, init)
