#include "vring/scene.hpp"

#include <utility>

namespace ib::vring {
namespace {

std::chrono::milliseconds in_ms(Duration d) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(d);
}

}  // namespace

Scene::Scene(boost::asio::io_context& io, Scenario scenario)
    : io_(io),
      scenario_(std::move(scenario)),
      schedule_(scenario_.faults, scenario_.seed),
      start_(std::chrono::steady_clock::now()),
      timer_(io),
      daemon_(io) {
  for (const auto& ring : scenario_.rings) {
    auto& channel = channels_.emplace_back(
        std::make_unique<Channel>(io_, ring.kind->make(io_, ring.device, start_), scenario_.seed));
    channel->ledger().name = ring.name;
    channel->ledger().kind = ring.kind->name;
    daemon_.add(*channel, ring.manners);
  }
}

std::string Scene::open() {
  if (auto why = daemon_.open(); !why.empty()) return why;
  start_ = std::chrono::steady_clock::now();
  plan();
  return {};
}

void Scene::plan() {
  const auto next = schedule_.next();
  if (!next) return;
  timer_.expires_at(start_ + next->at);
  timer_.async_wait([this, next](const boost::system::error_code& error) {
    if (error) return;
    turn(*next);
    plan();
  });
}

void Scene::turn(const Turn& turn) {
  const auto& fault = scenario_.faults[turn.fault];
  switch (fault.kind) {
    case FaultKind::daemon_restart:
      if (!turn.begins) return;
      ++daemon_restarts_;
      return daemon_.restart(in_ms(*fault.length));
    case FaultKind::adapter_off:
      adapter_off_ += turn.begins ? 1 : 0;
      return daemon_.power(!turn.begins);
    case FaultKind::adapter_unplugged:
      adapter_unplugged_ += turn.begins ? 1 : 0;
      return daemon_.plug(!turn.begins);
    default: break;
  }
  if (fault.ring) return happen(*fault.ring, turn);
  for (std::size_t k = 0; k < channels_.size(); ++k) happen(k, turn);
}

void Scene::happen(std::size_t ring, const Turn& turn) {
  const auto& fault = scenario_.faults[turn.fault];
  auto& channel = *channels_[ring];
  auto& body = channel.body();
  switch (fault.kind) {
    case FaultKind::disconnect:
      if (!turn.begins) return;
      daemon_.lose(channel, in_ms(*fault.length));
      break;
    case FaultKind::hang: daemon_.hang(channel, fault.call, turn.begins); break;
    case FaultKind::contact_loss: body.put_on(!turn.begins); break;
    case FaultKind::stop: body.halt(); break;
    case FaultKind::drift:
      body.drift(turn.begins ? fault.ppm : scenario_.rings[ring].device.wearer.ppm);
      break;
    default:  // the channel's own, and it counts what it does
      if (turn.begins) channel.begin(turn.fault, fault);
      else channel.end(turn.fault);
      return;
  }
  if (turn.begins) ++channel.ledger().faults[static_cast<std::size_t>(fault.kind)];
}

Ledger Scene::ledger() const {
  Ledger all;
  all.lasted_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  all.seed = scenario_.seed;
  all.daemon_restarts = daemon_restarts_;
  all.adapter_off = adapter_off_;
  all.adapter_unplugged = adapter_unplugged_;
  for (const auto& channel : channels_) {
    all.rings.push_back(channel->ledger());
    all.rings.back().logged = channel->logged();
    all.rings.back().left_measuring = channel->left_measuring();
  }
  return all;
}

}  // namespace ib::vring
