#include "validator/script.hpp"

namespace ib::validator {

ib_stream Script::stream() const {
  ib_stream s{};
  s.struct_size = sizeof s;
  s.flags = connected ? IB_STREAM_CONNECTED : 0;
  s.type = type_;
  s.unit = port_->unit;
  s.name = port_->name;
  s.rate_hz = regular ? rate_hz : 0;
  s.channels = channels;
  // As many as one block may have, also of what is played behind this script.
  constexpr std::size_t least = 512;
  s.max_items = disguised_items_ > 0
                    ? disguised_items_
                    : static_cast<std::uint32_t>(std::max(least, entries.size() + 1));
  s.items_per_second = rate_hz;
  s.sampled_hz = regular ? 0 : sampled_hz;
  s.latency_ns = latency.count();
  s.owners = "anna";
  s.grade = IB_GRADE_RAW;
  return s;
}

void Script::disguise(double hz, std::uint32_t items, std::uint32_t n_channels) {
  rate_hz = hz;
  disguised_items_ = items;
  if (regular) channels = n_channels;
}

Duration Script::span() const {
  Duration d{};
  for (const auto& e : entries) d = std::max({d, Duration{e.t_ns}, Duration{e.to_ns}});
  return d;
}

const ib_block* Script::Player::next(std::size_t limit, bool extra_mark) {
  ib_block& b = *room_.open(mark_);
  auto last = Entry::item;
  for (; !done(); ++at_) {
    const auto& e = s_->entries[at_];
    if (e.kind <= Entry::gap ? last > Entry::gap : e.kind < last || last == Entry::seen) break;
    if (e.kind == Entry::item && b.n == limit) break;
    if (e.kind == Entry::gap && s_->regular && b.n > 0) break;
    last = e.kind;
    add(b, e);
  }
  if (extra_mark && !done() && s_->entries[at_].kind == Entry::item && last <= Entry::settle) {
    mark_ = std::max(mark_, s_->entries[at_].t_ns - 1);
  }
  b.settled_ns = mark_;
  return &b;
}

void Script::Player::add(ib_block& b, const Entry& e) {
  switch (e.kind) {
    case Entry::item: return add_item(b, e);
    case Entry::gap: add_gap(b, Time{e.t_ns}, Time{e.to_ns}); return;
    case Entry::settle: mark_ = std::max(mark_, e.t_ns); return;
    case Entry::seen: b.seen_ns = e.t_ns; return;
    case Entry::finish: b.flags |= IB_BLOCK_FINISHED; return;
  }
}

void Script::Player::add_item(ib_block& b, const Entry& e) {
  if (s_->regular && b.n == 0) {
    b.first_index = e.index;
    b.anchor = {s_->anchor.index, s_->anchor.t_ns, s_->anchor.dt_q32};
  }
  auto* to = static_cast<std::byte*>(const_cast<void*>(b.data)) + b.n * s_->item_size;  // NOLINT
  std::memcpy(to, s_->bytes.data() + e.at, s_->item_size);
  writable_times(b)[b.n] = e.t_ns;
  writable_flags(b)[b.n] = e.flags;
  ++b.n;
  mark_ = std::max(mark_, e.t_ns);
}

}  // namespace ib::validator
