#include "bench/round_trips.hpp"

#include "bench/figure.hpp"

#include "builtin_nodes.hpp"
#include "isolated_node.hpp"
#include "stream_pointers.hpp"

#include <interbeat/registry.hpp>

#include <sched.h>
#include <sys/eventfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <csignal>
#include <memory>
#include <new>
#include <optional>
#include <stdexcept>
#include <vector>

namespace ib::bench {
namespace {

using Clock = std::chrono::steady_clock;

float us_since(Clock::time_point t) {
  return std::chrono::duration<float, std::micro>(Clock::now() - t).count();
}
double ms_since(Clock::time_point t) {
  return std::chrono::duration<double, std::milli>(Clock::now() - t).count();
}

void ring(int fd) {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto n = ::write(fd, &one, sizeof one);
}
bool hear(int fd) {
  std::uint64_t n = 0;
  return ::read(fd, &n, sizeof n) == sizeof n;
}

/// This thread's processor, and that of a process that it starts: who is started stays where its parent was.
class Placement {
 public:
  explicit Placement(Placed where) {
    if (sched_getaffinity(0, sizeof before_, &before_) != 0) return;
    for (std::size_t cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
      if (!CPU_ISSET(cpu, &before_)) continue;
      if (!own_) own_ = cpu;
      if (where == Placed::on_two_cpus || !childs_) childs_ = cpu;
    }
    stay_on(childs_);
  }
  ~Placement() { sched_setaffinity(0, sizeof before_, &before_); }
  Placement(const Placement&) = delete;
  Placement& operator=(const Placement&) = delete;

  /// The other process runs.
  void started() const { stay_on(own_); }

 private:
  static void stay_on(std::optional<std::size_t> cpu) {
    if (!cpu) return;
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(*cpu, &one);
    sched_setaffinity(0, sizeof one, &one);
  }
  cpu_set_t before_{};
  std::optional<std::size_t> own_, childs_;
};

/// The other process of the bare side.
class Echo {
 public:
  Echo() {
    new (number()) std::atomic<std::uint64_t>(0);
    pid_ = fork();
    if (pid_ < 0) throw std::runtime_error("the kernel gives no further process");
    if (pid_ > 0) return;
    while (hear(there_)) {
      number()->fetch_add(1, std::memory_order_acq_rel);
      ring(back_);
    }
    _exit(0);
  }
  ~Echo() {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
    close(there_);
    close(back_);
  }
  Echo(const Echo&) = delete;
  Echo& operator=(const Echo&) = delete;

  void call() {
    ring(there_);
    hear(back_);
    if (number()->load(std::memory_order_acquire) != ++expected_)
      throw std::runtime_error("the other process did not do its work");
  }

 private:
  std::atomic<std::uint64_t>* number() {
    return reinterpret_cast<std::atomic<std::uint64_t>*>(memory_.data());
  }
  SharedMemory memory_{4096};
  int there_ = eventfd(0, EFD_CLOEXEC), back_ = eventfd(0, EFD_CLOEXEC);
  std::uint64_t expected_{};
  pid_t pid_{};
};

/// A band-pass in a process of its own, called as an island does it.
class Filter {
 public:
  static constexpr std::uint32_t packet = 8;

  explicit Filter(const std::filesystem::path& program)
      : process_(std::make_shared<NodeProcess>(
            watch_, program, NodeProcess::Limits{std::uint64_t{1} << 30, 1000000})) {
    Registry registry;
    add_builtin_nodes(registry);
    const auto* desc = registry.find("filter.bandpass")->desc;
    node_ = (new IsolatedNode(process_,
                              {desc, R"({"type": "filter.bandpass", "plugin": null})", nullptr}))
                ->node();
    isolated().be_patient(std::chrono::seconds(10), false);
    for (auto* s : {&in_, &out_}) {
      s->struct_size = sizeof *s;
      s->flags = IB_STREAM_CONNECTED;
      s->unit = s->name = s->owners = "";
      s->rate_hz = 64;
      s->channels = 1;
      s->max_items = packet;
    }
    std::array<char, 512> error{};
    ib_activation a{};
    a.struct_size = sizeof a;
    a.max_step_ns = 1'000'000'000;
    a.path = a.out_dir = "";
    a.error = error.data();
    a.error_size = error.size();
    pointers_.put(a, {&in_, 1}, {&out_, 1});
    if (node_->activate(node_, &a) != IB_OK) throw std::runtime_error(error.data());
    prepare(given_, packet);
    prepare(taken_, out_.max_items);
    given_.head.anchor = {0, 0, std::int64_t{15'625'000} << 32};
  }
  ~Filter() {
    node_->deactivate(node_);
    node_->destroy(node_);
  }
  Filter(const Filter&) = delete;
  Filter& operator=(const Filter&) = delete;

