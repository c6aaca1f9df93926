#include "sink/console.hpp"

#include <interbeat/physio.hpp>

#include <boost/test/unit_test.hpp>

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include <interbeat/types/activation.hpp>
#include "support/node_runner.hpp"

using namespace ib;
using namespace ib::test;

namespace {

/// Standard output goes somewhere else for as long as this lives.
class Redirected {
 public:
  explicit Redirected(int to) : before_(dup(STDOUT_FILENO)) { dup2(to, STDOUT_FILENO); }
  ~Redirected() {
    dup2(before_, STDOUT_FILENO);
    close(before_);
  }
  Redirected(const Redirected&) = delete;
  Redirected& operator=(const Redirected&) = delete;

 private:
  int before_;
};

std::string all_of(int fd) {
  std::string text;
  char some[4096];
  for (ssize_t n; (n = read(fd, some, sizeof some)) > 0;)
    text.append(some, static_cast<std::size_t>(n));
  return text;
}

std::size_t count(const std::string& text, const std::string& what) {
  std::size_t n = 0;
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++n;
  return n;
}

/// A terminal of this size in whose place a test looks.
struct Terminal {
  int master = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK), slave = -1;
  explicit Terminal(unsigned short rows, unsigned short columns) {
    grantpt(master);
    unlockpt(master);
    slave = open(ptsname(master), O_RDWR | O_NOCTTY);
    const winsize size{rows, columns, 0, 0};
    ioctl(slave, TIOCSWINSZ, &size);
  }
  ~Terminal() {
    close(slave);
    close(master);
  }
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;
};

/// A console with two streams, called as the host calls it while a session is live.
class LiveConsole {
 public:
  LiveConsole() {
    for (std::size_t k = 0; k < streams_.size(); ++k) {
      streams_[k].struct_size = sizeof(ib_stream);
      pointers_[k] = &streams_[k];
      if (k > 1) continue;
      streams_[k].flags = IB_STREAM_CONNECTED;
      streams_[k].type = &ActivationRow::type();
      streams_[k].name = k == 0 ? "anna" : "ben";
    }
    ib_activation raw{};
    raw.struct_size = sizeof raw;
    raw.n_in = static_cast<std::uint32_t>(pointers_.size());
    raw.in = pointers_.data();
    Activation a(raw);
    BOOST_REQUIRE(console.activate(a));
  }
  void show(std::size_t in, Duration t, double heart_rate_bpm) {
    ActivationRow row;
    row.heart_rate_bpm = heart_rate_bpm;
    const std::int64_t t_ns = t.count();
    ib_block block{};
    block.struct_size = sizeof block;
    block.n = 1;
    block.data = &row;
    block.t_ns = &t_ns;
    std::array<const ib_block*, ConsoleSink::max_inputs> blocks{};
    blocks[in] = &block;
    ib_process p{};
    p.struct_size = sizeof p;
    p.n_in = static_cast<std::uint32_t>(blocks.size());
    p.in = blocks.data();
    console.process(p);
  }
  Time age(Duration now) { return console.age(Time{} + now); }

  ConsoleSink console;

 private:
  std::array<ib_stream, ConsoleSink::max_inputs> streams_{};
  std::array<const ib_stream*, ConsoleSink::max_inputs> pointers_{};
};

/// The last table's line of the heart rates.
std::string last_rates(const std::string& text) {
  const auto at = text.rfind("  heart_rate_bpm");
  return at == std::string::npos ? text : text.substr(at, text.find("\x1b[K", at) - at);
}

