/* A complete node in plain C11: every sample times `gain`, which may change while the graph runs.
 *
 * It is written out by hand to show what the contract (interbeat/abi.h) asks of a node and the C++ sugar does
 * for its author: params, changes at their own time, gaps, flags, marks, the end, state, changing in place.
 * Build it with nothing but the header:
 *
 *   cc -std=c11 -O2 -ffp-contract=off -fPIC -shared -fvisibility=hidden scale.c -o scale.so
 *
 * Threads: as the tags in abi.h say. One instance is never in two calls at once, so nothing here is locked.
 */
#include <interbeat/abi.h>

#include <stdlib.h>
#include <string.h>

/* -- what it says of itself: static tables, from which help, checks and editors are made ------------- */

static const ib_port ports[] = {
    {
        .struct_size = sizeof(ib_port),
        .flags = IB_PORT_REGULAR | IB_PORT_ANY_SAMPLES,
        .name = "in",
        .unit = "",
        .doc = "Any stream of samples.",
        .channels = 1,
    },
    {
        .struct_size = sizeof(ib_port),
        .flags = IB_PORT_OUT | IB_PORT_REGULAR | IB_PORT_TYPE_AS_IN,
        .name = "out",
        .unit = "",
        .doc = "The same samples, scaled.",
        .channels = 1,
        .items_per_item = 1, /* one out for each in; slots are sized by it */
    },
};

enum { GAIN, N_PARAMS };
static const ib_param params[] = {
    {
        .struct_size = sizeof(ib_param),
        .flags = IB_PARAM_LIVE,
        .name = "gain",
        .kind = IB_NUMBER,
        .unit = "1",
        .min = -1000,
        .max = 1000,
        .def = 1,
        .doc = "What every sample is multiplied with.",
    },
};

static const ib_node_desc descriptor = {
    .struct_size = sizeof(ib_node_desc),
    .flags = IB_NODE_DETERMINISTIC | IB_NODE_BYPASS_OK,
    .type = "plain.scale",
    .version = "1.0.0",
    .summary = "Multiplies samples with a number.",
    .doc = "out = gain * in. A change of `gain` acts at the first sample at or after its time.",
    .n_ports = 2,
    .n_params = N_PARAMS,
    .ports = ports,
    .params = params,
};

/* -- what an instance knows ------------------------------------------------------------------------------ */

enum { MOST_CHANGES = 16 };

typedef struct change {
  int64_t t_ns;
  double gain;
} change;

typedef struct scale {
  ib_node node; /* what the host holds; its `self` leads back here */
  double gain;
  uint64_t n_changes;
  change changes[MOST_CHANGES]; /* that wait for their time, earliest first */
} scale;

static scale* self(ib_node* node) { return node->self; }

/* Bounded: one change too many takes the place of the last. */
static void put(scale* s, int64_t t_ns, double gain) {
  uint64_t at = s->n_changes < MOST_CHANGES ? s->n_changes++ : MOST_CHANGES - 1;
  for (; at > 0 && s->changes[at - 1].t_ns > t_ns; --at) s->changes[at] = s->changes[at - 1];
  s->changes[at] = (change){t_ns, gain};
}

static void apply_until(scale* s, int64_t t_ns) {
  uint64_t done = 0;
  while (done < s->n_changes && s->changes[done].t_ns <= t_ns) s->gain = s->changes[done++].gain;
  if (done == 0) return;
  s->n_changes -= done;
  memmove(s->changes, s->changes + done, s->n_changes * sizeof(change));
}

/* -- life --------------------------------------------------------------------------------------------------- */

static ib_status set_param(ib_node* node, uint32_t index, double number, const char* text) {
  (void)text;
  if (index != GAIN) return IB_ERROR; /* the host has checked the range */
  self(node)->gain = number;
  return IB_OK;
}

static ib_status activate(ib_node* node, ib_activation* a) {
  (void)node;
  const ib_stream* in = a->in[0];
  if (in->channels != 1) {
    static const char why[] = "scale takes one channel; split the stream in front of it";
    if (a->error_size >= sizeof why) memcpy(a->error, why, sizeof why);
    return IB_ERROR;
  }
  ib_stream* out = a->out[0]; /* preset from the descriptor; what only the input knows is added */
  out->rate_hz = in->rate_hz;
  out->channels = 1;
  out->unit = in->unit;
  out->latency_ns = 0; /* its marks stand no further back than its input's */
  out->max_items = in->max_items;
  return IB_OK;
}

static void deactivate(ib_node* node) { (void)node; }

/* Nothing of a sample is remembered for the next one, so there is nothing to forget. */
static void reset(ib_node* node, uint32_t reason) { (void)node, (void)reason; }

static void destroy(ib_node* node) { free(self(node)); }

/* -- the data path: no allocation, no lock, no system call, no clock ------------------------------------ */

/* The time of sample i of a block, from the clock that all blocks of a piece share. */
static int64_t time_of(const ib_block* b, uint32_t i) {
  __extension__ typedef __int128 wide;
  const int64_t steps = (int64_t)(b->first_index + i - b->anchor.index);
  return b->anchor.t_ns + (int64_t)(((wide)steps * b->anchor.dt_q32) >> 32);
}

static void scale_samples(scale* s, const ib_block* in, float* out) {
  const float* x = in->data;
  for (uint32_t i = 0; i < in->n; ++i) {
    if (s->n_changes > 0) apply_until(s, time_of(in, i));
    out[i] = (float)(s->gain * (double)x[i]);
  }
}

