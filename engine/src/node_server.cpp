#include "node_server.hpp"

#include "activation_json.hpp"
#include "call_page.hpp"
#include "denormals.hpp"
#include "file_stamp.hpp"
#include "plugin_library.hpp"
#include "shared_memory.hpp"

#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <memory>
#include <new>
#include <string>
#include <thread>
#include <vector>

namespace ib {
namespace {

using nlohmann::json;

constexpr int lifeline = 3, first_node = 4;

/// One node and its memory. Its thread waits for a call and answers it, for ever.
class ServedNode {
 public:
  ServedNode(const Registry& builtin, int fd, std::uint32_t number)
      : builtin_(builtin), memory_(SharedMemory::of(fd)), number_(number) {
    host_ = {sizeof(ib_host), 0, this, &host_extension};
  }

  [[noreturn]] void serve() {
    const FlushDenormals guard;
    for (std::uint32_t done = 0;;) {
      const auto request = page().request.load(std::memory_order_acquire);
      // Not ours, or what an earlier process had answered already (CallPage).
      if (request == done || page().process.load(std::memory_order_acquire) != number_ ||
          request == page().reply.load(std::memory_order_acquire)) {
        wait_word(page().request, request);
        continue;
      }
      page().status = answer(page().kind);
      done = request;
      page().reply.store(done, std::memory_order_release);
      wake_word(page().reply);
    }
  }

 private:
  CallPage& page() { return *reinterpret_cast<CallPage*>(memory_.data()); }

  ib_status answer(CallKind kind) {
    switch (kind) {
      case CallKind::process: return process();
      case CallKind::begin: return guarded([this] { return begin(); });
      case CallKind::map: return guarded([this] { return map(); });
      case CallKind::reset: node_->reset(node_, page().argument); return IB_OK;
      case CallKind::load: return load() ? IB_OK : IB_ERROR;
      case CallKind::deactivate:
        if (node_ != nullptr) node_->deactivate(node_);
        return IB_OK;
    }
    return IB_ERROR;
  }

  template <class F>
  ib_status guarded(const F& f) {
    try {
      return f();
    } catch (const std::exception& error) {
      return refuse(error.what());
    }
  }
  ib_status refuse(const std::string& why) {
    std::snprintf(page().error, sizeof page().error, "%s", why.c_str());
    return IB_ERROR;
  }

  // -- getting ready ------------------------------------------------------------------------------------

  ib_status begin() {
    const auto told = json::parse(take_text(page(), memory_.data()));
    std::string problem;
    if (!make(told, problem)) return refuse(problem);
    for (const auto& p : told.at("params")) {
      const std::string text = p.at(2);
      if (node_->set_param(node_, p.at(0), p.at(1), text.c_str()) != IB_OK)
        return refuse("it refused one of its params");
    }
    activation_ = std::make_unique<OwnedActivation>(told.at("activation"));
    auto& a = activation_->raw();
    if (node_->activate(node_, &a) != IB_OK)
      return refuse(a.error[0] != '\0' ? a.error : "it gave no reason");
    scratch_.resize(a.scratch_bytes / sizeof(Line) + 1);
    find_extensions();
    auto names = json::array();
    for (std::uint32_t i = 0; i < n_counters_; ++i) names.push_back(counters_->name(node_, i));
    put_text(page(), memory_.data(),
             json{{"out", outputs_json(a)},
                  {"counters", std::move(names)},
                  {"state", state_ != nullptr ? state_->max_bytes(node_) : 0}}
                 .dump());
    return IB_OK;
  }

  bool make(const json& told, std::string& problem) {
    const std::string type = told.at("type");
    if (told.at("plugin").is_null()) {
      const auto* known = builtin_.find(type);
      if (known == nullptr || known->create == nullptr) {
        problem = fmt::format("this program has no `{}`", type);
        return false;
      }
      node_ = known->create(&host_);
      if (node_ == nullptr) problem = "out of memory";
      return node_ != nullptr;
    }
    const std::string file = told.at("plugin").at("file");
    const auto stamp = stamp_of(file);
    if (!stamp || stamp->hash != told.at("plugin").at("hash").get<std::uint64_t>()) {
      problem = file + ": the file has changed since it was read: start again";
      return false;
    }
    library_ = PluginLibrary::open(file, problem);
    if (library_ != nullptr) node_ = library_->create(&host_, type.c_str(), problem);
    if (node_ == nullptr) problem = file + ": " + problem;
    return node_ != nullptr;
  }

