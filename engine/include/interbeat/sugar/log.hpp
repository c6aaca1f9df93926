// Log: a node's voice. A node that has a member `ib::Log log;` may say short lines from any thread, also
// on the data path: the text is copied into a fixed ring and printed elsewhere, rate-limited.
// No body data and no device address above `debug`.
#pragma once

#include <interbeat/abi.h>

#include <cstdint>

namespace ib {

class Log {
 public:
  Log() = default;
  explicit Log(const ib_host* host) : host_(host) {
    if (host == nullptr || host->extension == nullptr) return;
    log_ = static_cast<const ib_log*>(host->extension(host, IB_EXT_LOG));
  }
  void debug(const char* text) const { write(IB_LOG_DEBUG, text); }
  void info(const char* text) const { write(IB_LOG_INFO, text); }
  void warning(const char* text) const { write(IB_LOG_WARNING, text); }

 private:
  void write(std::uint32_t severity, const char* text) const {
    if (log_ != nullptr) log_->write(host_, severity, text);
  }
  const ib_host* host_{};
  const ib_log* log_{};
};

}  // namespace ib