/// What lines show when this is played to something that is no terminal.
template <class Write>
std::string lines_of(Write write) {
  int ends[2];
  BOOST_REQUIRE(pipe(ends) == 0);
  {
    const Redirected redirected(ends[1]);
    NodeRunner run(node_def<ConsoleSink>());
    write(run);
    run.play();
  }
  close(ends[1]);
  const auto text = all_of(ends[0]);
  close(ends[0]);
  return text;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(sink_console)

BOOST_AUTO_TEST_CASE(elsewhere_a_line_per_item_and_no_filled_sample_as_data) {
  const std::vector<float> one{1.5F}, filled{2.5F};
  const auto text = lines_of([&](NodeRunner& run) {
    run.in<Ppg>(0).rate(1).samples(one).samples(filled, IB_SAMPLE_BRIDGED).settle(2s);
  });
  BOOST_TEST(text == "0.000000 in ppg=1.5\n1.000000 in ppg=-\n");
}

BOOST_AUTO_TEST_CASE(elsewhere_too_a_type_says_its_limits_once) {
  const auto text = lines_of([](NodeRunner& run) {
    run.in<ActivationRow>(0).item(1s, {}).item(2s, {}).settle(2s);
    run.in<ActivationRow>(1).item(1s, {}).settle(2s);
  });
  BOOST_TEST(text.rfind("# Activation is an estimate for self-reflection", 0) == 0, text);
  BOOST_TEST(count(text, "# ") == 1U);
}

/// Texts of a stream may come from a stranger's recording: the terminal shows them and obeys none.
BOOST_AUTO_TEST_CASE(no_text_of_a_stream_steers_the_terminal) {
  const std::string steer =
      "a\x1b[2J\x07 \x7f\xc2\x9b"
      "31m \xc3\x9b";
  Marker said{};
  steer.copy(said.text, sizeof said.text - 1);
  const auto text = lines_of([&](NodeRunner& run) { run.in<Marker>(0).item(1s, said).settle(2s); });
  BOOST_TEST(text == "1.000000 in text=a?[2J? ??31m \xc3\x9b\n");
  Terminal terminal(24, 80);
  {
    const Redirected redirected(terminal.slave);
    NodeRunner run(node_def<ConsoleSink>());
    run.in<Marker>(0).item(1s, said).settle(2s);
    run.play();
  }
  const auto table = all_of(terminal.master);
  BOOST_TEST(table.find("a?[2J? ??31m") != std::string::npos, table);
  BOOST_TEST(table.find("\x1b[2J") == std::string::npos);
  BOOST_TEST(table.find("\xc2\x9b") == std::string::npos);
}

// However fast a session plays, the table is drawn as an eye can follow; what stands at the end is
// the newest.
BOOST_AUTO_TEST_CASE(a_fast_session_is_not_drawn_item_by_item) {
  Terminal terminal(24, 80);
  {
    const Redirected redirected(terminal.slave);
    NodeRunner run(node_def<ConsoleSink>());
    auto in = run.in<ActivationRow>(0);
    for (int s = 1; s <= 300; ++s) {
      ActivationRow row;
      row.heart_rate_bpm = 60 + 0.1 * s;
      in.item(1s * s, row).settle(1s * s);
    }
    run.play();
  }
  const auto text = all_of(terminal.master);
  BOOST_TEST(count(text, "heart_rate_bpm") <= 2U * 3U);  // two fields of that name per table
  const auto last = text.rfind("  heart_rate_bpm");
  BOOST_REQUIRE(last != std::string::npos);
  BOOST_TEST(text.substr(last, 60).find(" 90\x1b[K") != std::string::npos, text.substr(last, 60));
  // Up by as many lines as the table has, never further than the screen is high; never cleared
  // whole.
  const auto second = text.find("\x1b[J") + 3;
  BOOST_REQUIRE(text.compare(second, 2, "\x1b[") == 0);
  BOOST_TEST(std::atoi(text.c_str() + second + 2) ==
             static_cast<int>(count(text.substr(0, second), "\n")));
  BOOST_TEST(count(text, "A\x1b[J") == 0U);
}

// Two rings that are both lost: nothing comes, and yet nobody reads old heart rates as of now.
BOOST_AUTO_TEST_CASE(live_old_news_go_although_nothing_comes) {
  Terminal terminal(40, 80);
  std::string fresh, old;
  Time next, last;
  {
    const Redirected redirected(terminal.slave);
    LiveConsole live;
    live.show(0, 20s,
              61.5);  // drawn at once; the next one is not due yet, and nothing makes it old
    live.show(1, 20s, 72.25);
    live.age(22s);
    next = live.age(37s);
    fresh = last_rates(all_of(terminal.master));
    last = live.age(next - Time{});
    old = last_rates(all_of(terminal.master));
  }
  BOOST_TEST(fresh.find("61.5") != std::string::npos, fresh);
  BOOST_TEST(next.ns == 37'000'000'001);
  BOOST_TEST(old.find("61.5") == std::string::npos, old);
  BOOST_TEST(old.find("72.25") == std::string::npos, old);
  BOOST_TEST(old.find(" -") != std::string::npos, old);
  BOOST_TEST(last.ns == forever.ns);  // all is said: nobody wakes it any more
}

/// What is said meanwhile, such as that a ring is lost, stands above the table and stays in sight.
BOOST_AUTO_TEST_CASE(two_lines_of_the_screen_are_left_for_messages) {
  Terminal terminal(18, 80);
  {
    const Redirected redirected(terminal.slave);
    LiveConsole live;
    live.show(0, 20s, 61.5);
  }
  BOOST_TEST(count(all_of(terminal.master), "\n") == 18U - 1 - 2);
}

/// It is how long ago a row came that makes it old: a merge that waits tells of times long past.
BOOST_AUTO_TEST_CASE(live_a_row_about_the_past_is_new_when_it_comes) {
  Terminal terminal(40, 80);
  {
    const Redirected redirected(terminal.slave);
    LiveConsole live;
    live.show(0, 20s, 61.5);
    live.age(20s);
    live.show(1, 2s, 72.25);
    live.age(21s);
    live.console.deactivate();
  }
  const auto last = last_rates(all_of(terminal.master));
  BOOST_TEST(last.find("61.5") != std::string::npos, last);
  BOOST_TEST(last.find("72.25") != std::string::npos, last);
}

BOOST_AUTO_TEST_SUITE_END()