  void find_extensions() {
    counters_ = static_cast<const ib_counters*>(node_->extension(node_, IB_EXT_COUNTERS));
    error_ = static_cast<const ib_error_text*>(node_->extension(node_, IB_EXT_ERROR));
    state_ = static_cast<const ib_state*>(node_->extension(node_, IB_EXT_STATE));
    n_counters_ = counters_ != nullptr ? std::min(counters_->n, most_call_counters) : 0;
  }

  ib_status map() {
    const auto told = json::parse(take_text(page(), memory_.data()));
    memory_.follow();
    layout_ = CallLayout(shapes_of(told.at("in")), shapes_of(told.at("out")), told.at("state"));
    if (layout_.bytes() > memory_.size() || layout_.in().size() > most_call_ports ||
        layout_.out().size() > most_call_ports)
      return refuse("the memory of its blocks is too small");
    in_.assign(layout_.in().size(), {});
    out_.assign(layout_.out().size(), {});
    in_pointers_.assign(in_.size(), nullptr);
    out_pointers_.assign(out_.size(), nullptr);
    return IB_OK;
  }

  // -- the data path ------------------------------------------------------------------------------------

  void place(ib_block& b, const CallLayout::Place& place) const {
    auto* base = memory_.data();
    b.data = base + place.data;
    b.t_ns = reinterpret_cast<const std::int64_t*>(base + place.times);
    if (b.sample_flags != nullptr)
      b.sample_flags = reinterpret_cast<const std::uint8_t*>(base + place.flags);
    b.gaps = reinterpret_cast<const ib_gap*>(base + place.gaps);
  }

  ib_status process() {
    auto& c = page();
    for (std::size_t i = 0; i < in_.size(); ++i) {
      const bool there = (c.in_there >> i & 1U) != 0;
      in_pointers_[i] = there ? &in_[i] : nullptr;
      if (!there) continue;
      in_[i] = c.in[i];
      place(in_[i], layout_.in()[i]);
    }
    for (std::size_t k = 0; k < out_.size(); ++k) {
      const bool there = (c.out_there >> k & 1U) != 0;
      out_pointers_[k] = there ? &out_[k] : nullptr;
      if (!there) continue;
      out_[k] = c.out[k];
      place(out_[k], layout_.out()[k]);
    }
    ib_process p{};
    p.struct_size = sizeof p;
    p.n_in = static_cast<std::uint32_t>(in_.size());
    p.n_out = static_cast<std::uint32_t>(out_.size());
    p.n_events = std::min(c.n_events, most_call_events);
    p.in = in_pointers_.data();
    p.out = out_pointers_.data();
    p.events = c.events;
    p.now_ns = c.now_ns;
    p.resume = c.resume;
    p.scratch = scratch_.data();
    const auto status = node_->process(node_, &p);
    for (std::size_t k = 0; k < out_.size(); ++k) {
      if (out_pointers_[k] != nullptr) c.out[k] = out_[k];
    }
    c.failed_item = p.failed_item;
    if (status < 0) tell_error();
    tell_counters();
    save();
    return status;
  }

  void tell_error() {
    const char* text = error_ != nullptr ? error_->text(node_) : nullptr;
    std::snprintf(page().error, sizeof page().error, "%s", text != nullptr ? text : "");
  }
  void tell_counters() {
    auto& c = page();
    for (std::uint32_t i = 0; i < n_counters_; ++i) {
      std::atomic_ref(c.counters[i]).store(counters_->value(node_, i), std::memory_order_relaxed);
    }
    c.n_counters = n_counters_;
  }
  /// Into the place of the older one, so that a death while it is written costs nothing.
  void save() {
    if (state_ == nullptr) return;
    auto& c = page();
    const auto slot = (c.state_slot + 1) & 1U;
    c.state_bytes[slot] =
        state_->save(node_, memory_.data() + layout_.state_at(slot), layout_.state_room());
    c.state_slot = slot;
  }
  bool load() {
    if (state_ == nullptr) return false;
    const auto slot = page().argument & 1U;
    const auto n = std::min<std::uint64_t>(page().state_bytes[slot], layout_.state_room());
    return state_->load(node_, memory_.data() + layout_.state_at(slot), n);
  }

