// bench.pass_c: a pass-through node as somebody would write it in C, against abi.h and nothing else.
// What a hop through the contract costs when the node itself does next to nothing.
#include <interbeat/abi.h>

#include <cstring>
#include <new>

#include "bench/nodes.hpp"

namespace ib::bench {
namespace {

const ib_port ports[] = {
    {sizeof(ib_port), IB_PORT_REGULAR | IB_PORT_ANY_SAMPLES, "in", nullptr, "", "In.", 1, 0, 0, 0,
     0, 0, 0, nullptr, nullptr, nullptr},
    {sizeof(ib_port), IB_PORT_OUT | IB_PORT_REGULAR | IB_PORT_TYPE_AS_IN, "out", nullptr, "",
     "Out.", 1, IB_GRADE_AS_INPUT, 0, 1, 0, 0, 0, nullptr, nullptr, nullptr},
};

const ib_node_desc desc = {sizeof(ib_node_desc),
                           IB_NODE_DETERMINISTIC,
                           "bench.pass_c",
                           "1.0.0",
                           "Hands on; written in C.",
                           "",
                           2,
                           0,
                           ports,
                           nullptr};

ib_status process(ib_node*, ib_process* p) {
  const ib_block* in = p->in[0];
  ib_block* out = p->out[0];
  if (in == nullptr || out == nullptr) return IB_OK;
  out->n = in->n;
  out->flags = in->flags;
  out->first_index = in->first_index;
  out->anchor = in->anchor;
  out->uncertainty_ns = in->uncertainty_ns;
  out->lost = in->lost;
  out->settled_ns = in->settled_ns;
  out->seen_ns = in->seen_ns;
  std::memcpy(const_cast<void*>(out->data), in->data, in->n * sizeof(float));  // NOLINT: its slot
  if (in->n_gaps > 0) *const_cast<ib_gap*>(out->gaps) = *in->gaps;             // NOLINT
  out->n_gaps = in->n_gaps;
  if (in->sample_flags == nullptr) out->sample_flags = nullptr;
  else
    std::memcpy(const_cast<std::uint8_t*>(out->sample_flags), in->sample_flags, in->n);  // NOLINT
  return IB_OK;
}

ib_status set_param(ib_node*, std::uint32_t, double, const char*) { return IB_ERROR; }
ib_status activate(ib_node*, ib_activation* a) {
  a->out[0]->rate_hz = a->in[0]->rate_hz;
  a->out[0]->channels = a->in[0]->channels;
  a->out[0]->unit = a->in[0]->unit;
  a->out[0]->max_items = a->in[0]->max_items;
  return IB_OK;
}
void reset(ib_node*, std::uint32_t) {}
void deactivate(ib_node*) {}
void destroy(ib_node* node) { delete node; }

bool change(ib_node*, ib_block*) { return true; }
const ib_in_place in_place = {sizeof(ib_in_place), 0, change};

const void* extension(ib_node*, const char* id) {
  return std::strcmp(id, IB_EXT_IN_PLACE) == 0 ? &in_place : nullptr;
}

ib_node* create(const ib_host*) {
  return new (std::nothrow)
      ib_node{sizeof(ib_node), 0,     &desc,      nullptr, set_param, activate,
              process,         reset, deactivate, destroy, extension};
}

}  // namespace

NodeType pass_in_c() { return {&desc, create}; }

}  // namespace ib::bench
