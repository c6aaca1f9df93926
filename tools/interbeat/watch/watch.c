/* Every function below counts its call if the calling thread is watched, and then does what it always did.
 * Those of the malloc family go to glibc's own names for them: dlsym itself allocates.
 */
#define _GNU_SOURCE
#include "watch.h"

#include <dlfcn.h>
#include <pthread.h>
#include <semaphore.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>

#define WATCH_EXPORT __attribute__((visibility("default")))
#define WATCH_LOCAL static __thread __attribute__((tls_model("initial-exec")))

WATCH_LOCAL int armed;
WATCH_LOCAL ib_watch_counts counted;

static void note(enum ib_watched kind, const char* name) {
  if (!armed) return;
  if (counted.n[kind]++ == 0) counted.first[kind] = name;
}

WATCH_EXPORT void ib_watch_arm(void);
WATCH_EXPORT void ib_watch_arm(void) {
  memset(&counted, 0, sizeof counted);
  armed = 1;
}
WATCH_EXPORT void ib_watch_disarm(ib_watch_counts* counts);
WATCH_EXPORT void ib_watch_disarm(ib_watch_counts* counts) {
  armed = 0;
  *counts = counted;
}

/* -- memory -------------------------------------------------------------------------------------- */

void* __libc_malloc(size_t n);
void* __libc_calloc(size_t n, size_t size);
void* __libc_realloc(void* p, size_t n);
void* __libc_memalign(size_t align, size_t n);
void __libc_free(void* p);

WATCH_EXPORT void* malloc(size_t n) {
  note(IB_WATCH_MEMORY, "malloc");
  return __libc_malloc(n);
}
WATCH_EXPORT void* calloc(size_t n, size_t size) {
  note(IB_WATCH_MEMORY, "calloc");
  return __libc_calloc(n, size);
}
WATCH_EXPORT void* realloc(void* p, size_t n) {
  note(IB_WATCH_MEMORY, "realloc");
  return __libc_realloc(p, n);
}
WATCH_EXPORT void* aligned_alloc(size_t align, size_t n) {
  note(IB_WATCH_MEMORY, "aligned_alloc");
  return __libc_memalign(align, n);
}
WATCH_EXPORT void free(void* p) {
  if (p != NULL) note(IB_WATCH_MEMORY, "free");
  __libc_free(p);
}

/* -- what is found behind this library ---------------------------------------------------------------- */

#define WATCHED(kind, result, name, params, ...) \
  WATCH_EXPORT result name params {              \
    static result(*real) params;                 \
    note(kind, #name);                           \
    if (real == NULL) {                          \
      const int was = armed;                     \
      armed = 0;                                 \
      *(void**)&real = dlsym(RTLD_NEXT, #name);  \
      armed = was;                               \
    }                                            \
    return real(__VA_ARGS__);                    \
  }

WATCHED(IB_WATCH_MEMORY, int, posix_memalign, (void** p, size_t align, size_t n), p, align, n)

WATCHED(IB_WATCH_LOCKS, int, pthread_mutex_lock, (pthread_mutex_t * m), m)
WATCHED(IB_WATCH_LOCKS, int, pthread_mutex_trylock, (pthread_mutex_t * m), m)
WATCHED(IB_WATCH_LOCKS, int, pthread_rwlock_rdlock, (pthread_rwlock_t * l), l)
WATCHED(IB_WATCH_LOCKS, int, pthread_rwlock_wrlock, (pthread_rwlock_t * l), l)
WATCHED(IB_WATCH_LOCKS, int, pthread_spin_lock, (pthread_spinlock_t * l), l)
WATCHED(IB_WATCH_LOCKS, int, sem_wait, (sem_t * s), s)
WATCHED(IB_WATCH_LOCKS, int, sem_trywait, (sem_t * s), s)

WATCHED(IB_WATCH_CLOCKS, int, clock_gettime, (clockid_t id, struct timespec* t), id, t)
WATCHED(IB_WATCH_CLOCKS, int, gettimeofday, (struct timeval * t, void* zone), t, zone)
WATCHED(IB_WATCH_CLOCKS, time_t, time, (time_t * t), t)
WATCHED(IB_WATCH_CLOCKS, clock_t, clock, (void), )

WATCHED(IB_WATCH_DICE, int, rand, (void), )
WATCHED(IB_WATCH_DICE, long, random, (void), )
WATCHED(IB_WATCH_DICE, double, drand48, (void), )
