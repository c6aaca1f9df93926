/* Whatever it is asked for, it makes its node (load/unknown_type). */
#include "../hostile/working.h"

static const ib_node_desc the_desc = WORKING_NODE("broken.makes_anything");
static const ib_node_desc* the_descriptor(uint32_t i) { return i == 0 ? &the_desc : NULL; }
static ib_node* create(const ib_host* host, const char* type) {
  (void)host, (void)type;
  return working_create(&the_desc);
}
static const ib_node_factory factory = {sizeof(ib_node_factory), 1, the_descriptor, create};
static const void* factory_of(const char* id) {
  return strcmp(id, IB_FACTORY_NODES) == 0 ? &factory : NULL;
}
extern IB_EXPORT const ib_entry interbeat_entry;
const ib_entry interbeat_entry = {sizeof(ib_entry),
                                  {IB_ABI_MAJOR, IB_ABI_MINOR, IB_ABI_PATCH},
                                  working_init,
                                  working_deinit,
                                  factory_of};
