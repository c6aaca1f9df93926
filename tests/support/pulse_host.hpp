// PulseHost: the host of one source of plugins/pulse_sensor, whose clock is the test's. It demands what the
// engine relies on: room, rising times, marks that never fall and never lie in front of the moment.
#pragma once

#include "support/places.hpp"
#include "support/pulse_board.hpp"

#include <interbeat/clock_model.hpp>
#include <interbeat/node.hpp>
#include <interbeat/physio.hpp>
#include <interbeat/plugins.hpp>
#include <interbeat/registry.hpp>

#include "plugin.hpp"
#include "stream_pointers.hpp"
#include "validator/script.hpp"

#include <boost/test/unit_test.hpp>

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <deque>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace ib::test {

inline std::filesystem::path pulse_plugin() {
  return std::filesystem::path(binary_folder) / "tests/plugins/drivers/pulse_sensor.so";
}

inline const NodeType& pulse_type() {
  static const auto registry = [] {
    auto r = std::make_unique<Registry>();
    PluginSearch search;
    search.places.push_back({pulse_plugin(), "the test", true, {}});
    const auto files = load_plugins(*r, search);
    BOOST_TEST_REQUIRE(files.at(0).problem == "");
    return r;
  }();
  const auto* type = registry->find("pulse_sensor.serial");
  BOOST_TEST_REQUIRE(type != nullptr);
  return *type;
}

/// The host of one source, whose clock is the test's.
class PulseHost {
 public:
  enum Out : std::size_t { ppg, rr, heart_rate, status, clock };
  static constexpr std::int64_t boot_ns = 77'000'000'000;  ///< the host's clock at session time 0
  Duration behind{};  ///< it is called for a moment that lies so far back

  explicit PulseHost(const std::string& device) : woken_(eventfd(0, EFD_CLOEXEC)) {
    said_.reserve(4096);  // no memory is asked for while the node is called
    host_ = {sizeof(ib_host), 0, this, &extension};
    std::string problem;
    node_ = make_node(pulse_type(), &host_, problem);
    BOOST_TEST_REQUIRE(node_ != nullptr, problem);
    BOOST_TEST_REQUIRE(node_->set_param(node_, 0, 0, device.c_str()) == IB_OK);
  }
  ~PulseHost() {
    if (active_) node_->deactivate(node_);
    node_->destroy(node_);
    ::close(woken_);
  }
  PulseHost(const PulseHost&) = delete;
  PulseHost& operator=(const PulseHost&) = delete;

  /// Empty, or why it can't be opened.
  std::string open() {
    const auto* source = static_cast<const ib_source*>(node_->extension(node_, IB_EXT_SOURCE));
    ib_source_info info{};
    info.struct_size = sizeof info;
    char error[512]{};
    if (source->open(node_, &info, error, sizeof error) != IB_OK) return error;
    BOOST_TEST(info.live == 1U);
    return {};
  }
  PulseHost& start() {
    BOOST_TEST_REQUIRE(open() == "");
    const auto& d = *node_->desc;
    for (std::uint32_t k = 0; k < d.n_ports; ++k) {
      ib_stream s{};
      s.struct_size = sizeof s;
      s.flags = IB_STREAM_CONNECTED;
      s.type = d.ports[k].type;
      s.name = d.ports[k].name;
      s.channels = 1;
      streams_.push_back(s);
    }
    char error[512]{};
    ib_activation a{};
    a.struct_size = sizeof a;
    pointers_.put(a, no_streams_, streams_);
    a.max_step_ns = 1'000'000'000;
    a.path = "sensor";
    a.out_dir = ".";
    a.error = error;
    a.error_size = sizeof error;
    BOOST_TEST_REQUIRE(node_->activate(node_, &a) == IB_OK, error);
    active_ = true;
    BOOST_TEST_REQUIRE(watched_ >= 0);
    for (const auto& s : streams_) {
      const bool regular = s.rate_hz > 0;
      rooms_.emplace_back(s.max_items, regular ? sizeof(float) : s.type->item_size, 1);
      heard_.emplace_back();
    }
    return *this;
  }

  /// Called at this session time, as often as it wants. `around`: each call of the node, true in front of it.
  template <class Around>
  void call(Duration at, Around around) {
    for (;;) {
      std::vector<ib_block*> out;
      for (std::size_t k = 0; k < rooms_.size(); ++k) out.push_back(rooms_[k].open(heard_[k].mark));
      ib_process p{};
      p.struct_size = sizeof p;
      p.n_out = static_cast<std::uint32_t>(out.size());
      p.out = out.data();
      p.now_ns = at.count();
      p.arrival_ns = boot_ns + (at + behind).count();
      p.wake_ns = IB_FOREVER;
      around(true);
      const auto answer = node_->process(node_, &p);
      around(false);
      for (std::size_t k = 0; k < out.size(); ++k) hear(k, *out[k], at.count());
      if (answer == IB_OK) continue;
      BOOST_TEST_REQUIRE(answer == IB_SLEEP);
      wake_ = Duration{p.wake_ns};
      return;
    }
  }
  void call(Duration at) {
    call(at, [](bool) {});
  }
  void wait_until_readable() const {
    pollfd now{watched_, POLLIN, 0};
    BOOST_TEST_REQUIRE(::poll(&now, 1, 30'000) == 1, "nothing to read");
  }
  /// Called because there is something to read.
  void call_when_readable(Duration at) {
    wait_until_readable();
    call(at);
  }
  /// The lines arrive at this time; each is an item, or counted as bad, or waits behind a sample whose time
  /// has not come.
  void arrives(const PulseBoard& board, const std::string& bytes, Duration at) {
    fed_ += static_cast<std::uint64_t>(std::count(bytes.begin(), bytes.end(), '\n'));
    if (wake_ < at) call(wake_);
    board.send(bytes);
    do call_when_readable(at);
    while (met() < fed_ && !waits());
  }
  void wait_until_woken() const {
    pollfd told{woken_, POLLIN, 0};
    BOOST_TEST_REQUIRE(::poll(&told, 1, 30'000) == 1, "no port was opened");
    std::uint64_t times = 0;
    BOOST_TEST_REQUIRE(::read(woken_, &times, sizeof times) > 0);
  }
  /// Something to read keeps nobody awake.
  bool readable() const {
    pollfd now{watched_, POLLIN, 0};
    return ::poll(&now, 1, 0) == 1;
  }

  struct Heard {
    std::vector<std::int64_t> t_ns;
    std::vector<std::string> items;
    std::vector<ib_gap> gaps;          ///< `at`: items before it
    std::vector<std::uint64_t> index;  ///< of samples
    std::uint64_t lost{};
    std::int64_t mark{IB_NEVER};

    template <class T>
    T value(std::size_t i) const {
      T v{};
      std::memcpy(&v, items.at(i).data(), sizeof v);
      return v;
    }
  };
  const Heard& operator[](Out k) const { return heard_[k]; }
  const ib_stream& stream(Out k) const { return streams_[k]; }
  /// From now on it is told what the port gave, as a host that records is.
  void ask_for_packets() {
    packets.reserve(4096);
    const auto* table = static_cast<const ib_packets*>(node_->extension(node_, IB_EXT_PACKETS));
    BOOST_TEST_REQUIRE((table != nullptr));
    BOOST_TEST(std::string_view(table->channel(node_, 0)) == "serial");
    BOOST_TEST((table->channel(node_, 1) == nullptr));
    table->send_to(
        node_,
        [](void* host, const ib_packet* p) {
          auto& told = static_cast<PulseHost*>(host)->packets.emplace_back();
          told.flags = p->flags;
          told.arrival_ns = p->arrival_ns;
          if (p->n_bytes > 0) told.bytes.assign(static_cast<const char*>(p->bytes), p->n_bytes);
        },
        this);
  }
  struct ToldRead {
    std::uint32_t flags{};
    std::int64_t arrival_ns{};
    std::string bytes;
  };
  std::vector<ToldRead> packets;
  Duration wake() const { return wake_; }
  const std::string& said() const { return said_; }
  std::uint64_t counter(std::string_view name) const {
    const auto* c = static_cast<const ib_counters*>(node_->extension(node_, IB_EXT_COUNTERS));
    for (std::uint32_t i = 0; i < c->n; ++i)
      if (name == c->name(node_, i)) return c->value(node_, i);
    BOOST_ERROR("no counter " << name);
    return 0;
  }

 private:
  static PulseHost& of(const ib_host* host) { return *static_cast<PulseHost*>(host->self); }
  static const void* extension(const ib_host*, const char* id) {
    static const ib_fd fd{sizeof(ib_fd), [](const ib_host* h, int watched) {
                            of(h).watched_ = watched;
                            return true;
                          }};
    static const ib_wake wake{sizeof(ib_wake), [](const ib_host* h) {
                                const std::uint64_t one = 1;
                                [[maybe_unused]] auto n = ::write(of(h).woken_, &one, sizeof one);
                              }};
    static const ib_log log{sizeof(ib_log), [](const ib_host* h, std::uint32_t, const char* text) {
                              of(h).said_ += text;
                            }};
    const std::string_view name(id);
    if (name == IB_EXT_FD) return &fd;
    if (name == IB_EXT_WAKE) return &wake;
    return name == IB_EXT_LOG ? &log : nullptr;
  }
  std::uint64_t met() const {
    return heard_[ppg].items.size() + heard_[rr].items.size() + heard_[heart_rate].items.size() +
           counter("bad_lines");
  }
  bool waits() const { return wake_.count() < IB_FOREVER; }

  void hear(std::size_t k, const ib_block& b, std::int64_t now_ns) {
    auto& h = heard_[k];
    const bool regular = streams_[k].rate_hz > 0;
    BOOST_TEST_REQUIRE(b.n <= b.capacity);
    BOOST_TEST_REQUIRE(b.settled_ns >= h.mark);
    BOOST_TEST_REQUIRE(b.settled_ns <= now_ns);
    if (regular) BOOST_TEST_REQUIRE((b.n_gaps == 0 || (b.n_gaps == 1 && b.gaps[0].at == 0)));
    for (std::uint32_t g = 0; g < b.n_gaps; ++g) {
      h.gaps.push_back(b.gaps[g]);
      h.gaps.back().at += static_cast<std::uint32_t>(h.items.size());
    }
    h.lost += b.lost;
    const std::size_t size = regular ? sizeof(float) : streams_[k].type->item_size;
    for (std::uint32_t i = 0; i < b.n; ++i) {
      const auto t = regular ? Samples{b}.time(i).ns : b.t_ns[i];
      BOOST_TEST_REQUIRE(t > h.mark);
      BOOST_TEST_REQUIRE((h.t_ns.empty() || t > h.t_ns.back()));
      BOOST_TEST_REQUIRE(t <= b.settled_ns);
      h.t_ns.push_back(t);
      if (regular) h.index.push_back(Samples{b}.index(i));
      h.items.emplace_back(static_cast<const char*>(b.data) + i * size, size);
    }
    h.mark = b.settled_ns;
  }

  ib_host host_{};
  ib_node* node_{};
  bool active_{};
  int watched_{-1}, woken_;
  Duration wake_ = Duration::max();
  std::uint64_t fed_{};  ///< lines
  std::string said_;
  std::vector<ib_stream> streams_, no_streams_;
  StreamPointers pointers_;
  std::deque<validator::BlockRoom> rooms_;
  std::vector<Heard> heard_;
};

}  // namespace ib::test
