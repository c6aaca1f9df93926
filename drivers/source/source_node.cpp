#include "source/source_node.hpp"

#include <interbeat/sugar/absence.hpp>
#include <interbeat/sugar/device_key.hpp>
#include <interbeat/sugar/history.hpp>
#include <interbeat/sugar/ownership.hpp>
#include <interbeat/sugar/presence.hpp>

#include <algorithm>
#include <cmath>
#include <new>

#include "bluetooth/opening.hpp"
#include "device/presence.hpp"
#include "source/source_uri.hpp"

namespace ib::source {
namespace {

/// The door by which the C functions below find the node again.
constexpr const char* door = "interbeat.source-node/1";

constexpr std::uint32_t least_items = 64;

void write(std::span<char> to, std::string_view text) {
  if (to.empty()) return;
  const auto n = std::min(text.size(), to.size() - 1);
  std::copy_n(text.data(), n, to.data());
  to[n] = '\0';
}

/// As many of the lines as there is room for, whole.
std::string fitting(std::string text, std::size_t room) {
  if (text.size() < room) return text;
  return text.substr(0, text.rfind('\n', room > 0 ? room - 1 : 0));
}

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const auto& line : lines) text += (text.empty() ? "" : "\n") + line;
  return text;
}

}  // namespace

SourceNode& SourceNode::of(ib_node* node) {
  return *static_cast<SourceNode*>(const_cast<void*>(node->extension(node, door)));  // NOLINT
}

const void* SourceNode::extension(std::string_view id) {
  static const ib_source table{
      sizeof(ib_source),
      [](ib_node* node, ib_source_info* info, char* error, std::uint32_t size) {
        return of(node).open(*info, {error, size});
      },
      [](ib_node* node, std::int64_t session_ns) {
        if (auto& self = of(node); self.feed_) self.feed_->place(Time{session_ns});
      }};
  static const AbsenceTable absence{
      sizeof(AbsenceTable), 0,
      [](ib_node* node, std::uint32_t out) { return of(node).why_absent(out); },
      [](ib_node* node, std::uint32_t out) { return of(node).has(out); }};
  static const DeviceTable device{sizeof(DeviceTable), 0,
                                  [](ib_node* node) { return of(node).device(); }};
  static const OwnershipTable ownership{sizeof(OwnershipTable), 0,
                                        [](ib_node* node) { return of(node).owner(); }};
  if (id == IB_EXT_SOURCE) return &table;
  if (id == device_extension) return &device;
  if (id == ownership_extension) return &ownership;
  if (id == IB_EXT_PACKETS)
    return feed_ && feed_->packets() != nullptr ? packets_table<&SourceNode::packets_of>()
                                                : nullptr;
  if (id == absence_extension) return &absence;
  static const PresenceTable presence{sizeof(PresenceTable), 0, [](ib_node* node) {
                                        const auto& self = of(node);
                                        return self.feed_->presence()->figures();
                                      }};
  if (id == presence_extension) return feed_ && feed_->presence() != nullptr ? &presence : nullptr;
  static const HistoryTable history{sizeof(HistoryTable)};
  if (id == history_extension && is_history()) return &history;
  if (id == door) return this;
  return nullptr;
}

Packets* SourceNode::packets_of(ib_node* node) {
  auto& self = of(node);
  return self.feed_ ? self.feed_->packets() : nullptr;
}

ib_status SourceNode::open(ib_source_info& info, std::span<char> error) {
  const auto name = split_uri(uri(), takes_options());
  Opened found;
  try {
    if (name.problem.empty()) found = opened(name.rest);
    else found.problems.push_back(uri() + ": " + name.problem);
  } catch (const std::bad_alloc&) {
    found.problems.emplace_back("memory ran out");
  } catch (const std::exception& e) {
    found.problems.emplace_back(e.what());
  }
  feed_ = std::move(found.feed);
  device_ = std::move(found.device);
  bool good = feed_ != nullptr;
  info.utc_start_ns = info.start_ns = IB_NEVER;
  info.duration_ns = IB_FOREVER;
  if (feed_) feed_->describe(info);
  if (name.start) info.start_ns = name.start->ns;
  info.start_utc = name.utc ? 1 : 0;
  if (good && name.utc && info.utc_start_ns == IB_NEVER) {
    found.problems.push_back(uri() +
                             ": ?start=utc, but it does not carry its UTC time; expected a "
                             "line '# t0_unix: SECONDS' or ?start=OFFSET");
    good = false;
  }
  write(error, fitting(joined(found.problems), error.size()));
  return good ? IB_OK : IB_ERROR;
}

const char* SourceNode::why_absent(std::uint32_t out) {
  why_absent_ = feed_ && out < signals_.size() ? feed_->why_absent(signals_[out]) : std::string();
  return why_absent_.c_str();
}

bool SourceNode::has(std::uint32_t out) const {
  return feed_ && out < signals_.size() && feed_->shape(signals_[out]).present;
}

const char* SourceNode::owner() {
  owner_ = feed_ ? feed_->owner() : std::string();
  return owner_.c_str();
}

/// Before it is opened, a name without `ble:` may be anything.
const char* SourceNode::device() {
  if (device_.empty() && !feed_ && !takes_options()) {
    const auto name = split_uri(uri()).rest;
    if (names_device(name)) device_ = named_device(name);
  }
  return device_.c_str();
}

bool SourceNode::activate(Activation& a) {
  if (!feed_) return a.fail("the source has not been opened");
  feed_->become(a.seed(), a.path());
  PerSignal<bool> listened{};
  PerSignal<std::uint32_t> numbers{};
  for (std::size_t k = 0; k < signals_.size(); ++k) {
    auto& out = a.out(k);
    numbers[index_of(signals_[k])] = static_cast<std::uint32_t>(k);
    const auto shape = feed_->shape(signals_[k]);
    if (!shape.present) {
      out.flags |= IB_STREAM_ABSENT;
      continue;
    }
    listened[index_of(signals_[k])] = (out.flags & IB_STREAM_CONNECTED) != 0;
    const bool regular = shape.rate_hz > 0;
    out.rate_hz = shape.rate_hz;
    if (regular) out.channels = shape.channels;
    if (regular && shape.steered) out.flags |= IB_STREAM_STEERED;
    out.sampled_hz = shape.sampled_hz;
    out.items_per_second = regular ? shape.rate_hz : shape.items_per_second;
    const double items = std::ceil(out.items_per_second * seconds(a.max_step())) + 2;
    out.max_items = std::max(least_items, static_cast<std::uint32_t>(std::min(items, 1e9)));
  }
  feed_->number_ports(numbers);
  if (auto* presence = feed_->presence(); presence != nullptr) presence->speak_through(log);
  feed_->start(listened, a.max_step());
  return true;
}

ib_status SourceNode::process(ib_process& p) {
  Outlets out{};
  for (std::size_t k = 0; k < signals_.size(); ++k) out[index_of(signals_[k])] = p.out[k];
  Time wake = forever;
  const auto status = feed_->turn(out, Time{p.now_ns}, wake);
  p.wake_ns = wake.ns;
  count(feed_->losses());
  return status;
}

}  // namespace ib::source
