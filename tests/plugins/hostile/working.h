/* A node that works, for plugins that misbehave elsewhere: `NAME.moments` hands on numbered moments. */
#ifndef INTERBEAT_TESTS_WORKING_H
#define INTERBEAT_TESTS_WORKING_H

#include <interbeat/abi.h>

#include <stdlib.h>
#include <string.h>

typedef struct moment {
  int64_t number;
} moment;

static const ib_field moment_fields[] = {
    {sizeof(ib_field), IB_I64, "number", "1", 0, 1, 0, 0, NULL, "Its number."}};
static const ib_type moment_type = {sizeof(ib_type),           sizeof(moment), 8,          1,
                                    "interbeat/test_moment/1", moment_fields,  "A moment."};

#define WORKING_PORTS                                                                            \
  {                                                                                              \
    {                                                                                            \
        sizeof(ib_port),                                                                         \
        0,                                                                                       \
        "in",                                                                                    \
        &moment_type,                                                                            \
        "",                                                                                      \
        "Moments.",                                                                              \
        0,                                                                                       \
        0,                                                                                       \
        0,                                                                                       \
        0,                                                                                       \
        0,                                                                                       \
        0,                                                                                       \
        0,                                                                                       \
        NULL,                                                                                    \
        NULL,                                                                                    \
        NULL},                                                                                   \
    {                                                                                            \
      sizeof(ib_port), IB_PORT_OUT, "out", &moment_type, "", "The same moments.", 0, 0, 0, 1, 0, \
          0, 0, NULL, NULL, NULL                                                                 \
    }                                                                                            \
  }
static const ib_port working_ports[] = WORKING_PORTS;

#define WORKING_NODE(type)                                                                        \
  {                                                                                               \
    sizeof(ib_node_desc), IB_NODE_DETERMINISTIC, type, "1.0.0", "Hands on what comes.", "", 2, 0, \
        working_ports, NULL                                                                       \
  }

static ib_status working_set(ib_node* n, uint32_t index, double number, const char* text) {
  (void)n, (void)index, (void)number, (void)text;
  return IB_ERROR;
}
static ib_status working_activate(ib_node* n, ib_activation* a) {
  (void)n, (void)a;
  return IB_OK;
}
static ib_status working_process(ib_node* n, ib_process* p) {
  (void)n;
  const ib_block* in = p->in[0];
  ib_block* out = p->out[0];
  if (in == NULL || out == NULL) return IB_OK;
  memcpy((void*)out->data, in->data, in->n * sizeof(moment));
  memcpy((void*)out->t_ns, in->t_ns, in->n * sizeof(int64_t));
  memcpy((void*)out->gaps, in->gaps, in->n_gaps * sizeof(ib_gap));
  out->n = in->n;
  out->n_gaps = in->n_gaps;
  out->flags = in->flags;
  out->lost = in->lost;
  out->settled_ns = in->settled_ns;
  out->seen_ns = in->seen_ns;
  return IB_OK;
}
static void working_reset(ib_node* n, uint32_t reason) { (void)n, (void)reason; }
static void working_deactivate(ib_node* n) { (void)n; }
static void working_destroy(ib_node* n) { free(n); }
static const void* working_extension(ib_node* n, const char* id) {
  (void)n, (void)id;
  return NULL;
}

static inline ib_node* working_create(const ib_node_desc* desc) {
  ib_node* n = malloc(sizeof *n);
  if (n == NULL) return NULL;
  *n = (ib_node){sizeof *n,
                 0,
                 desc,
                 NULL,
                 working_set,
                 working_activate,
                 working_process,
                 working_reset,
                 working_deactivate,
                 working_destroy,
                 working_extension};
  return n;
}

static inline bool working_init(const char* path) {
  (void)path;
  return true;
}
static inline void working_deinit(void) {}

/* The rest of a plugin that has `static const ib_node_desc* the_descriptor(uint32_t i)`. */
#define WORKING_PLUGIN(n_nodes, init)                                                           \
  static ib_node* the_create(const ib_host* host, const char* type) {                           \
    (void)host;                                                                                 \
    const ib_node_desc* desc = the_descriptor(0);                                               \
    return desc != NULL && desc->type != NULL && strcmp(desc->type, type) == 0                  \
               ? working_create(desc)                                                           \
               : NULL;                                                                          \
  }                                                                                             \
  static const ib_node_factory the_factory = {sizeof(ib_node_factory), n_nodes, the_descriptor, \
                                              the_create};                                      \
  static const void* the_factory_of(const char* id) {                                           \
    return strcmp(id, IB_FACTORY_NODES) == 0 ? &the_factory : NULL;                             \
  }                                                                                             \
  extern IB_EXPORT const ib_entry interbeat_entry;                                              \
  const ib_entry interbeat_entry = {sizeof(ib_entry),                                           \
                                    {IB_ABI_MAJOR, IB_ABI_MINOR, IB_ABI_PATCH},                 \
                                    init,                                                       \
                                    working_deinit,                                             \
                                    the_factory_of};

#define WORKING_DESCRIPTOR(type)                           \
  static const ib_node_desc the_desc = WORKING_NODE(type); \
  static const ib_node_desc* the_descriptor(uint32_t i) { return i == 0 ? &the_desc : NULL; }

#endif
