// State: what a node knows, written and read in one function of its author's (ib.state/1):
//
//   void state(State& s) { s(mean, count, last); }
//
// Named are all values that later results depend on, in the same order always: numbers, enums, Time, arrays
// and vectors of these; not params, not what activate() works out. The runner adds its own. The same state
// must be the same bytes: no struct with holes in it.
// Thread: [exec].
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>
#include <vector>

namespace ib {

class State {
 public:
  /// Counts how much there is.
  static State measuring() { return State(Does::measure, nullptr, 0); }
  static State saving(void* to, std::uint64_t room) { return State(Does::save, to, room); }
  static State loading(const void* from, std::uint64_t n) {
    return State(Does::load, const_cast<void*>(from), n);  // only read
  }

  template <class... T>
  void operator()(T&... values) {
    (one(values), ...);
  }
  std::uint64_t bytes() const { return at_; }
  /// There was room, or as much as was asked for.
  bool good() const { return good_; }
  bool loads() const { return does_ == Does::load; }
  /// After values that were read and must hold to be used, such as a place within an array: bytes from
  /// elsewhere may say anything. If they do not, the node is reset.
  void require(bool holds) { good_ = good_ && (holds || !loads()); }

 private:
  enum class Does { measure, save, load };
  State(Does does, void* memory, std::uint64_t room)
      : does_(does), memory_(static_cast<std::byte*>(memory)), room_(room) {}

  template <class T>
  void one(T& value) {
    static_assert(std::is_trivially_copyable_v<T>, "name the parts of a state one by one");
    run(&value, sizeof value);
  }
  void one(bool& value) {
    auto byte = static_cast<std::uint8_t>(value);
    run(&byte, sizeof byte);
    value = byte != 0;
  }
  /// As long as it was made in activate().
  template <class T>
  void one(std::vector<T>& values) {
    static_assert(std::is_trivially_copyable_v<T>);
    run(values.data(), values.size() * sizeof(T));
  }
  void run(void* value, std::size_t n) {
    if (does_ != Does::measure) {
      if (!good_ || n > room_ - at_) {
        good_ = false;
        return;
      }
      if (n > 0 && does_ == Does::save) std::memcpy(memory_ + at_, value, n);
      if (n > 0 && does_ == Does::load) std::memcpy(value, memory_ + at_, n);
    }
    at_ += n;
  }

  Does does_;
  std::byte* memory_;
  std::uint64_t room_, at_{};
  bool good_{true};
};

}  // namespace ib
