/* A node type whose name is a megabyte long. */
#include "working.h"

static char name[1024 * 1024 + 1];
static ib_node_desc the_desc = WORKING_NODE(name);

static const ib_node_desc* the_descriptor(uint32_t i) {
  memset(name, 'a', sizeof name - 1);
  return i == 0 ? &the_desc : NULL;
}
WORKING_PLUGIN(1, working_init)
