// Window: the stretch of packets that is measured. The source of a graph asks it before every packet;
// after the warm-up the meter starts, at the end it stops and the source ends. So a figure is of the
// data path alone, read on the executor's own thread.
//
// `await_answer`: before the next packet the source waits, spinning, until the sink has had the last
// one: for round trips. The only busy wait of the program, and it is the instrument's.
//
// Thread: one source's; `answered` by the sink's.
#pragma once

#include <atomic>
#include <cstdint>

#include "bench/cost.hpp"
#include "bench/pieces.hpp"

namespace ib::bench {

struct Window {
  std::uint64_t warm_up{}, packets{};
  std::uint64_t piece{};  ///< packets of a piece (pieces.hpp); 0: the wall time is that of all
  bool await_answer{};
  void (*opened)(){};  ///< called as the window opens and closes: SystemCallWindow
  void (*closed)(){};

  std::atomic<std::uint64_t> answered{};
  Cost cost{};  ///< of the packets inside, units: packets
  bool complete{};

  /// [source] Before each packet; false: enough.
  bool next();

 private:
  void wait_for_answer() const;
  std::uint64_t sent_{};
  Meter meter_;
  Pieces pieces_;
};

/// The window that nodes made from now on will ask; for as long as this lives.
class WindowInForce {
 public:
  explicit WindowInForce(Window& window);
  ~WindowInForce();
  WindowInForce(const WindowInForce&) = delete;
  WindowInForce& operator=(const WindowInForce&) = delete;
};
Window* window_in_force();

}  // namespace ib::bench
