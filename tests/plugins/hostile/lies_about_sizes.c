/* One struct is said to be 4 GB long, one 4 bytes. */
#include "working.h"

static const ib_port ports[] = {
    {UINT32_MAX, 0, "in", &moment_type, "", "Moments.", 0, 0, 0, 0, 0, 0, 0, NULL, NULL, NULL},
    {4, IB_PORT_OUT, "out", &moment_type, "", "The same.", 0, 0, 0, 1, 0, 0, 0, NULL, NULL, NULL}};
static const ib_node_desc the_desc = {sizeof(ib_node_desc),
                                      IB_NODE_DETERMINISTIC,
                                      "hostile.lies",
                                      "1.0.0",
                                      "Hands on what comes.",
                                      "",
                                      2,
                                      0,
                                      ports,
                                      NULL};
static const ib_node_desc* the_descriptor(uint32_t i) { return i == 0 ? &the_desc : NULL; }
WORKING_PLUGIN(1, working_init)
