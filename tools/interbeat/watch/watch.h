/* libinterbeat-watch: counts what a thread asks of the C library while it is watched. `interbeat plugin check`
 * preloads it into its own children, so that calls made by a plugin's own libraries are seen too.
 *
 * The functions are found by name (dlsym): a program runs with or without them.
 */
#ifndef INTERBEAT_WATCH_H
#define INTERBEAT_WATCH_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum ib_watched { IB_WATCH_MEMORY, IB_WATCH_LOCKS, IB_WATCH_CLOCKS, IB_WATCH_DICE, IB_WATCH_KINDS };

typedef struct ib_watch_counts {
  uint64_t n[IB_WATCH_KINDS];
  const char* first[IB_WATCH_KINDS]; /* the function that was called first, or null */
} ib_watch_counts;

/* [any] Of the calling thread. */
typedef void ib_watch_arm_function(void);
typedef void ib_watch_disarm_function(ib_watch_counts* counts);

#ifdef __cplusplus
}
#endif
#endif
