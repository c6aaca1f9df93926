/* Names and sentences that are not there. */
#include "working.h"

static const ib_port ports[] = {
    {sizeof(ib_port), 0, NULL, &moment_type, NULL, NULL, 0, 0, 0, 0, 0, 0, 0, NULL, NULL, NULL},
    {sizeof(ib_port), IB_PORT_OUT, "out", &moment_type, "", NULL, 0, 0, 0, 1, 0, 0, 0, NULL, NULL,
     NULL}};
static const ib_node_desc the_desc = {sizeof(ib_node_desc),
                                      IB_NODE_DETERMINISTIC,
                                      "hostile.no_texts",
                                      NULL,
                                      NULL,
                                      NULL,
                                      2,
                                      0,
                                      ports,
                                      NULL};
static const ib_node_desc* the_descriptor(uint32_t i) { return i == 0 ? &the_desc : NULL; }
WORKING_PLUGIN(1, working_init)
