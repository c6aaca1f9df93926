// PrivateBus: a dbus-daemon of one's own, at a socket in a folder that nobody else may enter. Gone with
// the object, and with the process if that dies.
// Thread: [control], before any other thread.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>

namespace ib::vring {

class PrivateBus {
 public:
  PrivateBus() = default;
  ~PrivateBus();
  PrivateBus(const PrivateBus&) = delete;
  PrivateBus& operator=(const PrivateBus&) = delete;

  /// Returns once it answers. Empty, or a sentence why it does not. `program`: what is started.
  std::string start(const std::string& program = "dbus-daemon");
  /// "unix:path=/tmp/interbeat-vring-x7Yq2a/bus"
  const std::string& address() const { return address_; }
  /// Where its socket lies, and what else goes with it.
  const std::filesystem::path& folder() const { return folder_; }
  pid_t pid() const { return pid_; }

 private:
  std::filesystem::path folder_;
  std::string address_;
  pid_t pid_{-1};
};

}  // namespace ib::vring
