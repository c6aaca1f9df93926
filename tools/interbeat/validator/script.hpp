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

namespace ib::validator {

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
  /// To a regular stream whose channels that type names.
  void connect_samples(const ib_type& type, std::uint32_t n_channels) {
    connected = regular = true;
    type_ = &type;
    channels = n_channels;
    item_size = 4 * std::size_t{channels};
  }
  /// To a stream of items of that type.
  void connect_items(const ib_type& type) {
    connected = true;
    regular = false;
    type_ = &type;
    item_size = type.item_size;
  }

  ib_stream stream() const;
  /// The stream is described so from now on, whatever the script says. Not for playing.
  void disguise(double hz, std::uint32_t items, std::uint32_t n_channels);
  /// From session time 0 to the last moment it speaks of.
  Duration span() const;

  class Player {
   public:
    /// `mark_ns`: what the stream was settled to before.
    explicit Player(const Script& s, std::int64_t mark_ns = IB_NEVER)
        : s_(&s), room_(s.entries.size() + 1, s.item_size, s.channels), mark_(mark_ns) {}
    bool done() const { return at_ == s_->entries.size(); }

    /// The next block: at most `limit` items, and the marks behind them. With `extra_mark` it is
    /// settled as far as the next item allows.
    const ib_block* next(std::size_t limit, bool extra_mark);

   private:
    void add(ib_block& b, const Entry& e);
    void add_item(ib_block& b, const Entry& e);

    const Script* s_;
    BlockRoom room_;
    std::size_t at_{};
    std::int64_t mark_;
  };

  bool connected{}, regular{};
  double rate_hz = 4;     ///< irregular: greatest; samples: set it with rate()
  double sampled_hz = 0;  ///< irregular: of the waveform behind the items
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
  std::uint32_t disguised_items_{};
};

/// Writes a script. Times count from the start of the session.
template <class T>
class ScriptOf {
 public:
  explicit ScriptOf(Script& s) : s_(&s) {}

  /// Samples per second; irregular streams: the greatest number of items per second.
  /// Items: the rate of the waveform in which they were found.
  ScriptOf& sampled(double hz) {
    s_->sampled_hz = hz;
    return *this;
  }
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

}  // namespace ib::validator
