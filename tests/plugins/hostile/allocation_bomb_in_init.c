/* Its init takes memory until there is none. */
#include "working.h"

static bool init(const char* path) {
  (void)path;
  enum { piece = 64 * 1024 * 1024 };
  for (;;) {
    volatile char* memory = malloc(piece);
    if (memory == NULL) abort();
    for (size_t i = 0; i < piece; i += 4096) memory[i] = 1;
  }
}
WORKING_DESCRIPTOR("hostile.greedy")
WORKING_PLUGIN(1, init)
