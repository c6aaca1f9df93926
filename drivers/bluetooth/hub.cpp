#include "bluetooth/hub.hpp"

#include <algorithm>
#include <chrono>
#include <future>
#include <mutex>
#include <utility>

#include "bluetooth/asio.hpp"
#include "bluetooth/link.hpp"

namespace ib::bluetooth {
namespace {

constexpr auto discovery_again = std::chrono::seconds(1);

}  // namespace

std::shared_ptr<Hub> Hub::shared() {
  static std::mutex mutex;
  static std::weak_ptr<Hub> there;
  const std::lock_guard lock(mutex);
  auto hub = there.lock();
  if (!hub) there = hub = std::make_shared<Hub>();
  return hub;
}

Hub::Hub() {
  thread_ = std::thread([this] {
    bluez_.on_change([this] { changed(); });
    problem_ = bluez_.open();
    io_.run();
  });
}

Hub::~Hub() {
  work_.reset();
  io_.stop();
  thread_.join();
}

void Hub::run(std::function<void()> work) {
  std::promise<void> done;
  boost::asio::post(io_, [&] {
    work();
    done.set_value();
  });
  done.get_future().wait();
}

void Hub::post(std::function<void()> work) { boost::asio::post(io_, std::move(work)); }

void Hub::add(Link& link) { links_.push_back(&link); }

void Hub::remove(Link& link) {
  std::erase(links_, &link);
  std::erase(waiting_, &link);
  std::erase_if(seekers_, [&](const Seeker& s) { return s.link == &link; });
  claims_.erase(&link);
  if (connecting_ == &link) turn_over(link);
  set_discovery();
}

void Hub::changed() {
  if (!bluez_.ready()) discovering_.clear();
  const auto all = links_;  // one may go away meanwhile
  for (auto* link : all)
    if (std::find(links_.begin(), links_.end(), link) != links_.end()) link->look();
  set_discovery();
}

void Hub::ask_for_turn(Link& link) {
  waiting_.push_back(&link);
  post([this] { next_turn(); });
}

void Hub::turn_over(Link& link) {
  std::erase(waiting_, &link);
  if (connecting_ != &link) return;
  connecting_ = nullptr;
  set_discovery();
  post([this] { next_turn(); });
}

void Hub::next_turn() {
  if (connecting_ != nullptr || waiting_.empty()) return;
  connecting_ = waiting_.front();
  waiting_.pop_front();
  set_discovery();
  connecting_->your_turn();
}

bool Hub::is_free(const Link& link, const std::string& address) const {
  return std::none_of(claims_.begin(), claims_.end(), [&](const auto& claim) {
    return claim.first != &link && claim.second == address;
  });
}

bool Hub::claim(Link& link, const std::string& address) {
  if (!is_free(link, address)) return false;
  claims_[&link] = address;
  return true;
}

void Hub::seek(Link& link, const std::string& adapter, bool on) {
  std::erase_if(seekers_, [&](const Seeker& s) { return s.link == &link; });
  if (on) seekers_.push_back({&link, adapter});
  set_discovery();
}

void Hub::set_discovery() {
  std::set<std::string> wanted;
  if (connecting_ == nullptr && bluez_.ready()) {
    for (const auto& s : seekers_) {
      const auto* adapter = bluez_.adapter(s.adapter);
      if (adapter != nullptr && adapter->powered) wanted.insert(s.adapter);
    }
  }
  for (const auto& adapter : discovering_)
    if (wanted.count(adapter) == 0) bluez_.discover(adapter, false, {});
  for (const auto& adapter : wanted) {
    if (discovering_.count(adapter) != 0) continue;
    bluez_.discover(adapter, true, [this, adapter](const Failure* failure) {
      if (failure == nullptr) return;
      discovering_.erase(adapter);
      again_.expires_after(discovery_again);  // nothing else may come that would call for it
      again_.async_wait([this](const boost::system::error_code& error) {
        if (!error) set_discovery();
      });
    });
  }
  discovering_ = std::move(wanted);
}

}  // namespace ib::bluetooth
