// Wake: how a live source whose data comes from a thread of its own tells the executor. A node that has a
// member `ib::Wake wake;` may call it from any thread while it is active; then `process` is called.
#pragma once

#include <interbeat/abi.h>

namespace ib {

class Wake {
 public:
  Wake() = default;
  explicit Wake(const ib_host* host) : host_(host) {
    if (host == nullptr || host->extension == nullptr) return;
    wake_ = static_cast<const ib_wake*>(host->extension(host, IB_EXT_WAKE));
  }
  /// [any] Something lies ready. Many calls before the executor asks are one.
  void operator()() const {
    if (wake_ != nullptr) wake_->wake(host_);
  }

 private:
  const ib_host* host_{};
  const ib_wake* wake_{};
};

}  // namespace ib
