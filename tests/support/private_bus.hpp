// PrivateBus: a D-Bus daemon of this test's own, which everybody in this process takes for the system bus.
// Gone with the object, and with the process if that dies.
#pragma once

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

namespace ib::test {

class PrivateBus {
 public:
  /// Who may talk to bluetoothd on it.
  enum class Bluetooth { for_everybody, for_nobody };

  explicit PrivateBus(Bluetooth who = Bluetooth::for_everybody) {
    std::string pattern = (std::filesystem::temp_directory_path() / "ib-bus-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no folder for the bus");
    folder_ = pattern;
    address_ = "unix:path=" + (folder_ / "bus").string();
    if (who == Bluetooth::for_nobody) forbid();
    start();
    setenv("DBUS_SYSTEM_BUS_ADDRESS", address_.c_str(), 1);
  }
  ~PrivateBus() {
    stop();
    unsetenv("DBUS_SYSTEM_BUS_ADDRESS");
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  PrivateBus(const PrivateBus&) = delete;
  PrivateBus& operator=(const PrivateBus&) = delete;

  const std::string& address() const { return address_; }
  void stop() {
    if (pid_ <= 0) return;
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
    pid_ = -1;
  }

 private:
  /// As a system's own policy does with users who are not in its group.
  void forbid() {
    config_ = "--config-file=" + (folder_ / "bus.conf").string();
    std::ofstream(folder_ / "bus.conf")
        << "<busconfig><type>system</type><listen>" << address_
        << "</listen><auth>EXTERNAL</auth><policy context=\"default\"><allow user=\"*\"/><allow own=\"*\"/>"
           "<allow send_type=\"*\"/><allow receive_type=\"*\"/><deny send_destination=\"org.bluez\"/>"
           "</policy></busconfig>\n";
  }
  /// Ready once it has printed its address.
  void start() {
    std::array<int, 2> told{};
    if (pipe(told.data()) != 0) throw std::runtime_error("no pipe for the bus");
    const auto option = "--address=" + address_;
    pid_ = fork();
    if (pid_ == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      dup2(told[1], STDOUT_FILENO);
      close(told[0]);
      close(told[1]);
      if (std::freopen("/dev/null", "w", stderr) == nullptr) _exit(126);
      execlp("dbus-daemon", "dbus-daemon", config_.c_str(), "--nofork", "--nopidfile",
             option.c_str(), "--print-address=1", nullptr);
      _exit(127);
    }
    close(told[1]);
    char letter{};
    std::string line;
    while (::read(told[0], &letter, 1) == 1 && letter != '\n') line += letter;
    close(told[0]);
    if (line.empty()) {
      stop();
      throw std::runtime_error("dbus-daemon did not start; tools/setup installs it");
    }
  }

  std::filesystem::path folder_;
  std::string address_, config_ = "--session";
  pid_t pid_{-1};
};

}  // namespace ib::test
