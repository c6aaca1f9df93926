/* It speaks another major version of the plugin interface. */
#include "working.h"

static const void* factory(const char* id) {
  (void)id;
  return NULL;
}
extern IB_EXPORT const ib_entry interbeat_entry;
const ib_entry interbeat_entry = {
    sizeof(ib_entry), {IB_ABI_MAJOR + 1, 3, 0}, working_init, working_deinit, factory};
