// NodeProcess: a child process in which isolated nodes live, one or those of a participant, and DeathWatch,
// the thread that hears when one dies.
//
// Thread: [control], and the threads that run its nodes: each may find it dead and start it again; `lock`
// stands between them, off the data path.
#pragma once

#include "call_page.hpp"
#include "shared_memory.hpp"

#include <sys/types.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace ib {

class NodeProcess;

/// Sleeps until a child dies; then whoever waits for its answer is woken at once.
class DeathWatch {
 public:
  DeathWatch();
  ~DeathWatch();
  DeathWatch(const DeathWatch&) = delete;
  DeathWatch& operator=(const DeathWatch&) = delete;

  /// From now on that child is watched, and reaped.
  void add(NodeProcess& process, int pidfd);
  /// Not any more. After this the process hears nothing of it.
  void remove(NodeProcess& process);

 private:
  void loop();
  void knock();

  struct Watched {
    NodeProcess* process;
    int pidfd;
  };
  std::mutex mutex_;
  std::list<Watched> watched_;
  int knock_{-1};
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

class NodeProcess {
 public:
  struct Limits {
    std::uint64_t memory_bytes{};
    unsigned max_restarts{};  ///< within a minute
  };
  /// `host`: the program that is started as `HOST node-host ...`.
  NodeProcess(DeathWatch& watch, std::filesystem::path host, Limits limits);
  ~NodeProcess();
  NodeProcess(const NodeProcess&) = delete;
  NodeProcess& operator=(const NodeProcess&) = delete;

  /// Before the second restart of a minute 50 ms pass, then twice as long, at most 1 s. Not in virtual time.
  void back_off(bool on) { back_off_ = on; }
  /// [control] Before it starts: a node's memory. Lives as long as this.
  SharedMemory& add_node();
  /// Mapped apart: it stays where it is while the memory grows, and DeathWatch may write to it at any time.
  CallPage& page(std::size_t node) { return *pages_[node]; }
  SharedMemory& memory(std::size_t node) { return memory_[node]; }
  std::size_t nodes() const { return memory_.size(); }

  /// The process of that number or a later one lives. Starts one if need be; false: it died too often, see
  /// death(). The first is number 1.
  bool start(std::uint32_t after);
  /// [any] Number of the process that lives, or was the last to.
  std::uint32_t number() const { return number_.load(std::memory_order_acquire); }
  bool lives() const { return deaths_.load(std::memory_order_acquire) != number(); }
  /// [any] Ends it, and does not wait.
  void strike();
  /// A node's page is for the process that lives now: its number. `reply`: of the node's last call.
  /// Of a process that dies from here on the page will say so.
  std::uint32_t claim(std::size_t node, std::uint32_t reply);
  /// That process is said to be dead: from here on it is, and that was heard.
  void bury(std::uint32_t number);
  /// That process does not answer: kills it and waits until that is heard.
  void kill(std::uint32_t number, const std::string& why);
  /// How the last one ended: "it crashed (SIGSEGV)".
  std::string death() const;
  std::uint64_t starts() const { return starts_.load(std::memory_order_relaxed); }
  unsigned max_restarts() const { return limits_.max_restarts; }

 private:
  friend class DeathWatch;
  void died(int wait_status);  // DeathWatch's thread
  bool spawn();
  void wait_before(unsigned restarts) const;
  unsigned recent_restarts();
  void end_and_wait();
  void wait_until_dead() const;
  void say_death(std::string how);

  DeathWatch& watch_;
  std::filesystem::path host_;
  Limits limits_;
  std::mutex lock_;           ///< of starting and killing
  mutable std::mutex words_;  ///< of the two texts; nothing else is taken while it is held
  std::deque<SharedMemory> memory_;
  std::vector<CallPage*> pages_;
  std::mutex claiming_;  ///< a death is told to all pages of that process, or to none yet
  std::vector<std::uint32_t> claimed_;  ///< of each page: for which process it is
  std::atomic<std::uint32_t> number_{0};
  std::atomic<std::uint32_t> deaths_{0};  ///< how many of them are over and reaped
  std::atomic<std::uint64_t> starts_{0};
  bool back_off_{};
  int pidfd_{-1}, lifeline_{-1};
  std::vector<std::chrono::steady_clock::time_point> restarts_;
  std::string why_killed_, death_;
  std::string refused_;  ///< behind death_: why it is not started again
};

}  // namespace ib