  // -- what the node may ask of its host ------------------------------------------------------------------

  static const void* host_extension(const ib_host*, const char* id) {
    static const ib_log log{sizeof(ib_log), &write_line};
    return std::strcmp(id, IB_EXT_LOG) == 0 ? &log : nullptr;
  }
  /// [any] What finds no room, or another thread writing, is counted and not kept.
  static void write_line(const ib_host* host, std::uint32_t severity, const char* text) {
    auto& served = *static_cast<ServedNode*>(host->self);
    auto& c = served.page();
    const bool busy = served.writing_.exchange(true, std::memory_order_acquire);
    const auto said = c.said.load(std::memory_order_relaxed);
    if (busy || said - c.heard.load(std::memory_order_acquire) >= CallPage::most_lines) {
      c.unheard.fetch_add(1, std::memory_order_relaxed);
    } else {
      auto& line = c.lines[said % CallPage::most_lines];
      line.severity = severity;
      std::strncpy(line.text, text, sizeof line.text - 1);
      line.text[sizeof line.text - 1] = '\0';
      c.said.store(said + 1, std::memory_order_release);
    }
    if (!busy) served.writing_.store(false, std::memory_order_release);
  }

  struct alignas(64) Line {
    std::byte bytes[64];
  };

  const Registry& builtin_;
  SharedMemory memory_;
  std::uint32_t number_;
  ib_host host_{};
  std::shared_ptr<PluginLibrary> library_;
  ib_node* node_{};
  std::unique_ptr<OwnedActivation> activation_;
  const ib_counters* counters_{};
  const ib_error_text* error_{};
  const ib_state* state_{};
  std::uint32_t n_counters_{};
  CallLayout layout_;
  std::vector<ib_block> in_, out_;
  std::vector<const ib_block*> in_pointers_;
  std::vector<ib_block*> out_pointers_;
  std::vector<Line> scratch_;
  std::atomic<bool> writing_{false};
};

/// `threads`: of ours, whose stacks count as theirs would.
void limit_memory([[maybe_unused]] std::uint64_t bytes, [[maybe_unused]] unsigned threads) {
  const rlimit none{0, 0};
  setrlimit(RLIMIT_CORE, &none);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  rlimit stack{};
  getrlimit(RLIMIT_STACK, &stack);
  constexpr rlim_t usual = 8 << 20;
  bytes += bytes > 0 ? threads * (stack.rlim_cur == RLIM_INFINITY ? usual : stack.rlim_cur) : 0;
  const rlimit most{bytes, bytes};
  if (bytes > 0) setrlimit(RLIMIT_DATA, &most);
#endif
}

}  // namespace

int serve_nodes(const Registry& builtin, unsigned nodes, std::uint64_t memory_bytes,
                std::uint32_t number) {
  for (int s = 1; s < 32; ++s) std::signal(s, SIG_DFL);  // who dies here shall be seen to die
  std::set_new_handler(
      [] { std::abort(); });  // to want too much is a death, not an error of the node's
  limit_memory(memory_bytes, nodes);
  std::vector<std::unique_ptr<ServedNode>> served;
  for (unsigned k = 0; k < nodes; ++k) {
    served.push_back(
        std::make_unique<ServedNode>(builtin, first_node + static_cast<int>(k), number));
    std::thread([node = served.back().get()] { node->serve(); }).detach();
  }
  // Nobody writes to it: it ends when the parent does.
  char nothing = 0;
  while (::read(lifeline, &nothing, 1) < 0 && errno == EINTR) {}
  _exit(0);
}

}  // namespace ib
