/* Two ports, it says, and no table of them. */
#include "working.h"

static const ib_node_desc the_desc = {sizeof(ib_node_desc),
                                      IB_NODE_DETERMINISTIC,
                                      "hostile.no_ports",
                                      "1.0.0",
                                      "Hands on what comes.",
                                      "",
                                      2,
                                      0,
                                      NULL,
                                      NULL};
static const ib_node_desc* the_descriptor(uint32_t i) { return i == 0 ? &the_desc : NULL; }
WORKING_PLUGIN(1, working_init)
