// SampleStore: samples of one regular input that wait for the other inputs, four bytes per channel.
//
// What samples of one piece share (clock, index, flags, the gap in front) stands once, in a header
// before them, in the same ring of words. So a stream that loses many packets pays for its gaps with
// the room of the samples that did not come. Full is reported, never overwritten.
//
//   | header | clock? | index? | gap? | frame | frame | ... | header | ...
//
// Thread: [exec], owned by its node; reserve() allocates.
#pragma once

#include <interbeat/abi.h>
#include <interbeat/time.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

namespace ib::detail {

/// Nothing was measured in [from, to).
struct Hole {
  Time from, to;
  bool any() const { return to != from; }
  void widen(const Hole& h) {
    if (!any()) {
      *this = h;
      return;
    }
    from = from < h.from ? from : h.from;
    to = to > h.to ? to : h.to;
  }
};

template <std::size_t Channels>
class SampleStore {
 public:
  /// [control] `clocks`: how many pieces with a clock of their own may wait at once.
  void reserve(std::size_t samples, std::size_t clocks = 0) {
    words_.assign(samples * Channels + clocks * clock_words + spare_words, 0);
    clear();
  }
  void clear() {
    used_ = head_ = left_ = size_ = open_count_ = 0;
    front_is_open_ = false;
    written_ = read_ = {};
    gap_ = {};
  }
  bool empty() const { return size_ == 0; }
  std::size_t size() const { return size_; }

  /// A sample behind all others, with the gap in front of it. False: there is no room.
  bool push(const Anchor& clock, std::uint64_t index, std::uint8_t flags, const Hole& gap,
            const float* frame) {
    const bool goes_on = open_count_ > 0 && open_count_ < count_bits && !gap.any() &&
                         index == written_.index && flags == written_.flags &&
                         clock == written_.clock;
    if (!goes_on && !open_piece(clock, index, flags, gap)) return false;
    if (used_ + Channels > words_.size()) return false;
    for (std::size_t c = 0; c < Channels; ++c) {
      std::uint32_t word;
      std::memcpy(&word, frame + c, sizeof word);
      put(word);
    }
    ++open_count_;
    ++written_.index;
    if (size_++ > 0) return true;
    if (front_is_open_) time_ = read_.clock.at(read_.index);
    else read_header();
    return true;
  }

  /// `n` samples in a row of one clock, the gap in front of the first. How many there was room for:
  /// behind one that has none, none has, since the gap and its own index would go with it.
  std::uint32_t push(const Anchor& clock, std::uint64_t index, const std::uint8_t* flags,
                     const Hole& gap, const float* frames, std::uint32_t n) {
    const auto flags_of = [flags](std::uint32_t i) {
      return flags != nullptr ? flags[i] : std::uint8_t{0};
    };
    for (std::uint32_t i = 0; i < n;) {
      if (!push(clock, index + i, flags_of(i), i == 0 ? gap : Hole{}, frames + i * Channels))
        return i;
      const std::uint32_t first = i++;
      // What goes on in its piece needs no more than its words.
      const auto room = static_cast<std::uint32_t>((words_.size() - used_) / Channels);
      const auto most = std::min({n, i + room, i + count_bits - open_count_});
      while (i < most && flags_of(i) == written_.flags) ++i;
      for (std::uint32_t k = (first + 1) * Channels; k < i * Channels; ++k) {
        std::uint32_t word;
        std::memcpy(&word, frames + k, sizeof word);
        put(word);
      }
      const std::uint32_t more = i - first - 1;
      open_count_ += more;
      written_.index += more;
      size_ += more;
    }
    return n;
  }

  // The front sample; only if not empty.
  Time time() const { return time_; }
  std::uint64_t index() const { return read_.index; }
  std::uint8_t flags() const { return read_.flags; }
  const Anchor& clock() const { return read_.clock; }
  bool behind_gap() const { return gap_.any(); }
  /// The gap in front of it, once.
  Hole take_gap() {
    const Hole gap = gap_;
    gap_ = {};
    return gap;
  }
  void copy_frame(std::array<float, Channels>& frame) const {
    for (std::uint32_t c = 0; c < Channels; ++c) {
      const std::uint32_t word = words_[at(c)];
      std::memcpy(&frame[c], &word, sizeof word);
    }
  }
  void pop() {
    skip(Channels);
    --size_;
    ++read_.index;
    if (size_ == 0) left_ = 0;
    else if (front_is_open_ || --left_ > 0) time_ = read_.clock.at(read_.index);
    else read_header();
  }

