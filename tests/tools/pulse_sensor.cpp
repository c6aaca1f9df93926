// The driver that is a plugin (plugins/pulse_sensor), through a pseudo terminal: as the host of a live run
// calls it, at moments of the test's choice; and in a live run from YAML.
#include "support/pulse_board.hpp"
#include "tools/program.hpp"

#include <interbeat/clock_model.hpp>
#include <interbeat/node.hpp>
#include <interbeat/physio.hpp>
#include <interbeat/plugins.hpp>
#include <interbeat/registry.hpp>

#include "plugin.hpp"
#include "stream_pointers.hpp"
#include "validator/script.hpp"

#include <sys/eventfd.h>
#include <sys/wait.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <vector>

using namespace ib;
using namespace ib::test;

namespace {

fs::path pulse_plugin() {
  return fs::path(binary_folder) / "tests/plugins/drivers/pulse_sensor.so";
}

const NodeType& pulse_type() {
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

  explicit PulseHost(const std::string& device) : woken_(eventfd(0, EFD_CLOEXEC)) {
    host_ = {sizeof(ib_host), 0, this, &extension};
    std::string problem;
    node_ = make_node(pulse_type(), &host_, problem);
    BOOST_TEST_REQUIRE(node_ != nullptr, problem);
    BOOST_TEST_REQUIRE(node_->set_param(node_, 0, 0, device.c_str()) == IB_OK);
  }
  ~PulseHost() {
    if (active_) node_->deactivate(node_);
    node_->destroy(node_);
    close(woken_);
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

  /// Called at this session time, as often as it wants.
  void call(Duration at) {
    for (;;) {
      std::vector<ib_block*> out;
      for (std::size_t k = 0; k < rooms_.size(); ++k) out.push_back(rooms_[k].open(heard_[k].mark));
      ib_process p{};
      p.struct_size = sizeof p;
      p.n_out = static_cast<std::uint32_t>(out.size());
      p.out = out.data();
      p.now_ns = at.count();
      p.arrival_ns = boot_ns + at.count();
      p.wake_ns = IB_FOREVER;
      const auto answer = node_->process(node_, &p);
      for (std::size_t k = 0; k < out.size(); ++k) hear(k, *out[k], at.count());
      if (answer == IB_OK) continue;
      BOOST_TEST_REQUIRE(answer == IB_SLEEP);
      wake_ = Duration{p.wake_ns};
      return;
    }
  }
  /// Called because there is something to read.
  void call_when_readable(Duration at) {
    pollfd readable{watched_, POLLIN, 0};
    BOOST_TEST_REQUIRE(poll(&readable, 1, 30'000) == 1, "nothing to read");
    call(at);
  }
  /// The lines arrive at this time; each is an item, a sample that waits for its time, or counted as bad.
  void arrives(const PulseBoard& board, const std::string& bytes, Duration at) {
    const auto lines = static_cast<std::uint64_t>(std::count(bytes.begin(), bytes.end(), '\n'));
    const auto goal = met() + lines;
    board.send(bytes);
    while (met() < goal && !waits()) call_when_readable(at);
  }
  void wait_until_woken() const {
    pollfd told{woken_, POLLIN, 0};
    BOOST_TEST_REQUIRE(poll(&told, 1, 30'000) == 1, "no port was opened");
    std::uint64_t times = 0;
    BOOST_TEST_REQUIRE(read(woken_, &times, sizeof times) > 0);
  }
  /// Something to read keeps nobody awake.
  bool readable() const {
    pollfd now{watched_, POLLIN, 0};
    return poll(&now, 1, 0) == 1;
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
                                [[maybe_unused]] auto n = write(of(h).woken_, &one, sizeof one);
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
  std::string said_;
  std::vector<ib_stream> streams_, no_streams_;
  StreamPointers pointers_;
  std::deque<validator::BlockRoom> rooms_;
  std::vector<Heard> heard_;
};

struct PulseBench {
  Program home;  // a folder
  PulseBoard board{home.folder};
  PulseHost host{board.name().string()};

  PulseBench() {
    host.start();
    host.call(0ns);
    board.send("12\r\n");  // the end of a line whose beginning nobody saw
  }
  /// Samples at 50 Hz from this time on, counting up, a beat every 40 of them. The time behind the last.
  Duration samples(Duration from, int n, int first = 0) {
    for (int k = 0; k < n; ++k, from += 20ms) {
      std::string lines = "S" + std::to_string((first + k) % 1024) + "\r\n";
      if (k % 40 == 39) lines += "B75\r\nQ800\r\n";
      host.arrives(board, lines, from);
    }
    return from;
  }
};

constexpr auto pulse_graph = R"(interbeat: 1
parameters:
  device: {type: source, default: /dev/ttyACM0}
nodes:
  sensor: {type: pulse_sensor.serial, device: $device}
  wave:   {type: sink.csv, in: sensor.ppg, path: wave.csv}
  rr:     {type: sink.csv, in: sensor.rr, path: rr.csv}
)";

std::vector<std::string> rows_of(const fs::path& file) {
  std::vector<std::string> rows;
  std::ifstream in(file);
  for (std::string row; std::getline(in, row);)
    if (!row.starts_with("#")) rows.push_back(row);
  return rows;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(pulse_sensor)

BOOST_FIXTURE_TEST_CASE(bytes_in_and_samples_and_intervals_out, PulseBench) {
  const auto end = samples(100ms, 200);
  host.call(end);
  const auto& wave = host[PulseHost::ppg];
  BOOST_TEST(host.stream(PulseHost::ppg).rate_hz == 50);
  BOOST_TEST_REQUIRE(wave.items.size() == 200U);
  for (std::size_t k = 0; k < 200; ++k) {
    BOOST_TEST(wave.value<float>(k) == static_cast<float>(k));
    BOOST_TEST(wave.index[k] == k);
    BOOST_TEST(std::abs(wave.t_ns[k] - (100 + 20 * static_cast<std::int64_t>(k)) * 1'000'000) <
               1'000'000);
  }
  BOOST_TEST(wave.gaps.empty());
  const auto& rr = host[PulseHost::rr];
  BOOST_TEST(host.stream(PulseHost::rr).sampled_hz == 500);
  BOOST_TEST_REQUIRE(rr.items.size() == 5U);
  BOOST_TEST(*rr.value<RrNotification>(0).rr_us[0] == 800'000);
  BOOST_TEST(*rr.value<RrNotification>(0).hr_bpm == 75);
  BOOST_TEST(rr.t_ns[0] == 880'000'000);
  BOOST_TEST(*host[PulseHost::heart_rate].value<HeartRate>(4).heart_rate_bpm == 75);
  const auto& clock = host[PulseHost::clock];
  BOOST_TEST(clock.items.size() == 4U);
  BOOST_TEST(clock.value<ClockModel>(3).rate_hz == 50, boost::test_tools::tolerance(0.01));
  BOOST_TEST_REQUIRE(host[PulseHost::status].items.size() == 1U);
  BOOST_TEST((host[PulseHost::status].value<DeviceStatus>(0).event == DeviceEvent::connected));
  BOOST_TEST(!host.readable());
  BOOST_TEST((host.wake().count() == IB_FOREVER));  // nothing is polled
}

BOOST_AUTO_TEST_CASE(what_came_before_the_session_is_not_of_it) {
  Program home;
  PulseBoard board(home.folder);
  PulseHost host(board.name().string());
  host.start();
  board.send("\r\nS1\r\nS2\r\n");
  host.call(0ns);
  board.send("\r\n");
  host.arrives(board, "S3\r\n", 20ms);
  host.call(40ms);
  BOOST_TEST_REQUIRE(host[PulseHost::ppg].items.size() == 1U);
  BOOST_TEST(host[PulseHost::ppg].value<float>(0) == 3);
}

BOOST_FIXTURE_TEST_CASE(hostile_bytes_are_counted_and_end_nothing, PulseBench) {
  auto t = samples(100ms, 50);
  const std::string long_line(5000, 'S'), nul("\0\0\0", 3);
  host.arrives(board,
               long_line.substr(0, 3000) + "\n" + nul + "\nS1024\r\n\x7f\xff\n72,833,512\r\n",
               t - 1ms);
  BOOST_TEST(host.counter("bad_lines") == 5U);
  t = samples(t + 20ms, 50, 50);  // the place of S1024 is left free
  host.call(t);
  const auto& wave = host[PulseHost::ppg];
  BOOST_TEST_REQUIRE(wave.items.size() == 100U);
  BOOST_TEST(wave.index[50] == 51U);
  BOOST_TEST(host.counter("lost_samples") == 1U);
  BOOST_TEST_REQUIRE(wave.gaps.size() == 1U);
  BOOST_TEST(wave.gaps[0].at == 50U);
  BOOST_TEST(wave.gaps[0].to_ns == wave.t_ns[50]);
  // From the end of the last sample's period, which is rounded down to a nanosecond.
  BOOST_TEST(std::abs(wave.gaps[0].from_ns - (wave.t_ns[49] + 20'000'000)) <= 1);
  BOOST_TEST(wave.lost == 1U);
  const auto& rr = host[PulseHost::rr];
  BOOST_TEST_REQUIRE(rr.gaps.size() == 1U);  // one of them may have been an interval
  BOOST_TEST(rr.gaps[0].at == 1U);
}

BOOST_FIXTURE_TEST_CASE(another_format_is_said_once, PulseBench) {
  for (int k = 0; k < 120; ++k) host.arrives(board, "72,833,512\r\n", 20ms * (k + 1));
  BOOST_TEST(host.counter("bad_lines") == 120U);
  BOOST_TEST(has(host.said(), "PROCESSING_VISUALIZER"));
  BOOST_TEST(host.said().find("PROCESSING_VISUALIZER") ==
             host.said().rfind("PROCESSING_VISUALIZER"));
}

BOOST_FIXTURE_TEST_CASE(pulled_out_it_is_a_gap_and_is_tried_again, PulseBench) {
  auto t = samples(100ms, 50);
  board.unplug();
  host.call_when_readable(t);
  BOOST_TEST(host.counter("lost_connections") == 1U);
  BOOST_TEST(host.wake() == t + 250ms);
  BOOST_TEST(!host.readable());
  // Not there yet: half a second, a second, and at last every four.
  std::vector<Duration> waits;
  for (int k = 0; k < 6; ++k) {
    const auto asked = host.wake();
    host.call(asked);
    waits.push_back(host.wake() - asked);
  }
  BOOST_TEST((waits == std::vector<Duration>{500ms, 1s, 2s, 4s, 4s, 4s}));

  board.plug_in();
  t = host.wake();
  host.call(t);
  host.wait_until_woken();
  host.call(t + 10ms);
  BOOST_TEST((host.wake().count() == IB_FOREVER));
  board.send("\r\n");
  t = samples(t + 100ms, 50, 500);
  host.call(t);
  const auto& wave = host[PulseHost::ppg];
  BOOST_TEST_REQUIRE(wave.items.size() == 100U);
  BOOST_TEST(wave.value<float>(50) == 500);
  BOOST_TEST_REQUIRE(wave.gaps.size() == 1U);
  BOOST_TEST(wave.gaps[0].at == 50U);
  BOOST_TEST(wave.gaps[0].to_ns == wave.t_ns[50]);
  BOOST_TEST(wave.t_ns[50] == (t - 1s).count());
  BOOST_TEST(host[PulseHost::rr].gaps.size() == 1U);
  const auto& status = host[PulseHost::status];
  BOOST_TEST_REQUIRE(status.items.size() == 3U);
  BOOST_TEST((status.value<DeviceStatus>(1).event == DeviceEvent::disconnected));
  BOOST_TEST((status.value<DeviceStatus>(2).event == DeviceEvent::connected));
}

BOOST_AUTO_TEST_CASE(what_cant_be_opened_is_said_in_a_sentence_with_what_to_do) {
  Program home;
  const auto absent = (home.folder / "ttyNone").string();
  BOOST_TEST(
      PulseHost(absent).open() ==
      absent +
          " is not there; is the board plugged in? `ls /dev/serial/by-id/` shows the serial ports "
          "of this machine");
  const auto file = home.write("notes.txt", "S512\n").string();
  BOOST_TEST(PulseHost(file).open() ==
             file + " is no serial port; expected a device such as /dev/ttyACM0 or /dev/ttyUSB0");
}

BOOST_AUTO_TEST_CASE(without_the_right_to_read_it_the_group_is_named) {
  Program home;
  fs::permissions(home.folder, fs::perms::all);
  PulseBoard board(home.folder);
  fs::permissions(fs::canonical(board.name()), fs::perms::none);
  pulse_type();
  int ends[2];
  BOOST_TEST_REQUIRE(pipe(ends) == 0);
  const pid_t child = fork();
  if (child == 0) {  // as somebody who is not allowed everything
    if (geteuid() == 0 && setuid(65534) != 0) _exit(1);
    const auto said = PulseHost(board.name().string()).open();
    _exit(write(ends[1], said.data(), said.size()) == static_cast<ssize_t>(said.size()) ? 0 : 1);
  }
  close(ends[1]);
  std::string said(4096, '\0');
  said.resize(
      static_cast<std::size_t>(std::max<ssize_t>(0, read(ends[0], said.data(), said.size()))));
  close(ends[0]);
  int result = 0;
  waitpid(child, &result, 0);
  BOOST_TEST(result == 0);
  BOOST_TEST(has(said, " may be read by "), said);
  BOOST_TEST(has(said, " alone: "), said);
}

BOOST_AUTO_TEST_CASE(a_live_run_from_yaml_goes_on_over_a_replug) {
  Program home;
  setenv("XDG_CACHE_HOME", home.folder.c_str(), 1);
  home.write("pulse.yaml", pulse_graph);
  PulseBoard board(home.folder);
  Running run(home, {"run", "pulse.yaml", "--plugin-path", pulse_plugin().string(), "--set",
                     "device=" + board.name().string(), "--out", "out"});
  const BoardPace pace(50);
  for (const int first : {0, 500}) {
    board.wait_for_reader();
    board.send("\r\n");
    for (int k = 0; k < 60; ++k) {
      pace.wait();
      board.send("S" + std::to_string(first + k) + "\r\n" + (k == 30 ? "B75\r\nQ800\r\n" : ""));
    }
    board.unplug();
    if (first == 0) board.plug_in();
  }
  run.wait_for("the serial device is gone");
  run.signal(SIGINT);
  BOOST_TEST(run.wait() == 0);
  unsetenv("XDG_CACHE_HOME");
  const auto wave = rows_of(home.folder / "out/wave.csv");
  BOOST_TEST(wave.size() >=
             1U + 100U);  // what a busy machine read late may wait for its time at the end
  BOOST_TEST(has(wave.at(1), ",0"), wave.at(1));
  const auto rr = rows_of(home.folder / "out/rr.csv");
  BOOST_TEST_REQUIRE(rr.size() == 3U);
  BOOST_TEST(has(rr[1], "800000"), rr[1]);
}

BOOST_AUTO_TEST_SUITE_END()
