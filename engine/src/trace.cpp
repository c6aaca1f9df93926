#include "trace.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include <cerrno>
#include <cstring>

namespace ib {

using detail::TraceLane;
using detail::TraceRecord;

namespace {

std::string in_json(const std::string& text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

const char* moment_name(TraceRecord::Kind kind) {
  switch (kind) {
    case TraceRecord::Kind::error: return "error";
    case TraceRecord::Kind::restart: return "restart";
    case TraceRecord::Kind::param_change: return "param change";
    case TraceRecord::Kind::loss: return "loss";
    case TraceRecord::Kind::wake_up: return "wake-up";
    case TraceRecord::Kind::call: break;
  }
  return "call";
}

}  // namespace

Trace::Trace(Plan& plan) : plan_(plan.impl()) {}
Trace::~Trace() { close(); }

std::string Trace::open(const std::filesystem::path& file) {
  const int fd = ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  file_ = fd >= 0 ? fdopen(fd, "w") : nullptr;
  if (file_ == nullptr) {
    const std::string why = std::strerror(errno);
    if (fd >= 0) ::close(fd);
    return fmt::format("{} can't be written: {}", file.string(), why);
  }
  start_ = detail::ticks();
  for (const auto& n : plan_.graph.nodes) names_.push_back(in_json(n.path));
  for (auto& w : plan_.workers) {
    lanes_.push_back(std::make_unique<TraceLane>(bell_));
    w->trace = lanes_.back().get();
  }
  for (auto& island : plan_.islands) island->sampling = detail::Sampling::every_pass();
  put("{\"displayTimeUnit\":\"ns\",\"traceEvents\":[\n");
  name_threads();
  thread_ = std::thread([this] { loop(); });
  return {};
}

void Trace::name_threads() {
  put(fmt::format("{{\"ph\":\"M\",\"pid\":1,\"name\":\"process_name\",\"args\":{{\"name\":{}}}}}",
                  in_json("interbeat " + plan_.graph.name)));
  const auto threads = detail::make_report(plan_).threads;
  for (std::size_t k = 0; k < threads.size(); ++k) {
    put(
        fmt::format(",\n{{\"ph\":\"M\",\"pid\":1,\"tid\":{},\"name\":\"thread_name\",\"args\":"
                    "{{\"name\":{}}}}}",
                    k, in_json(threads[k].what)));
  }
}

void Trace::loop() {
  while (!stop_.load(std::memory_order_acquire)) {
    bell_.wait(100);
    drain();
  }
}

/// The rate of the ticks is fixed with the first look, so that no slice moves against another.
void Trace::drain() {
  if (us_per_tick_ == 0) us_per_tick_ = plan_.tick_rate.ns_per_tick() / 1e3;
  for (std::size_t k = 0; k < lanes_.size(); ++k) {
    while (const TraceRecord* r = lanes_[k]->peek()) {
      write(k, *r);
      lanes_[k]->release();
    }
  }
}

void Trace::write(std::size_t thread, const TraceRecord& r) {
  if (result_.records >= most_records || !result_.why.empty()) {
    ++result_.beyond_end;
    return;
  }
  ++result_.records;
  const double at = us(r.begin - start_);
  if (r.kind == TraceRecord::Kind::call) {
    return put(fmt::format(
        ",\n{{\"ph\":\"X\",\"pid\":1,\"tid\":{},\"ts\":{:.3f},\"dur\":{:.3f},\"name\":{},"
        "\"args\":{{\"in\":{},\"out\":{}}}}}",
        thread, at, us(r.end - r.begin), names_[r.node], r.in, r.out));
  }
  const bool of_node = r.kind != TraceRecord::Kind::wake_up;
  put(fmt::format(
      ",\n{{\"ph\":\"i\",\"s\":\"t\",\"pid\":1,\"tid\":{},\"ts\":{:.3f},\"name\":\"{}\","
      "\"args\":{{\"node\":{},\"n\":{}}}}}",
      thread, at, moment_name(r.kind), of_node ? names_[r.node] : "null", r.in));
}

void Trace::put(const std::string& text) {
  if (!result_.why.empty()) return;
  if (std::fwrite(text.data(), 1, text.size(), file_) != text.size())
    result_.why = std::strerror(errno);
}

TraceResult Trace::close() {
  if (file_ == nullptr) return result_;
  stop_.store(true, std::memory_order_release);
  bell_.ring();
  thread_.join();
  drain();
  for (std::size_t k = 0; k < lanes_.size(); ++k) {
    plan_.workers[k]->trace = nullptr;
    result_.dropped += lanes_[k]->dropped();
  }
  put(fmt::format("\n],\"otherData\":{{\"records\":{},\"dropped\":{},\"beyond_end\":{}}}}}\n",
                  result_.records, result_.dropped, result_.beyond_end));
  if (std::fclose(file_) != 0 && result_.why.empty()) result_.why = std::strerror(errno);
  file_ = nullptr;
  return result_;
}

}  // namespace ib