 private:
  static constexpr std::uint32_t count_bits = 0xFFFF, has_clock = 1U << 16, has_index = 1U << 17,
                                 has_gap = 1U << 18, has_lost = 1U << 19, flags_at = 24;
  static constexpr std::size_t spare_words = 32;  // two headers in full
  static constexpr std::size_t clock_words = 7;   // a header that tells a clock and nothing else

  struct Piece {
    Anchor clock{};
    std::uint64_t index{};
    std::uint8_t flags{};
  };

  std::uint32_t at(std::uint32_t k) const {
    const auto all = static_cast<std::uint32_t>(words_.size());
    return head_ + k < all ? head_ + k : head_ + k - all;
  }
  void put(std::uint32_t word) { words_[at(used_++)] = word; }
  void put(std::int64_t x) {
    put(static_cast<std::uint32_t>(x));
    put(static_cast<std::uint32_t>(x >> 32));
  }
  void skip(std::uint32_t words) {
    head_ = at(words);
    used_ -= words;
  }
  std::int64_t next() {
    const std::uint64_t low = words_[at(0)], high = words_[at(1)];
    skip(2);
    return static_cast<std::int64_t>(high << 32U | low);
  }

  /// The most usual gap, lost samples of one clock, is told by its index alone.
  static bool says_index(const Hole& gap, const Anchor& clock, std::uint64_t from,
                         std::uint64_t to) {
    return gap.from == clock.at(from) && gap.to == clock.at(to);
  }
  bool open_piece(const Anchor& clock, std::uint64_t index, std::uint8_t flags, const Hole& gap) {
    std::uint32_t header = std::uint32_t{flags} << flags_at;
    std::uint32_t words = 1 + Channels;
    if (!(clock == written_.clock)) header |= has_clock, words += 6;
    if (index != written_.index) header |= has_index, words += 2;
    if (gap.any()) {
      if (says_index(gap, clock, written_.index, index)) header |= has_lost;
      else header |= has_gap, words += 4;
    }
    if (used_ + words > words_.size()) return false;
    if (front_is_open_) left_ = size_;  // who reads it already keeps the count
    else if (open_count_ > 0) words_[open_] |= open_count_;
    front_is_open_ = false;
    open_count_ = 0;
    open_ = at(used_);
    put(header);
    if ((header & has_clock) != 0) {
      put(static_cast<std::int64_t>(clock.index));
      put(clock.t_ns);
      put(clock.dt_q32);
    }
    if ((header & has_index) != 0) put(static_cast<std::int64_t>(index));
    if ((header & has_gap) != 0) {
      put(gap.from.ns);
      put(gap.to.ns);
    }
    written_ = {clock, index, flags};
    return true;
  }
  void read_header() {
    front_is_open_ = head_ == open_;
    const std::uint32_t header = words_[head_];
    skip(1);
    const std::uint64_t before = read_.index;
    if ((header & has_clock) != 0) {
      read_.clock.index = static_cast<std::uint64_t>(next());
      read_.clock.t_ns = next();
      read_.clock.dt_q32 = next();
    }
    if ((header & has_index) != 0) read_.index = static_cast<std::uint64_t>(next());
    read_.flags = static_cast<std::uint8_t>(header >> flags_at);
    if ((header & has_gap) != 0) {
      gap_.from.ns = next();
      gap_.to.ns = next();
    } else if ((header & has_lost) != 0) {
      gap_ = {read_.clock.at(before), read_.clock.at(read_.index)};
    }
    left_ = front_is_open_ ? 0 : header & count_bits;
    time_ = read_.clock.at(read_.index);
  }

  std::vector<std::uint32_t> words_;
  std::uint32_t head_{}, used_{};  // words
  std::uint32_t size_{};           // samples
  std::uint32_t open_{};           // where the header of the newest piece lies
  std::uint32_t open_count_{};     // samples written to it
  std::uint32_t left_{};           // of the piece in front, if that is another
  bool front_is_open_{};           // the oldest sample belongs to the newest piece
  Piece written_, read_;           // behind the last sample; of the front one
  Hole gap_;                       // in front of the front one
  Time time_;                      // of the front one
};

}  // namespace ib::detail
