/* A plugin in plain C11: y = factor * x on a regular stream. Built from the frozen header of the first
 * release and from one of a later version, so it keeps to what a plugin may know: fields are read where
 * `struct_size` says that they are there. */
#include <interbeat/abi.h>

#include <stdlib.h>
#include <string.h>

#define TEXT_OF(x) #x
#define TEXT(x) TEXT_OF(x)

typedef struct scale {
  ib_node node;
  double factor;
} scale;

static scale* self(ib_node* n) { return n->self; }

static ib_status set_param(ib_node* n, uint32_t index, double number, const char* text) {
  (void)text;
  if (index != 0) return IB_ERROR;
  self(n)->factor = number;
  return IB_OK;
}

static ib_status activate(ib_node* n, ib_activation* a) {
  (void)n;
  const ib_stream* in = a->in[0];
  ib_stream* out = a->out[0];
  out->rate_hz = in->rate_hz;
  out->channels = in->channels;
  out->unit = in->unit;
  out->max_items = in->max_items;
  return IB_OK;
}

static ib_status process(ib_node* n, ib_process* p) {
  const ib_block* in = p->in[0];
  ib_block* out = p->out[0];
  if (in == NULL || out == NULL) return IB_OK;
  if (in->n > out->capacity) return IB_ERROR;
  const float* x = in->data;
  float* y = (float*)(uintptr_t)out->data; /* the host's slot, ours to fill */
  for (uint32_t i = 0; i < in->n * in->channels; ++i)
    y[i] = (float)(self(n)->factor * (double)x[i]);
  out->n = in->n;
  out->channels = in->channels;
  out->flags = in->flags;
  out->lost = in->lost;
  out->seen_ns = in->seen_ns;
  if (in->settled_ns > out->settled_ns) out->settled_ns = in->settled_ns;
  out->first_index = in->first_index;
  out->anchor = in->anchor;
  out->uncertainty_ns = in->uncertainty_ns;
  if (in->sample_flags != NULL && in->n > 0)
    memcpy((uint8_t*)(uintptr_t)out->sample_flags, in->sample_flags, in->n);
  else out->sample_flags = NULL;
  out->n_gaps = in->n_gaps;
  if (in->n_gaps > 0) memcpy((ib_gap*)(uintptr_t)out->gaps, in->gaps, in->n_gaps * sizeof(ib_gap));
  return IB_OK;
}

static void reset(ib_node* n, uint32_t reason) {
  (void)n;
  (void)reason;
}
static void deactivate(ib_node* n) { (void)n; }
static void destroy(ib_node* n) { free(self(n)); }
static const void* extension(ib_node* n, const char* id) {
  (void)n;
  (void)id;
  return NULL;
}

static const ib_port ports[] = {
    {.struct_size = sizeof(ib_port),
     .flags = IB_PORT_REGULAR | IB_PORT_ANY_SAMPLES,
     .name = "in",
     .unit = "",
     .doc = "Regular samples.",
     .channels = 1},
    {.struct_size = sizeof(ib_port),
     .flags = IB_PORT_OUT | IB_PORT_REGULAR | IB_PORT_TYPE_AS_IN,
     .name = "out",
     .unit = "",
     .doc = "The same, scaled; unit as the input.",
     .channels = 1,
     .items_per_item = 1},
};
static const ib_param params[] = {
    {.struct_size = sizeof(ib_param),
     .name = "factor",
     .kind = IB_NUMBER,
     .unit = "1",
     .min = -1000,
     .max = 1000,
     .def = 2,
     .doc = "What every sample is multiplied with."},
};
static const ib_node_desc desc = {
    .struct_size = sizeof(ib_node_desc),
    .flags = IB_NODE_DETERMINISTIC,
    .type = TEXT(SCALE_TYPE),
    .version = "1.0.0",
    .summary = "Multiplies samples.",
    .doc = "y = factor * x.",
    .n_ports = 2,
    .n_params = 1,
    .ports = ports,
    .params = params,
};

static const ib_node_desc* descriptor(uint32_t i) { return i == 0 ? &desc : NULL; }

static ib_node* create(const ib_host* host, const char* type) {
  (void)host;
  if (strcmp(type, desc.type) != 0) return NULL;
  scale* s = calloc(1, sizeof *s);
  if (s == NULL) return NULL;
  s->factor = 2;
  s->node = (ib_node){.struct_size = sizeof(ib_node),
                      .desc = &desc,
                      .self = s,
                      .set_param = set_param,
                      .activate = activate,
                      .process = process,
                      .reset = reset,
                      .deactivate = deactivate,
                      .destroy = destroy,
                      .extension = extension};
  return &s->node;
}

static const ib_node_factory nodes = {
    .struct_size = sizeof(ib_node_factory), .n = 1, .descriptor = descriptor, .create = create};

static bool init(const char* path) { return path != NULL; }
static void deinit(void) {}
static const void* factory(const char* id) {
  return strcmp(id, IB_FACTORY_NODES) == 0 ? &nodes : NULL;
}

extern IB_EXPORT const ib_entry interbeat_entry;
const ib_entry interbeat_entry = {
    .struct_size = sizeof(ib_entry),
    .abi = {IB_ABI_MAJOR, IB_ABI_MINOR, IB_ABI_PATCH},
    .init = init,
    .deinit = deinit,
    .factory = factory,
};
