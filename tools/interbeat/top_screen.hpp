// What `interbeat top` shows of a report: rates since the look before (since the start, at the first
// one), who waits for whom, rings, threads, latencies. Thread: [control].
#pragma once

#include <nlohmann/json.hpp>

#include <cstddef>
#include <map>
#include <string>

namespace ib::tool {

class TopScreen {
 public:
  TopScreen(std::string name, std::size_t width) : name_(std::move(name)), width_(width) {}

  /// Adds to a report what only two looks together tell: "items_per_s" and "busy" (of one core) of
  /// nodes, "wake_ups_per_s" of threads.
  void add_rates(nlohmann::json& report);
  /// The page, of a report with rates.
  std::string draw(const nlohmann::json& report) const;

 private:
  std::string sources(const nlohmann::json& report) const;
  std::string nodes(const nlohmann::json& report) const;
  std::string rings(const nlohmann::json& report) const;
  std::string threads(const nlohmann::json& report) const;
  std::string latencies(const nlohmann::json& report) const;
  std::string decisions(const nlohmann::json& report) const;

  std::string name_;
  std::size_t width_;
  double last_s_{};  ///< when the look before was, in seconds since the start
  std::map<std::string, double> last_;
};

}  // namespace ib::tool
