#include "realtime_json.hpp"

namespace ib {
namespace {

using Json = nlohmann::ordered_json;

Json step_json(const RealtimeStep& step) {
  Json j{{"wanted", step.wanted}, {"granted", step.granted}};
  if (!step.found.empty()) j["found"] = step.found;
  if (!step.why.empty()) j["why"] = step.why;
  if (!step.advice.empty()) j["advice"] = step.advice;
  return j;
}

}  // namespace

Json realtime_json(const RealtimeProfile& profile, const std::vector<RealtimeReport>& granted) {
  constexpr const char* policies[] = {"other", "fifo", "rr"};
  Json j{{"policy", policies[static_cast<int>(profile.policy)]},
         {"priority", profile.priority},
         {"affinity", profile.affinity},
         {"lock_memory", profile.lock_memory},
         {"timer_slack_ns", profile.timer_slack_ns},
         {"prefault_bytes", profile.prefault_bytes}};
  j["threads"] = Json::array();
  for (const auto& report : granted) {
    Json steps = Json::array();
    for (const auto& step : report.steps) steps.push_back(step_json(step));
    j["threads"].push_back({{"thread", report.thread}, {"steps", std::move(steps)}});
  }
  return j;
}

}  // namespace ib
