// Hub: the I/O thread of all Bluetooth devices of this process, with the one connection to bluetoothd.
//
// Links live on its thread. It sees to it that one of them connects at a time (an adapter makes one
// connection at once) and that nobody discovers meanwhile.
// Thread: as said at each function.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "bluetooth/asio.hpp"
#include "bluetooth/bluez.hpp"

namespace ib::bluetooth {

class Link;

class Hub {
 public:
  /// [any] The hub of this process: made for the first who asks, gone with the last who holds it.
  static std::shared_ptr<Hub> shared();

  Hub();
  ~Hub();
  Hub(const Hub&) = delete;
  Hub& operator=(const Hub&) = delete;

  /// [control] Runs `work` on the I/O thread and waits for it.
  void run(std::function<void()> work);
  /// [any] Runs `work` on the I/O thread, some time.
  void post(std::function<void()> work);

  boost::asio::io_context& io() { return io_; }
  /// [io]
  Bluez& bluez() { return bluez_; }
  /// [io] Why there is no bus; empty: there is one.
  const std::string& problem() const { return problem_; }
  /// [io] Links that are told of changes.
  void add(Link& link);
  void remove(Link& link);
  /// [io] Calls `your_turn` once nobody else connects; then `turn_over` has to be said.
  void ask_for_turn(Link& link);
  void turn_over(Link& link);
  /// [io] One link at a time talks to a device. False: another one does. A link has one device, the last.
  bool claim(Link& link, const std::string& address);
  bool is_free(const Link& link, const std::string& address) const;
  /// [io] Discovery for somebody who seeks; it rests while somebody connects.
  void seek(Link& link, const std::string& adapter, bool on);

 private:
  void changed();
  void next_turn();
  void set_discovery();

  boost::asio::io_context io_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{
      io_.get_executor()};
  Bluez bluez_{io_};
  std::string problem_;
  std::vector<Link*> links_;
  std::deque<Link*> waiting_;  ///< for their turn
  Link* connecting_{};
  struct Seeker {
    Link* link;
    std::string adapter;
  };
  std::vector<Seeker> seekers_;
  std::map<const Link*, std::string> claims_;  ///< addresses
  std::set<std::string> discovering_;          ///< adapters
  boost::asio::steady_timer again_{io_};       ///< for a discovery that could not be begun
  std::thread thread_;
};

}  // namespace ib::bluetooth
