// Script: what one input of a node under test receives, and how it is cut into blocks.
//
// ScriptOf<T> writes it (items, samples, marks, gaps, the end); Player hands it out in blocks, cut
// only where a block may be cut: behind a mark, in front of a gap of a regular stream, anywhere
// between items.
#pragma once

#include <interbeat/node.hpp>

#include <algorithm>
#include <cstring>
#include <memory>
#include <new>
#include <span>
#include <vector>

namespace ib::test {

/// Memory of one block, as the host reserves it.
class BlockRoom {
 public:
  BlockRoom(std::size_t capacity, std::size_t item_size, std::uint32_t channels)
      : capacity_(std::max<std::size_t>(1, capacity)),
        data_(allocate(capacity_ * item_size)),
        t_ns_(capacity_),
        flags_(capacity_),
        gaps_(capacity_ + 1) {
    block_.struct_size = sizeof block_;
    block_.capacity = static_cast<std::uint32_t>(capacity_);
    block_.channels = channels;
  }
  ib_block* open(std::int64_t settled_ns) {
    block_.flags = block_.n = block_.n_gaps = 0;
    block_.lost = 0;
    block_.settled_ns = settled_ns;
    block_.seen_ns = IB_NEVER;
    block_.data = data_.get();
    block_.t_ns = t_ns_.data();
    block_.sample_flags = flags_.data();
    block_.gaps = gaps_.data();
    return &block_;
  }

 private:
  struct Free {
    void operator()(std::byte* p) const { ::operator delete (p, std::align_val_t{64}); }
  };
  static std::byte* allocate(std::size_t bytes) {
    return static_cast<std::byte*>(::operator new (bytes, std::align_val_t{64}));
  }

  std::size_t capacity_;
  std::unique_ptr<std::byte, Free> data_;
  std::vector<std::int64_t> t_ns_;
  std::vector<std::uint8_t> flags_;
  std::vector<ib_gap> gaps_;
  ib_block block_{};
};

class Script {
 public:
  struct Entry {
    enum Kind { item, gap, settle, seen, finish } kind{};  // in the order of one block
    std::int64_t t_ns{}, to_ns{};
    std::uint64_t index{};
    std::size_t at{};  ///< item: its bytes
    std::uint8_t flags{};
  };

  explicit Script(const ib_port& port) : port_(&port), type_(port.type) {}

  /// Connects the input to a stream of T: an item type, a sample type, or float for any samples.
  template <class T>
  void connect() {
    connected = true;
    regular = SampleTag<T>;
    if constexpr (!std::same_as<T, float>) type_ = &T::type();
    if constexpr (SampleTag<T>) channels = channels_of<T>();
    item_size = regular ? 4 * std::size_t{channels} : sizeof(T);
  }

  ib_stream stream() const {
    ib_stream s{};
    s.struct_size = sizeof s;
    s.flags = connected ? IB_STREAM_CONNECTED : 0;
    s.type = type_;
    s.unit = port_->unit;
    s.name = port_->name;
    s.rate_hz = regular ? rate_hz : 0;
    s.channels = channels;
    s.max_items = static_cast<std::uint32_t>(entries.size() + 1);
    s.items_per_second = rate_hz;
    s.latency_ns = latency.count();
    return s;
  }
  /// From session time 0 to the last moment it speaks of.
  Duration span() const {
    Duration d{};
    for (const auto& e : entries) d = std::max({d, Duration{e.t_ns}, Duration{e.to_ns}});
    return d;
  }

  class Player {
   public:
    explicit Player(const Script& s)
        : s_(&s), room_(s.entries.size() + 1, s.item_size, s.channels) {}
    bool done() const { return at_ == s_->entries.size(); }

