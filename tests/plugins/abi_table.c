/* The table of abi_table.inc as a C11 compiler sees it: where it does not hold, this does not compile. */
#include <interbeat/abi.h>

#define IB_FIXED(s, size) _Static_assert(sizeof(s) == (size), #s " has changed its size for ever");
#define IB_GROWING(s, size) _Static_assert(sizeof(s) >= (size), #s " has shrunk");
#define IB_FIELD(s, field, at) \
  _Static_assert(offsetof(s, field) == (at), #s "." #field " has moved");
#define IB_VALUE(name, value) _Static_assert((name) == (value), #name " has another value");
#define IB_NAME_OF(name, id) _Static_assert(sizeof(name) == sizeof(id), #name " has another id");

#include "abi_table.inc"
