/* Two nodes of one name, and one of them has two ports of one name. */
#include "working.h"

static const ib_port ports[] = {
    {sizeof(ib_port), 0, "in", &moment_type, "", "Moments.", 0, 0, 0, 0, 0, 0, 0, NULL, NULL, NULL},
    {sizeof(ib_port), 0, "in", &moment_type, "", "Others.", 0, 0, 0, 0, 0, 0, 0, NULL, NULL, NULL}};
static const ib_node_desc descs[] = {WORKING_NODE("hostile.twice"),
                                     {sizeof(ib_node_desc), IB_NODE_DETERMINISTIC, "hostile.twice",
                                      "1.0.0", "Hands on what comes.", "", 2, 0, ports, NULL}};
static const ib_node_desc* the_descriptor(uint32_t i) { return i < 2 ? &descs[i] : NULL; }
WORKING_PLUGIN(2, working_init)
