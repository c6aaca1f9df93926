// What a bench checks of every block that came out.
#include "validator/bench.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace ib::validator {

std::size_t size_of(const ib_field& f) {
  switch (f.kind) {
    case IB_F32:
    case IB_I32: return 4;
    case IB_F64:
    case IB_I64: return 8;
    case IB_MAYBE: return sizeof(ib_maybe);
    case IB_TEXT: return f.count;
    default: return 1;
  }
}

bool is_finite(const ib_field& f, const std::byte* item) {
  const auto at = [&](auto v) {
    std::memcpy(&v, item + f.offset, sizeof v);
    return v;
  };
  switch (f.kind) {
    case IB_F32: return std::isfinite(at(0.0F));
    case IB_F64: return std::isfinite(at(0.0));
    case IB_MAYBE: return std::isfinite(at(ib_maybe{}).value);
    default: return true;
  }
}

void Bench::check(std::size_t k, const ib_block& b) {
  auto& o = played_.outputs[k];
  const std::string port = out_ports_[k]->name;
  if (!rooms_[k].intact()) say(fmt::format("room: output `{}` was written beside its room", port));
  if (b.n > b.capacity || b.n_gaps > (regular(k) ? 1 : b.capacity + 1))
    return say(fmt::format("room: output `{}` holds {} items and {} gaps, and has room for {}",
                           port, b.n, b.n_gaps, b.capacity));
  if (b.settled_ns < o.mark)
    say(fmt::format("mark: that of `{}` fell from {} to {} ns", port, o.mark, b.settled_ns));
  if (o.finished && b.n > 0) say(fmt::format("end: `{}` went on after its end", port));
  const auto closed_ns = closed();
  if (b.settled_ns > closed_ns && b.settled_ns > o.mark)
    say(fmt::format("ahead: `{}` is settled to {} ns, its inputs to {} only", port, b.settled_ns,
                    closed_ns));
  check_bound(k, b);
  check_gaps(k, b);
  const auto told = o.mark;
  for (std::uint32_t i = 0; i < b.n; ++i) {
    const auto t = regular(k) ? Samples{b}.time(i).ns : b.t_ns[i];
    if (!o.t_ns.empty() && t <= o.t_ns.back())
      say(fmt::format("order: on `{}` {} ns comes after {}", port, t, o.t_ns.back()));
    if (t <= told) {
      say(fmt::format("settled: `{}` was settled to {} ns when an item came at {}", port, told, t));
    }
    o.t_ns.push_back(t);
    keep(k, static_cast<const std::byte*>(b.data) + i * item_size(k));
    if (regular(k)) o.flags.push_back(b.sample_flags != nullptr ? b.sample_flags[i] : 0);
  }
  o.mark = std::max(o.mark, b.settled_ns);
  if (b.seen_ns > closed_seen_) say(fmt::format("seen: `{}` has seen more than its inputs", port));
  o.seen = std::max(o.seen, b.seen_ns);
  o.finished = o.finished || (b.flags & IB_BLOCK_FINISHED) != 0;
  constexpr std::int64_t settled_in = 60'000'000'000;  // behind every start
  if (closed_ns > settled_in && closed_ns < IB_FOREVER && !o.finished)
    played_.lag_ns[k] = std::max(played_.lag_ns[k], closed_ns - std::max(o.mark, IB_NEVER));
}

void Bench::check_gaps(std::size_t k, const ib_block& b) {
  const auto* port = out_ports_[k]->name;
  for (std::uint32_t g = 0; g < b.n_gaps; ++g) {
    const auto& gap = b.gaps[g];
    if (gap.to_ns <= gap.from_ns) say(fmt::format("gap: an empty one on `{}`", port));
    if (gap.at > b.n) say(fmt::format("gap: behind the end of a block of `{}`", port));
    if (regular(k) && gap.at != 0) say(fmt::format("gap: inside a regular block of `{}`", port));
    if (g > 0 && gap.at <= b.gaps[g - 1].at)
      say(fmt::format("gap: two in one place on `{}`", port));
    played_.outputs[k].add_gap({gap.from_ns, gap.to_ns, played_.outputs[k].t_ns.size() + gap.at});
  }
}

/// n_out <= items_per_item * n_in + items_per_second * (settled advance) + items_per_call.
void Bench::check_bound(std::size_t k, const ib_block& b) {
  const auto& port = *out_ports_[k];
  items_out_[k] += b.n;
  const auto from = std::max<std::int64_t>(played_.outputs[k].mark, 0);
  const double advance = seconds(Duration{std::max<std::int64_t>(0, b.settled_ns - from)});
  double bound = port.items_per_second * advance + port.items_per_call;
  if (port.items_per_item > 0) {
    // Items that a merge kept are released by a later call: all that came in, less what went out.
    const double owed = static_cast<double>(items_in_) * port.items_per_item;
    bound = owed + port.items_per_call +
            port.items_per_second * seconds(Duration{std::max<std::int64_t>(0, b.settled_ns)}) -
            static_cast<double>(items_out_[k] - b.n);
  }
  // Sample-wise nodes add bridged samples to what came in, and say so in max_items.
  if ((port.flags & IB_PORT_TYPE_AS_IN) != 0) bound += out_streams_[k].v.max_items;
  if (static_cast<double>(b.n) > bound + 1e-6) {
    say(fmt::format("bound: `{}` sent {} items in one call, {:.0f} were promised", port.name, b.n,
                    bound));
  }
}

void Bench::keep(std::size_t k, const std::byte* item) {
  auto& bytes = played_.outputs[k].bytes;
  if (regular(k)) {
    for (std::size_t c = 0; c < item_size(k) / 4; ++c) {
      float x;
      std::memcpy(&x, item + 4 * c, 4);
      if (!std::isfinite(x)) say(fmt::format("sample: `{}` is no number", out_ports_[k]->name));
    }
    bytes.insert(bytes.end(), item, item + item_size(k));
    return;
  }
  const auto& type = *out_streams_[k].v.type;
  for (std::uint32_t f = 0; f < type.n_fields; ++f) {  // what lies between them is nobody's
    const auto& field = type.fields[f];
    bytes.insert(bytes.end(), item + field.offset, item + field.offset + size_of(field));
    if (!is_finite(field, item))
      say(fmt::format("finite: `{}` of `{}` is no number", field.name, out_ports_[k]->name));
  }
}

}  // namespace ib::validator
