// Agreement: the terms between a graph and a Polar sensor, where those meet who need them: the protocol
// finds them on the I/O thread, the one who opens the source waits for them, the decoder reads them.
//
// They are settled once: a sensor that comes back is started as before.
// Thread: any.
#pragma once

#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include <interbeat/time.hpp>

#include "polar/terms.hpp"

namespace ib::polar {

class Agreement {
 public:
  explicit Agreement(const Wishes& wishes = {}) : wishes_(wishes) {}

  const Wishes& wishes() const { return wishes_; }

  void settle(const Terms& terms) {
    const std::lock_guard lock(mutex_);
    terms_ = terms;
    changed_.notify_all();
  }
  /// There will be none.
  void refuse(std::string why) {
    const std::lock_guard lock(mutex_);
    refusal_ = std::move(why);
    changed_.notify_all();
  }
  /// Why it takes so long, as far as is known.
  void remark(std::string why) {
    const std::lock_guard lock(mutex_);
    remark_ = std::move(why);
  }

  std::optional<Terms> terms() const {
    const std::lock_guard lock(mutex_);
    return terms_;
  }
  /// Empty once they are settled; else why they are not, after `most` at the latest.
  std::string wait(Duration most) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, most, [this] { return terms_ || !refusal_.empty(); });
    if (!refusal_.empty()) return refusal_;
    if (terms_) return {};
    return remark_.empty() ? "it did not say in time what it offers" : remark_;
  }

 private:
  const Wishes wishes_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<Terms> terms_;
  std::string refusal_, remark_;
};

}  // namespace ib::polar
