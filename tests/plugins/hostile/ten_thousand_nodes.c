/* As many nodes as anybody asks for, each with a name of its own. */
#include "working.h"

#include <stdio.h>

enum { how_many = 10000 };
static ib_node_desc descs[how_many];
static char names[how_many][32];

static const ib_node_desc* the_descriptor(uint32_t i) {
  static const ib_node_desc like = WORKING_NODE("hostile.many");
  if (i >= how_many) return NULL;
  snprintf(names[i], sizeof names[i], "hostile.many_%u", i);
  descs[i] = like;
  descs[i].type = names[i];
  return &descs[i];
}
WORKING_PLUGIN(how_many, working_init)