    /// The next block: at most `limit` items, and the marks behind them. With `extra_mark` it is
    /// settled as far as the next item allows.
    const ib_block* next(std::size_t limit, bool extra_mark) {
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

   private:
    void add(ib_block& b, const Entry& e) {
      switch (e.kind) {
        case Entry::item: return add_item(b, e);
        case Entry::gap: add_gap(b, Time{e.t_ns}, Time{e.to_ns}); return;
        case Entry::settle: mark_ = std::max(mark_, e.t_ns); return;
        case Entry::seen: b.seen_ns = e.t_ns; return;
        case Entry::finish: b.flags |= IB_BLOCK_FINISHED; return;
      }
    }
    void add_item(ib_block& b, const Entry& e) {
      if (s_->regular && b.n == 0) {
        b.first_index = e.index;
        b.anchor = {s_->anchor.index, s_->anchor.t_ns, s_->anchor.dt_q32};
      }
      auto* to = static_cast<std::byte*>(const_cast<void*>(b.data)) + b.n * s_->item_size;
      std::memcpy(to, s_->bytes.data() + e.at, s_->item_size);
      writable_times(b)[b.n] = e.t_ns;
      writable_flags(b)[b.n] = e.flags;
      ++b.n;
      mark_ = std::max(mark_, e.t_ns);
    }

    const Script* s_;
    BlockRoom room_;
    std::size_t at_{};
    std::int64_t mark_ = IB_NEVER;
  };

  bool connected{}, regular{};
  double rate_hz = 4;  ///< irregular: greatest; samples: set it with rate()
  Duration latency{};
  std::uint32_t channels{};
  std::size_t item_size{};
  Anchor anchor = Anchor::of_rate(4);
  std::uint64_t next_index{};
  std::vector<Entry> entries;
  std::vector<std::byte> bytes;

 private:
  const ib_port* port_;
  const ib_type* type_;
};

/// Writes a script. Times count from the start of the session.
template <class T>
class ScriptOf {
 public:
  explicit ScriptOf(Script& s) : s_(&s) {}

  /// Samples per second; irregular streams: the greatest number of items per second.
  ScriptOf& rate(double hz, Duration start = {}) {
    s_->rate_hz = hz;
    s_->anchor = Anchor::of_rate(hz, Time{} + start);
    return *this;
  }
  /// Declared latency of the path in front of this input.
  ScriptOf& latency(Duration d) {
    s_->latency = d;
    return *this;
  }

  ScriptOf& item(Duration t, const T& v) {
    put({Script::Entry::item, t.count(), 0, 0, s_->bytes.size(), 0}, &v);
    return *this;
  }
  template <class Times>
  ScriptOf& items(const Times& timed) {
    for (const auto& [t, v] : timed) item(t - Time{}, v);
    return *this;
  }
  /// The next samples, channels interleaved, all with the same flags.
  ScriptOf& samples(std::span<const float> values, std::uint8_t flags = 0) {
    for (std::size_t i = 0; i + s_->channels <= values.size(); i += s_->channels) {
      const auto index = s_->next_index++;
      put({Script::Entry::item, s_->anchor.at(index).ns, 0, index, s_->bytes.size(), flags},
          values.data() + i);
    }
    return *this;
  }
  /// So many samples are lost: the index goes on, a gap stands in front of the next one.
  ScriptOf& lose(std::uint64_t samples) {
    const auto from = s_->anchor.at(s_->next_index);
    s_->next_index += samples;
    return gap(from - Time{}, s_->anchor.at(s_->next_index) - Time{});
  }
  ScriptOf& gap(Duration from, Duration to) {
    s_->entries.push_back({Script::Entry::gap, from.count(), to.count(), 0, 0, 0});
    return *this;
  }
  ScriptOf& settle(Duration t) { return mark(Script::Entry::settle, t); }
  ScriptOf& seen(Duration now) { return mark(Script::Entry::seen, now); }
  ScriptOf& finish() { return mark(Script::Entry::finish, {}); }

 private:
  ScriptOf& mark(Script::Entry::Kind kind, Duration t) {
    s_->entries.push_back({kind, t.count(), 0, 0, 0, 0});
    return *this;
  }
  void put(Script::Entry entry, const void* value) {
    s_->entries.push_back(entry);
    const auto* from = static_cast<const std::byte*>(value);
    s_->bytes.insert(s_->bytes.end(), from, from + s_->item_size);
  }

  Script* s_;
};

}  // namespace ib::test
