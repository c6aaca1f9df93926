#include "serial_port.hpp"

#include <fcntl.h>
#include <grp.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace pulse_sensor {
namespace {

/// False, and errno says why.
bool shape(int port) noexcept {
  termios t{};
  if (tcgetattr(port, &t) != 0) return false;
  cfmakeraw(&t);
  t.c_cflag |= CLOCAL | CREAD;
  t.c_cflag &= ~static_cast<tcflag_t>(HUPCL | CRTSCTS | CSTOPB);
  t.c_cc[VMIN] = 1;
  t.c_cc[VTIME] = 0;
  return cfsetspeed(&t, B115200) == 0 && tcsetattr(port, TCSANOW, &t) == 0;
}

/// The group that may read it; empty: it has no name.
std::string group_of(const std::string& device) {
  struct stat info {};
  if (stat(device.c_str(), &info) != 0) return {};
  const auto* group = getgrgid(info.st_gid);
  return group != nullptr ? group->gr_name : "";
}

}  // namespace

int open_serial(const char* device) noexcept {
  // Not waiting for a carrier, and never the terminal of this process.
  const int port = ::open(device, O_RDONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
  if (port < 0) return -errno;
  if (shape(port) && ioctl(port, TIOCEXCL) == 0) return port;
  const int error = errno;
  ::close(port);
  return -error;
}

std::string why_not(const std::string& device, int error) {
  switch (error) {
    case ENOENT:
    case ENODEV:
    case ENXIO:
      return device +
             " is not there; is the board plugged in? `ls /dev/serial/by-id/` shows the serial ports of "
             "this machine";
    case EACCES:
    case EPERM: {
      const auto group = group_of(device);
      const auto who = group.empty() || group == "root" ? "its owner" : "the group `" + group + "`";
      const auto how = group.empty() || group == "root"
                           ? std::string("ask whoever looks after this machine")
                           : "`sudo usermod -aG " + group + " $USER`, then log in again";
      return device + " may be read by " + who + " alone: " + how;
    }
    case EBUSY:
      return device +
             " is in use by another program; close it there (a serial monitor, an upload of a sketch)";
    case ENOTTY:
    case EINVAL:
    case EISDIR:
      return device + " is no serial port; expected a device such as /dev/ttyACM0 or /dev/ttyUSB0";
    default: return device + " can't be opened: " + std::strerror(error);
  }
}

void forget_input(int port) noexcept { tcflush(port, TCIFLUSH); }

}  // namespace pulse_sensor
