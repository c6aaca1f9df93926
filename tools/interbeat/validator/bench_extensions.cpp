// What a bench does with the extensions of its node: values changed where they lie, state that moves house.
#include "validator/bench.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ib::validator {
namespace {

/// Samples that a node with ib.in_place/1 may get in that way.
bool is_plain(const ib_block& b) {
  return b.n > 0 && b.n_gaps == 0 && b.flags == 0 &&
         (b.sample_flags == nullptr ||
          std::all_of(b.sample_flags, b.sample_flags + b.n, [](auto f) { return f == 0; }));
}

}  // namespace

/// True: the node, or the host with its sections, changed the block where it lies.
bool Bench::change_in_place(const ib_process& p) {
  if (how_.in_place == InPlace::never || p.n_in != 1 || p.n_out != 1 || p.n_events > 0)
    return false;
  const ib_block* in = p.in[0];
  if (in == nullptr || !is_plain(*in)) return false;
  const auto* ext = static_cast<const ib_in_place*>(node_->extension(node_, IB_EXT_IN_PLACE));
  if (ext == nullptr) return false;
  ib_block& out = *p.out[0];
  const ib_block preset = out;
  const auto restore = [&] { out = preset; };
  out.n = in->n;
  out.first_index = in->first_index;
  out.anchor = in->anchor;
  out.uncertainty_ns = in->uncertainty_ns;
  out.lost = in->lost;
  out.settled_ns = in->settled_ns;
  out.seen_ns = in->seen_ns;
  out.sample_flags = nullptr;
  std::memcpy(const_cast<void*>(out.data), in->data, in->n * item_size(0));  // NOLINT: our room
  if (how_.in_place == InPlace::sections) {
    if (cascade_ == nullptr || !cascade_->ready()) return restore(), false;
    cascade_->run(out);
  } else if (!ext->change(node_, &out)) {
    if (std::memcmp(out.data, in->data, in->n * item_size(0)) != 0)
      say("in_place: change() said no, and had changed values");
    return restore(), false;
  }
  if (out.n != in->n || out.data != preset.data) {
    say(fmt::format("in_place: {} samples became {}", in->n, out.n));
    return restore(), false;
  }
  ++played_.changed;
  out.settled_ns = std::max(out.settled_ns, preset.settled_ns);
  return true;
}

/// What the node knows goes to a new instance, and that one goes on.
void Bench::move_house() {
  const auto* state = static_cast<const ib_state*>(node_->extension(node_, IB_EXT_STATE));
  if (state == nullptr) return;
  const auto most = state->max_bytes(node_);
  if (most > (1U << 30)) return say(fmt::format("state: {} bytes at most, it says", most));
  const auto saved = [&](const std::string& what) {
    auto room = std::make_unique<Pages>(what, most, 1);
    room->fill_anew();
    const auto n = state->save(node_, room->data(), most);
    if (n > most)
      say(fmt::format("state: it saved {} bytes, and at most {} were promised", n, most));
    return std::pair{std::move(room), std::min(n, most)};
  };
  const auto [bytes, n] = saved("the room for its state");
  const auto [twice, m] = saved("the room for its state");
  if (n == 0) return say("state: it could not save");
  if (n != m || std::memcmp(bytes->data(), twice->data(), n) != 0)
    say("reproducible: it saved twice, and the bytes differ");
  played_.state_bytes = n;
  played_.state_hash = hash_bytes(bytes->data(), n, first_hash);
  destroy();
  if (!make()) return;
  if (!activate()) return;
  const auto* other = static_cast<const ib_state*>(node_->extension(node_, IB_EXT_STATE));
  const Pages exact("the state that it loads", n, 1);
  std::memcpy(exact.data(), bytes->data(), n);
  if (other == nullptr || !other->load(node_, exact.data(), n))
    say("state: a new instance does not load what the old one saved");
}

}  // namespace ib::validator