static ib_status process(ib_node* node, ib_process* p) {
  scale* s = self(node);
  for (uint32_t i = 0; i < p->n_events; ++i) put(s, p->events[i].t_ns, p->events[i].number);
  const ib_block* in = p->in[0];
  if (in == NULL) return IB_OK; /* nothing on it in this call */
  ib_block* out = p->out[0];
  if (out == NULL) { /* nobody listens; changes have their time all the same */
    if (in->n > 0) apply_until(s, time_of(in, in->n - 1));
    return IB_OK;
  }
  /* The slot is the host's memory, handed out for writing through pointers that readers share. */
  scale_samples(s, in, (float*)(uintptr_t)out->data);
  if (in->sample_flags != NULL)
    memcpy((uint8_t*)(uintptr_t)out->sample_flags, in->sample_flags, in->n);
  else out->sample_flags = NULL; /* all clear */
  if (in->n_gaps > 0) memcpy((ib_gap*)(uintptr_t)out->gaps, in->gaps, in->n_gaps * sizeof(ib_gap));
  out->n = in->n;
  out->n_gaps = in->n_gaps;
  out->channels = 1;
  out->flags = in->flags; /* the end is passed on, and so is a failure */
  out->lost = in->lost;
  out->first_index = in->first_index;
  out->anchor = in->anchor;
  out->uncertainty_ns = in->uncertainty_ns;
  out->settled_ns = in->settled_ns; /* silence passes on too: a block may carry marks alone */
  out->seen_ns = in->seen_ns;
  return IB_OK;
}

/* -- extensions: what it offers beyond the contract ------------------------------------------------------- */

static bool change_in_place(ib_node* node, ib_block* b) {
  scale* s = self(node);
  if (s->n_changes > 0) return false; /* then `process` is called */
  scale_samples(s, b, (float*)(uintptr_t)b->data);
  return true;
}

/* Its state is the gain and the changes that wait. No struct is saved as it lies: what stands between its
 * members has no value, and the same state must be the same bytes. */
enum { HEAD_BYTES = 16, CHANGE_BYTES = 16 };

static uint64_t state_most(ib_node* node) {
  (void)node;
  return HEAD_BYTES + MOST_CHANGES * CHANGE_BYTES;
}

static uint64_t state_save(ib_node* node, void* to, uint64_t room) {
  const scale* s = self(node);
  const uint64_t n = HEAD_BYTES + s->n_changes * CHANGE_BYTES;
  if (room < n) return 0;
  unsigned char* at = to;
  memcpy(at, &s->gain, 8);
  memcpy(at + 8, &s->n_changes, 8);
  for (uint64_t i = 0; i < s->n_changes; ++i) {
    memcpy(at + HEAD_BYTES + i * CHANGE_BYTES, &s->changes[i].t_ns, 8);
    memcpy(at + HEAD_BYTES + i * CHANGE_BYTES + 8, &s->changes[i].gain, 8);
  }
  return n;
}

static bool in_range(double gain) {
  return gain >= params[GAIN].min && gain <= params[GAIN].max; /* NaN is not */
}

/* Read into a copy first: bytes that say nothing must leave no trace. */
static bool state_load(ib_node* node, const void* from, uint64_t n) {
  scale* s = self(node);
  scale read = *s;
  const unsigned char* at = from;
  if (n < HEAD_BYTES) return false;
  memcpy(&read.gain, at, 8);
  memcpy(&read.n_changes, at + 8, 8);
  if (read.n_changes > MOST_CHANGES || n != HEAD_BYTES + read.n_changes * CHANGE_BYTES)
    return false;
  if (!in_range(read.gain)) return false;
  for (uint64_t i = 0; i < read.n_changes; ++i) {
    memcpy(&read.changes[i].t_ns, at + HEAD_BYTES + i * CHANGE_BYTES, 8);
    memcpy(&read.changes[i].gain, at + HEAD_BYTES + i * CHANGE_BYTES + 8, 8);
    if (!in_range(read.changes[i].gain)) return false;
    if (i > 0 && read.changes[i].t_ns < read.changes[i - 1].t_ns) return false;
  }
  *s = read;
  return true;
}

static const void* extension(ib_node* node, const char* id) {
  static const ib_in_place in_place = {sizeof(ib_in_place), 0, change_in_place};
  static const ib_state state = {sizeof(ib_state), 0, state_most, state_save, state_load};
  (void)node;
  if (strcmp(id, IB_EXT_IN_PLACE) == 0) return &in_place;
  if (strcmp(id, IB_EXT_STATE) == 0) return &state;
  return NULL;
}

/* -- the plugin: one exported symbol ------------------------------------------------------------------------ */

static const ib_node_desc* descriptor_of(uint32_t i) { return i == 0 ? &descriptor : NULL; }

static ib_node* create(const ib_host* host, const char* type) {
  (void)host;
  if (strcmp(type, descriptor.type) != 0) return NULL;
  scale* s = calloc(1, sizeof *s);
  if (s == NULL) return NULL;
  s->gain = params[GAIN].def;
  s->node = (ib_node){
      .struct_size = sizeof(ib_node),
      .desc = &descriptor,
      .self = s,
      .set_param = set_param,
      .activate = activate,
      .process = process,
      .reset = reset,
      .deactivate = deactivate,
      .destroy = destroy,
      .extension = extension,
  };
  return &s->node;
}

static const ib_node_factory nodes = {sizeof(ib_node_factory), 1, descriptor_of, create};

static bool init(const char* path) {
  (void)path;
  return true;
}
static void deinit(void) {}
static const void* factory(const char* id) {
  return strcmp(id, IB_FACTORY_NODES) == 0 ? &nodes : NULL;
}

extern IB_EXPORT const ib_entry interbeat_entry;
const ib_entry interbeat_entry = {
    sizeof(ib_entry), {IB_ABI_MAJOR, IB_ABI_MINOR, IB_ABI_PATCH}, init, deinit, factory};
