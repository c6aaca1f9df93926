#include "bench/window.hpp"

#include <sched.h>

namespace ib::bench {
namespace {

thread_local Window* in_force = nullptr;

}  // namespace

bool Window::next() {
  if (await_answer) wait_for_answer();
  if (sent_ == warm_up) {
    if (piece > 0) pieces_.reserve(packets / piece + 1);
    meter_.start();
    if (opened != nullptr) opened();
  }
  if (piece > 0 && sent_ >= warm_up && (sent_ - warm_up) % piece == 0) pieces_.mark();
  if (sent_ == warm_up + packets) {
    if (closed != nullptr) closed();
    cost = meter_.stop(static_cast<double>(packets));
    if (piece > 0)
      cost.wall_ns =
          pieces_.median_ns() * static_cast<double>(packets) / static_cast<double>(piece);
    complete = true;
    return false;
  }
  ++sent_;
  return true;
}

void Window::wait_for_answer() const {
  constexpr unsigned patience = 1U << 12;  // then the other thread gets this core, if it has no own
  for (unsigned n = 0; answered.load(std::memory_order_acquire) < sent_; ++n) {
    if (n % patience == patience - 1) sched_yield();
  }
}

WindowInForce::WindowInForce(Window& window) { in_force = &window; }
WindowInForce::~WindowInForce() { in_force = nullptr; }
Window* window_in_force() { return in_force; }

}  // namespace ib::bench