  ib_status call() {
    given_.reopen();
    taken_.reopen();
    ib_block& b = given_.head;
    b.n = packet;
    b.first_index = index_;
    index_ += packet;
    b.settled_ns = time_of(b, packet - 1);
    const ib_block* in[]{&given_.head};
    ib_block* out[]{&taken_.head};
    ib_process p{};
    p.struct_size = sizeof p;
    p.n_in = p.n_out = 1;
    p.in = in;
    p.out = out;
    return node_->process(node_, &p);
  }
  std::array<std::int64_t, 1> closed() const { return {given_.head.settled_ns}; }
  IsolatedNode& isolated() { return *IsolatedNode::of(node_); }
  NodeProcess& process() { return *process_; }

 private:
  void prepare(BlockSlot& slot, std::uint32_t capacity) {
    auto& m = memory_.emplace_back(std::make_unique<Memory>(capacity));
    slot.data = reinterpret_cast<std::byte*>(m->samples.data());
    slot.flags = m->flags.data();
    slot.gaps = m->gaps.data();
    slot.prepare({capacity, sizeof(float), true, 1});
  }
  struct Memory {
    explicit Memory(std::uint32_t n) : samples(n), flags(n), gaps(2) {}
    std::vector<float> samples;
    std::vector<std::uint8_t> flags;
    std::vector<ib_gap> gaps;
  };

  DeathWatch watch_;
  std::shared_ptr<NodeProcess> process_;
  ib_node* node_{};
  ib_stream in_{}, out_{};
  StreamPointers pointers_;
  std::vector<std::unique_ptr<Memory>> memory_;
  BlockSlot given_, taken_;
  std::uint64_t index_{};
};

template <class Called>
Cost timed(std::size_t n, Called& called) {
  for (int warm = 0; warm < 100; ++warm) called.call();
  std::vector<float> latencies(n);
  Meter meter;
  meter.start();
  for (auto& latency : latencies) {
    const auto began = Clock::now();
    called.call();
    latency = us_since(began);
  }
  auto cost = meter.stop(static_cast<double>(n));
  cost.latencies_us = std::move(latencies);
  return cost;
}

}  // namespace

Cost bare_round_trips(std::size_t n, Placed where) {
  const Placement placement(where);
  Echo echo;
  placement.started();
  return timed(n, echo);
}

Cost isolated_calls(std::size_t n, const std::filesystem::path& program, Placed where) {
  const Placement placement(where);
  Filter filter(program);
  placement.started();
  return timed(n, filter);
}

DeathTimes deaths(std::size_t n, const std::filesystem::path& program) {
  Filter filter(program);
  std::vector<double> noticed, restarted;
  for (std::size_t i = 0; i < n; ++i) {
    auto began = Clock::now();
    filter.process().strike();
    while (filter.process().lives() && ms_since(began) < 1000) {}
    noticed.push_back(ms_since(began));
    if (filter.call() != lost_process) throw std::runtime_error("a node that was killed answered");
    began = Clock::now();
    if (!filter.isolated().restart(filter.closed()))
      throw std::runtime_error(filter.isolated().error());
    restarted.push_back(ms_since(began));
  }
  return {median_of(noticed), median_of(restarted)};
}

}  // namespace ib::bench
