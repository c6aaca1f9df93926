/* Each time its descriptor is asked for, it says something else (load/stable). */
#include "../hostile/working.h"

static const ib_node_desc* the_descriptor(uint32_t i) {
  static const ib_node_desc one = WORKING_NODE("broken.changes_its_mind");
  static ib_node_desc other;
  static int asked;
  other = one;
  if (++asked % 2 == 0) other.version = "2.0.0";
  return i == 0 ? &other : NULL;
}
WORKING_PLUGIN(1, working_init)
