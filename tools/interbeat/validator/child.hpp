// Child: one judgement in a process of its own. It may crash, hang, print, exit or eat memory: what the parent
// gets is a text, and how it ended.
//
// Thread: [control] of a program with one thread, for fork().
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include <sys/types.h>

namespace ib::validator {

class Child {
 public:
  /// Runs there; what it returns is the answer.
  using Work = std::function<std::string(const std::function<long()>& printed)>;

  explicit Child(const Work& work);
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  /// Readable when the child has ended.
  int ended_descriptor() const { return pidfd_; }
  double age_ms() const;

  struct End {
    bool answered{};
    std::string text;  ///< the answer, or a sentence about how it ended without one
    double took_ms{};
  };
  /// Once it has ended.
  End end();
  /// It had its time.
  End kill(double limit_ms);

 private:
  std::string last_words() const;

  std::chrono::steady_clock::time_point began_;
  int answer_{-1}, printed_{-1}, pidfd_{-1};
  pid_t pid_{-1};
};

}  // namespace ib::validator
