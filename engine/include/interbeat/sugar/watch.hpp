// Watch: how a live source that reads a descriptor (a socket, a serial port, a pipe) lets the run's I/O loop wait
// for it. A node that has a member `ib::Watch watch;` calls it in activate().
#pragma once

#include <interbeat/abi.h>

namespace ib {

class Watch {
 public:
  Watch() = default;
  explicit Watch(const ib_host* host) : host_(host) {
    if (host == nullptr || host->extension == nullptr) return;
    fd_ = static_cast<const ib_fd*>(host->extension(host, IB_EXT_FD));
  }
  /// [control] From now on `process` is called whenever something can be read. False: nobody waits for it,
  /// because this is no live run or it is a file on disk.
  bool operator()(int fd) const { return fd_ != nullptr && fd_->watch(host_, fd); }

 private:
  const ib_host* host_{};
  const ib_fd* fd_{};
};

}  // namespace ib
