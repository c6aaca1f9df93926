#include "record_option.hpp"

#include "build_info.hpp"
#include "message.hpp"
#include "nearest.hpp"
#include "plan_impl.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>

namespace ib::tool {

void add_record_arguments(CLI::App& command, RecordArguments& arguments) {
  command
      .add_option("--record", arguments.file,
                  "Writes what comes in through the sources; `interbeat replay` runs it again")
      ->type_name("FILE.ibr");
  command
      .add_option("--record-max", arguments.most,
                  "A recording of this size goes on in FILE.2.ibr, and so on")
      ->type_name("SIZE");
  command
      .add_option("--record-packets", arguments.packets,
                  "Also what devices sent, as it came: for those who estimate clocks anew")
      ->check(CLI::IsMember({"on", "off"}))
      ->capture_default_str();
}

std::optional<std::uint64_t> read_size(const std::string& option, const std::string& text) {
  constexpr std::array<std::pair<const char*, double>, 3> units{
      {{"kB", 1e3}, {"MB", 1e6}, {"GB", 1e9}}};
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  std::string unit(end, text.data() + text.size());
  unit.erase(std::remove(unit.begin(), unit.end(), ' '), unit.end());
  for (const auto& [name, bytes] : units) {
    if (error != std::errc() || unit != name) continue;
    const double size = number * bytes;
    if (!(size >= 1e6 && size <= 1e15)) break;
    return static_cast<std::uint64_t>(size);
  }
  complain(option + " " + in_quotes(text) + " is not a size of at least 1 MB",
           "write a size such as \"500 MB\" or 2GB");
  return std::nullopt;
}

void describe_program(RecordOptions& options) {
  options.program = fmt::format("interbeat {}, commit {}", version_text(), commit_text());
  options.build = fmt::format("{}, {}", compiler_text(), baseline_text());
  options.cpu = cpu_text();
}

bool RunRecording::open(const RecordArguments& a) {
  if (a.file.empty()) {
    if (a.most.empty() && a.packets == "on") return true;
    if (a.most.empty())
      complain("--record-packets has nothing to leave out", "add --record FILE.ibr");
    else complain("--record-max has nothing to limit", "add --record FILE.ibr");
    return false;
  }
  FileRecorderOptions options;
  if (!a.most.empty()) {
    const auto most = read_size("--record-max", a.most);
    if (!most) return false;
    options.most_bytes = *most;
  }
  file_ = a.file;
  packets_ = a.packets == "on";
  Diagnostics problems;
  recorder_ = FileRecorder::create(file_, options, problems);
  tell(problems.text());
  return recorder_ != nullptr;
}

RecordOptions RunRecording::options(Plan& plan, const Moment& started) const {
  RecordOptions o;
  o.recorder = recorder_.get();
  o.packets = packets_;
  describe_program(o);
  if (plan.has_live_source()) o.session_start_utc_ns = started.utc_ns - plan.impl().lead_in.count();
  return o;
}

nlohmann::ordered_json RunRecording::close(const RunReport& report) {
  if (recorder_ == nullptr || !report.recording) return nullptr;
  const auto bytes = recorder_->bytes();
  const auto parts = recorder_->parts();
  const auto remark = recorder_->remark();
  recorder_.reset();
  const auto& r = *report.recording;
  std::uint64_t sources = 0;
  for (const auto& s : report.sources) sources += s.sources;
  const double hours =
      report.session_s / 3600 * static_cast<double>(std::max<std::uint64_t>(1, sources));
  const double megabytes = static_cast<double>(bytes) / 1e6;
  summary_ = fmt::format("{}: {:.1f} MB{}, {} records", file_, megabytes,
                         parts > 1 ? fmt::format(" in {} parts", parts) : "", r.records);
  if (report.session_s >= 10)
    summary_ += fmt::format("; {:.1f} MB per hour and source", megabytes / hours);
  nlohmann::ordered_json j{{"file", file_},
                           {"bytes", bytes},
                           {"parts", parts},
                           {"records", r.records},
                           {"lost", r.lost}};
  if (!r.problem.empty()) j["problem"] = r.problem;
  if (!remark.empty()) j["remark"] = remark;
  return j;
}

}  // namespace ib::tool
