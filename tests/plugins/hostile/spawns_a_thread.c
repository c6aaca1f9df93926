/* It works, and starts a thread that stays. */
#include "working.h"

#include <pthread.h>
#include <unistd.h>

static void* stay(void* nothing) {
  for (;;) pause();
  return nothing;
}
static bool init(const char* path) {
  (void)path;
  pthread_t thread;
  return pthread_create(&thread, NULL, stay, NULL) == 0;
}
WORKING_DESCRIPTOR("hostile.spawns")
WORKING_PLUGIN(1, init)
