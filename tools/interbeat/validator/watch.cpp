#include "validator/watch.hpp"

#include <dlfcn.h>

namespace ib::validator {

Watch::Watch() {
  if (sanitized) return;  // it brings a malloc of its own
  arm_ = reinterpret_cast<ib_watch_arm_function*>(dlsym(RTLD_DEFAULT, "ib_watch_arm"));
  disarm_ = reinterpret_cast<ib_watch_disarm_function*>(dlsym(RTLD_DEFAULT, "ib_watch_disarm"));
  if (disarm_ == nullptr) arm_ = nullptr;
}

const Watch& Watch::here() {
  static const Watch watch;
  return watch;
}

const char* Watch::absent() const {
  if (arm_ != nullptr) return nullptr;
  return sanitized ? "a sanitizer brings a malloc of its own, and nothing can be counted"
                   : "libinterbeat-watch.so is not in ../lib/interbeat beside the program";
}

}  // namespace ib::validator
