#include "worker.hpp"

#include "denormals.hpp"
#include "pace.hpp"
#include "plan_impl.hpp"
#include "realtime.hpp"
#include "trace_lane.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

namespace ib::detail {
namespace {

thread_local Worker* current_worker = nullptr;

/// What was pushed last is first: turned round.
template <class T>
T* in_order(T* list, T* T::*next) {
  T* first = nullptr;
  while (list != nullptr) {
    T* rest = list->*next;
    list->*next = first;
    first = list;
    list = rest;
  }
  return first;
}

}  // namespace

Worker::Worker() : fd_(eventfd(0, EFD_CLOEXEC)) {
  if (fd_ < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
}

Worker::~Worker() {
  stop_thread();
  if (current_worker == this) current_worker = nullptr;
  close(fd_);
}

void Worker::adopt_thread() { current_worker = this; }

void Worker::submit(Island& island) {
  Island* head = head_.load(std::memory_order_relaxed);
  do {
    island.next_queued = head;
  } while (!head_.compare_exchange_weak(head, &island, std::memory_order_release,
                                        std::memory_order_relaxed));
  if (head != nullptr) return;         // whoever found the list empty has woken it
  if (current_worker == this) return;  // its own drain() finds it
  wake();
}

void Worker::wake() {
  if (woken_.exchange(true, std::memory_order_acq_rel)) return;  // it is still to look
  wake_ups_.fetch_add(1, std::memory_order_relaxed);
  if (auto* waker = waker_.load(std::memory_order_acquire)) return waker->wake();
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto n = ::write(fd_, &one, sizeof one);
}

void Worker::tell(Source& source) {
  if (std::atomic_ref(source.told).exchange(true, std::memory_order_acq_rel)) return;
  Source* head = told_.load(std::memory_order_relaxed);
  do {
    source.next_told = head;
  } while (!told_.compare_exchange_weak(head, &source, std::memory_order_release,
                                        std::memory_order_relaxed));
  if (head == nullptr) wake();
}

Source* Worker::take_told() {
  return in_order(told_.exchange(nullptr, std::memory_order_acquire), &Source::next_told);
}

void Worker::submit_local(Island& island) {
  island.next_local = nullptr;
  (first_local_ == nullptr ? first_local_ : last_local_->next_local) = &island;
  last_local_ = &island;
}

void Worker::run_locals(const PassContext& context) {
  while (Island* island = first_local_) {
    first_local_ = island->next_local;
    island->queued = false;  // before it runs: what comes meanwhile queues it again
    run_island(*island, context);
  }
}

void Worker::drain(const PassContext& context) {
  run_locals(context);
  while (Island* list = head_.exchange(nullptr, std::memory_order_acquire)) {
    list = in_order(list, &Island::next_queued);
    while (list != nullptr) {
      Island& island = *list;
      list = island.next_queued;
      island.state.take();
      do {
        run_island(island, context);
        run_locals(context);
      } while (!island.state.finish());
      island.busy->down();
    }
  }
}

void Worker::clear_wake() {
  std::uint64_t n = 0;
  [[maybe_unused]] const auto got = ::read(fd_, &n, sizeof n);
  looked();
}

void Worker::start_thread(const PassContext& context) {
  context_ = context;
  if (ordinary_) context_.realtime = nullptr;
  if (context_.realtime != nullptr) executor_ = context_.realtime->next_executor();
  stop_.store(false);
  thread_ = std::thread([this] { loop(); });
}

void Worker::loop() {
  adopt_thread();
  const FlushDenormals guard;
  if (context_.realtime != nullptr) context_.realtime->join(executor_);
  while (!stop_.load(std::memory_order_acquire)) {
    if (!sleep_until(tell_time())) continue;
    clear_wake();
    if (trace != nullptr) trace->moment(TraceRecord::Kind::wake_up, 0, 1);
    drain(context_);
  }
  drain(context_);
}

/// When the first of the nodes here wants to be told again: not at once, whatever it says.
Time Worker::tell_time() {
  if (ageing_.empty() || context_.pace == nullptr) return forever;
  const Time now = context_.pace->now();
  Time next = forever;
  for (const auto& a : ageing_) next = std::min(next, Time{a.table->age(a.node, now.ns)});
  return std::max(next, now + Duration(10ms));
}

/// False: that time has come, and nothing else.
bool Worker::sleep_until(Time session) {
  if (session >= forever) return true;  // clear_wake sleeps
  constexpr std::int64_t second = 1'000'000'000;
  const auto ns = std::max<std::int64_t>(context_.pace->until(session).count(), 0);
  const timespec span{ns / second, ns % second};
  pollfd woken{fd_, POLLIN, 0};
  return ppoll(&woken, 1, &span, nullptr) != 0;
}

void Worker::stop_thread() {
  if (!thread_.joinable()) return;
  stop_.store(true, std::memory_order_release);
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto n = ::write(fd_, &one, sizeof one);
  thread_.join();
}

void schedule(Island& island) {
  if (island.local && current_worker == island.home) {
    if (!std::exchange(island.queued, true)) island.home->submit_local(island);
    return;
  }
  if (!island.state.notify()) return;
  island.busy->up();
  island.home->submit(island);
}

}  // namespace ib::detail
