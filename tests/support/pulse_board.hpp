// PulseBoard: an Arduino with a PulseSensor at the other end of a pseudo terminal, plugged in and pulled out
// at will, behind one name in a folder of the test.
#pragma once

#include <boost/test/unit_test.hpp>

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>

namespace ib::test {

class PulseBoard {
 public:
  explicit PulseBoard(const std::filesystem::path& folder) : name_(folder / "ttyPulse") {
    plug_in();
  }
  ~PulseBoard() { unplug(); }
  PulseBoard(const PulseBoard&) = delete;
  PulseBoard& operator=(const PulseBoard&) = delete;

  /// What a graph names; where the kernel has it differs each time.
  const std::filesystem::path& name() const { return name_; }

  void plug_in() {
    master_ = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    BOOST_TEST_REQUIRE(master_ >= 0);
    BOOST_TEST_REQUIRE(grantpt(master_) == 0);
    BOOST_TEST_REQUIRE(unlockpt(master_) == 0);
    const int on = 1;  // so that a reader that forgets its input is seen
    BOOST_TEST_REQUIRE(::ioctl(master_, TIOCPKT, &on) == 0);
    std::filesystem::create_symlink(ptsname(master_), name_);
  }
  void unplug() {
    if (master_ >= 0) ::close(master_);
    master_ = -1;
    std::filesystem::remove(name_);
  }
  /// Until somebody reads it: who opens a port forgets what came in before.
  void wait_for_reader() const {
    for (;;) {
      pollfd told{master_, POLLIN | POLLPRI, 0};
      BOOST_TEST_REQUIRE(::poll(&told, 1, 30'000) == 1, "nobody reads the port");
      char control = 0;
      if (::read(master_, &control, 1) == 1 && (control & TIOCPKT_FLUSHREAD) != 0) return;
    }
  }
  void send(std::string_view bytes) const {
    BOOST_TEST_REQUIRE(::write(master_, bytes.data(), bytes.size()) ==
                       static_cast<ssize_t>(bytes.size()));
  }

 private:
  std::filesystem::path name_;
  int master_{-1};
};

/// The pace of a board: `wait` returns `hz` times a second.
class BoardPace {
 public:
  explicit BoardPace(long hz) : timer_(timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC)) {
    const timespec period{0, 1'000'000'000 / hz};
    const itimerspec all{period, period};
    BOOST_TEST_REQUIRE(timerfd_settime(timer_, 0, &all, nullptr) == 0);
  }
  ~BoardPace() { ::close(timer_); }
  BoardPace(const BoardPace&) = delete;
  BoardPace& operator=(const BoardPace&) = delete;
  void wait() const {
    std::uint64_t times = 0;
    BOOST_TEST_REQUIRE(::read(timer_, &times, sizeof times) == static_cast<ssize_t>(sizeof times));
  }

 private:
  int timer_;
};

}  // namespace ib::test
