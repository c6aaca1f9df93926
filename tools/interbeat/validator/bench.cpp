#include "validator/bench.hpp"

#include "denormals.hpp"

#include <fmt/format.h>
#include <time.h>

#include <algorithm>

namespace ib::validator {
namespace {

double cpu_ms() {
  timespec t{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) * 1e3 + static_cast<double>(t.tv_nsec) * 1e-6;
}

/// Marks with an item behind them: without them a script falls into fewer blocks.
void drop_inner_marks(Script& s) {
  const bool seen = std::any_of(s.entries.begin(), s.entries.end(),
                                [](const auto& e) { return e.kind == Script::Entry::seen; });
  if (seen) return;  // then it matters what was settled at that moment
  const auto last = std::find_if(s.entries.rbegin(), s.entries.rend(), [](const auto& e) {
                      return e.kind == Script::Entry::item;
                    }).base();
  s.entries.erase(std::remove_if(s.entries.begin(), last,
                                 [](const auto& e) { return e.kind == Script::Entry::settle; }),
                  last);
}

}  // namespace

std::string Played::first(std::initializer_list<std::string_view> promises) const {
  for (const auto promise : promises) {
    for (const auto& p : problems) {
      if (p.starts_with(promise)) return p;
    }
  }
  return {};
}

Bench::Bench(NodeUnderTest node) : def_(std::move(node)) {
  for (std::uint32_t i = 0; i < def_.desc->n_ports; ++i) {
    const auto& port = def_.desc->ports[i];
    (is_output(port) ? out_ports_ : in_ports_).push_back(&port);
  }
}
Bench::~Bench() { close(); }

Played Bench::play(const Setup& setup, const Play& how) {
  const FlushDenormals as_the_engine_does;
  played_ = {};
  how_ = how;
  random_.seed(how.cut);
  const auto silence = hush();
  if (how.reset_before) {
    node_->reset(node_, IB_RESET_FRESH);
  } else if (how.again_before) {
    node_->deactivate(node_);
    active_ = false;
    setup_ = setup;
    if (!activate()) return std::move(played_);
  } else if (!start(setup)) {
    return std::move(played_);
  }
  if (how.reset_before || how.again_before) in_rooms_.clear();
  auto scripts = setup.scripts;
  if (how.cut == 0) {
    for (auto& s : scripts) drop_inner_marks(s);
  }
  played_.outputs.resize(out_ports_.size());
  played_.lag_ns.assign(out_ports_.size(), IB_NEVER);
  closed_seen_ = IB_NEVER;
  for (std::size_t k = 0; k < marks_.size(); ++k) played_.outputs[k].mark = marks_[k];
  for (std::size_t i = in_rooms_.size(); i < scripts.size(); ++i) {
    in_rooms_.emplace_back(in_ports_[i]->name, scripts[i].entries.size() + 1,
                           std::max<std::size_t>(1, scripts[i].item_size), how.later);
  }
  feed(scripts, setup.events);
  for (std::size_t k = 0; k < marks_.size(); ++k) marks_[k] = played_.outputs[k].mark;
  double span = 1;
  for (const auto& s : setup.scripts) span = std::max(span, seconds(s.span()));
  played_.mean_ms_per_s = played_.total_ms / span;
  return std::move(played_);
}

void Bench::feed(const std::deque<Script>& scripts, const std::vector<ib_event>& events) {
  std::vector<Script::Player> players;
  for (std::size_t i = 0; i < scripts.size(); ++i) players.emplace_back(scripts[i], in_marks_[i]);
  bool first = true;
  for (;;) {
    Inputs in(scripts.size(), nullptr);
    bool left = false, any = false;
    for (std::size_t i = 0; i < players.size(); ++i) {
      if (players[i].done()) continue;
      left = true;
      if (how_.cut == 0) {
        if (!any) in[i] = players[i].next(static_cast<std::size_t>(-1), false);
      } else if (random_() % 4 != 0) {
        constexpr std::size_t lengths[]{0, 1, 2, 7, 40, 300};
        in[i] = players[i].next(lengths[random_() % 6], random_() % 4 == 0);
      }
      any = any || in[i] != nullptr;
    }
    if (!left) return;
    if (!any) continue;
    call(in, first ? events : std::vector<ib_event>{});
    if (how_.empty_blocks) call_empty(in);
    first = false;
    if (!played_.first({"error: for good"}).empty()) return;
  }
}

/// The same marks once more, in blocks without items; and nothing at all.
void Bench::call_empty(const Inputs& in) {
  std::vector<ib_block> empty(in.size());
  Inputs again(in.size(), nullptr);
  for (std::size_t i = 0; i < in.size(); ++i) {
    if (in[i] == nullptr || (in[i]->flags & IB_BLOCK_FINISHED) != 0) continue;
    empty[i] = *in[i];
    if (regular_in(i)) empty[i].first_index += in[i]->n;
    empty[i].n = empty[i].n_gaps = 0;
    empty[i].seen_ns = IB_NEVER;
    again[i] = &empty[i];
  }
  call(again, {});
}

void Bench::meet(std::size_t i, const ib_block& b) {
  in_marks_[i] = std::max(in_marks_[i], b.settled_ns);
  last_mark_ = std::max(last_mark_, b.settled_ns);
  if ((b.flags & IB_BLOCK_FINISHED) != 0) in_marks_[i] = IB_FOREVER;
  closed_seen_ = std::max(closed_seen_, b.seen_ns);
  items_in_ += b.n;
}

std::int64_t Bench::closed() const {
  std::int64_t closed = IB_FOREVER;
  for (std::size_t i = 0; i < in_marks_.size(); ++i) {
    if ((in_streams_[i].v.flags & IB_STREAM_CONNECTED) != 0)
      closed = std::min(closed, in_marks_[i]);
  }
  return closed;
}

void Bench::call(const Inputs& in, const std::vector<ib_event>& events) {
  if (++played_.calls == how_.move_at) move_house();
  if (node_ == nullptr || !active_) return;
  Inputs lent(in.size(), nullptr);
  for (std::size_t i = 0; i < in.size(); ++i) {
    if (in[i] == nullptr) continue;
    lent[i] = in_rooms_[i].take(*in[i], how_.read_only);
    meet(i, *in[i]);
  }
  std::vector<ib_block*> out;
  for (std::size_t k = 0; k < rooms_.size(); ++k)
    out.push_back(rooms_[k].open(played_.outputs[k].mark));
  scratch_->fill_anew();
  Grown<ib_process> grown(how_.later);
  auto& p = grown.v;
  p.n_in = static_cast<std::uint32_t>(in.size());
  p.n_out = static_cast<std::uint32_t>(out.size());
  p.in = lent.data();
  p.out = out.data();
  p.events = events.data();
  p.n_events = static_cast<std::uint32_t>(events.size());
  p.now_ns = std::min(closed(), last_mark_);
  p.scratch = scratch_->data();
  const auto status = change_in_place(p) ? IB_OK : process(p);
  for (std::size_t i = 0; i < in.size(); ++i) {
    if (lent[i] == nullptr) continue;
    if (!in_rooms_[i].unchanged())
      say(fmt::format("input: it wrote to input `{}`", in_ports_[i]->name));
    in_rooms_[i].reopen();
  }
  if (!scratch_->intact()) say("room: it wrote behind the end of its working memory");
  if (status != IB_OK) return;
  for (std::size_t k = 0; k < out.size(); ++k) check(k, *out[k]);
}

/// With everything that happens when a node fails at an item, or for this call.
ib_status Bench::process(ib_process& p) {
  auto status = one_call(p);
  for (std::size_t tries = 0; status == IB_ERROR_AT_ITEM; ++tries) {
    say_error(status);
    if (tries > 100'000) {
      say("error: for good: it meets the same item again and again");
      return IB_ERROR;
    }
    node_->reset(node_, IB_RESET_ERROR);
    p.resume = 1;
    p.n_events = 0;
    status = one_call(p);
  }
  if (status == IB_OK) return status;
  if (status == IB_ERROR || status == IB_FATAL) {
    say_error(status);
    if (status == IB_FATAL) say("error: for good: it said IB_FATAL");
    else node_->reset(node_, IB_RESET_ERROR);
    return status;
  }
  say(fmt::format("status: process() answered {}, which means nothing here", status));
  return IB_OK;
}

ib_status Bench::one_call(ib_process& p) {
  const auto& watch = Watch::here();
  const double before = cpu_ms();
  if (how_.watch) watch.start();
  if (how_.trap != Trap::none) arm(how_.trap);
  const auto status = node_->process(node_, &p);
  if (how_.trap != Trap::none) disarm(how_.trap);
  if (how_.watch) {
    const auto asked = watch.stop();
    for (int kind = 0; kind < IB_WATCH_KINDS; ++kind) {
      if (played_.asked.n[kind] == 0) played_.asked.first[kind] = asked.first[kind];
      played_.asked.n[kind] += asked.n[kind];
    }
  }
  const double took = cpu_ms() - before;
  played_.total_ms += took;
  played_.worst_ms = std::max(played_.worst_ms, took);
  return status;
}

void Bench::say_error(ib_status status) {
  const auto* ext = static_cast<const ib_error_text*>(node_->extension(node_, IB_EXT_ERROR));
  const char* text = ext != nullptr && ext->text != nullptr ? ext->text(node_) : nullptr;
  if (text == nullptr || *text == '\0')
    say(fmt::format("text: process() answered {}, and ib.error/1 has no sentence for it", status));
  say(fmt::format("error: {}", text != nullptr && *text != '\0' ? text : "process() failed"));
}

void Bench::say(std::string what) {
  const auto promise = what.substr(0, what.find(':'));
  const auto& all = played_.problems;
  const auto told =
      std::count_if(all.begin(), all.end(), [&](const auto& p) { return p.starts_with(promise); });
  if (told < 2) played_.problems.push_back(std::move(what));
}

std::uint64_t Bench::counter(std::string_view name) const {
  if (node_ == nullptr) return 0;
  const auto* c = static_cast<const ib_counters*>(node_->extension(node_, IB_EXT_COUNTERS));
  for (std::uint32_t i = 0; c != nullptr && i < c->n; ++i) {
    if (name == c->name(node_, i)) return c->value(node_, i);
  }
  return 0;
}
bool Bench::offers(const char* extension) const {
  return node_ != nullptr && node_->extension(node_, extension) != nullptr;
}

std::map<std::string, std::string> Bench::close() {
  {
    const auto silence = hush();
    destroy();
  }
  return out_.files();
}

/// Only what writes for people's eyes: it writes to the standard output.
std::unique_ptr<StdoutTo> Bench::hush() const {
  if (!def_.is(IB_NODE_SINK) || def_.is(IB_NODE_DETERMINISTIC)) return nullptr;
  return std::make_unique<StdoutTo>(out_.path() / "stdout.txt");
}

}  // namespace ib::validator
