// An isolated node on its own: how soon a death and a hang are noticed, how soon it is back, and what comes
// back with it. Times are medians of nine; the bars are those that a run promises.
#include "support/graph_world.hpp"
#include "support/sanitizer.hpp"
#include "support/statistics.hpp"

#include <interbeat/plugins.hpp>

#include "isolated_node.hpp"
#include "plugin.hpp"
#include "stream_pointers.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <string>
#include <vector>

using namespace ib;
using namespace ib::test;

namespace {

using WallClock = std::chrono::steady_clock;

double ms_since(WallClock::time_point t) {
  return std::chrono::duration<double, std::milli>(WallClock::now() - t).count();
}

/// A node of restless.so in its process, fed with packets of 8 samples, 64 Hz.
class Apart {
 public:
  static constexpr std::uint32_t packet = 8;

  explicit Apart(const std::string& type, const std::string& how, double at_s,
                 const std::string& once,
                 std::chrono::milliseconds hang_after = std::chrono::milliseconds(250))
      : process_(std::make_shared<NodeProcess>(
            watch_, std::filesystem::path(binary_folder) / "bin/interbeat",
            NodeProcess::Limits{std::uint64_t{256} << 20, 100})) {
    BOOST_TEST_REQUIRE((registry_.find(type) != nullptr), type);
    const auto& known = *registry_.find(type);
    const nlohmann::json begin{
        {"type", type},
        {"plugin",
         {{"file", known.plugin->file().string()}, {"hash", known.plugin->stamp().hash}}}};
    node_ = (new IsolatedNode(process_, {known.desc, begin.dump(), nullptr}))->node();
    isolated().be_patient(hang_after, false);
    const std::vector<std::string> ways{"never",  "crash", "killed", "hang",
                                        "memory", "leave", "throw",  "lie"};
    set("at", at_s, "");
    set("how", static_cast<double>(std::find(ways.begin(), ways.end(), how) - ways.begin()), "");
    set("once", 0, once.c_str());
    activate();
  }
  ~Apart() {
    node_->deactivate(node_);
    node_->destroy(node_);
  }
  Apart(const Apart&) = delete;
  Apart& operator=(const Apart&) = delete;

  ib_status call(std::vector<ib_event> events = {}) {
    b_.n = packet;
    b_.first_index = index_;
    index_ += packet;
    b_.anchor = {0, 0, std::int64_t{15'625'000} << 32};
    b_.data = samples_.data();
    b_.gaps = gaps_.data();
    b_.settled_ns = time_of(b_, packet - 1);
    o_.n = o_.n_gaps = o_.flags = 0;
    o_.capacity = 64;
    o_.data = out_.data();
    o_.sample_flags = flags_.data();
    o_.gaps = gaps_.data() + 2;
    const ib_block* in[]{&b_};
    ib_block* out[]{&o_};
    ib_process p{};
    p.struct_size = sizeof p;
    p.n_in = p.n_out = 1;
    p.in = in;
    p.out = out;
    p.now_ns = b_.settled_ns;
    p.events = events.data();
    p.n_events = static_cast<std::uint32_t>(events.size());
    return node_->process(node_, &p);
  }
  std::array<std::int64_t, 1> closed() const { return {b_.settled_ns}; }
  std::uint32_t gaps_out() const { return o_.n_gaps; }
  float last() const { return out_[o_.n - 1]; }
  IsolatedNode& isolated() { return *IsolatedNode::of(node_); }
  NodeProcess& process() { return *process_; }

 private:
  void set(const std::string& name, double number, const char* text) {
    for (std::uint32_t i = 0; i < node_->desc->n_params; ++i) {
      if (name == node_->desc->params[i].name)
        BOOST_REQUIRE_EQUAL(node_->set_param(node_, i, number, text), IB_OK);
    }
  }
  void activate() {
    for (auto* s : {&in_, &o_stream_}) {
      s->struct_size = sizeof *s;
      s->flags = IB_STREAM_CONNECTED;
      s->unit = s->name = s->owners = "";
      s->rate_hz = 64;
      s->channels = 1;
      s->max_items = 64;
    }
    std::array<char, 512> error{};
    ib_activation a{};
    a.struct_size = sizeof a;
    a.max_step_ns = 1'000'000'000;
    a.path = a.out_dir = "";
    a.error = error.data();
    a.error_size = error.size();
    pointers_.put(a, {&in_, 1}, {&o_stream_, 1});
    BOOST_REQUIRE_MESSAGE(node_->activate(node_, &a) == IB_OK, error.data());
  }

  /// Read once, while this process has one thread: reading forks, and a sanitizer's own locks do not
  /// survive that where another thread holds one.
  static const Registry& restless() {
    static const Registry registry = [] {
      Registry r;
      PluginSearch search;
      search.places.push_back(
          {std::filesystem::path(plugins_folder) / "restless.so", "the test", true, {}});
      for (const auto& file : load_plugins(r, search))
        if (!file.problem.empty()) BOOST_TEST_MESSAGE(file.problem);
      return r;
    }();
    return registry;
  }

  const Registry& registry_ = restless();
  DeathWatch watch_;
  std::shared_ptr<NodeProcess> process_;
  ib_node* node_{};
  ib_stream in_{}, o_stream_{};
  StreamPointers pointers_;
  std::array<float, 64> samples_{}, out_{};
  std::array<std::uint8_t, 64> flags_{};
  std::array<ib_gap, 4> gaps_{};
  ib_block b_{}, o_{};
  std::uint64_t index_{};
};

double middle(std::vector<double> all) {
  std::sort(all.begin(), all.end());
  return all[all.size() / 2];
}

}  // namespace

BOOST_AUTO_TEST_SUITE(isolated_node)

BOOST_AUTO_TEST_CASE(a_death_is_heard_at_once_and_the_node_is_back_soon) {
  for (const std::string how : {"crash", "killed", "leave", "memory"}) {
    if (sanitized && how == "memory") continue;  // sanitizers know no limit of memory
    std::vector<double> heard, back;
    for (int k = 0; k < 9; ++k) {
      Apart node("test.restless", how, 1.0, "");
      for (int i = 0; i < 7; ++i) BOOST_REQUIRE_EQUAL(node.call(), IB_OK);
      auto began = WallClock::now();
      BOOST_REQUIRE_EQUAL(node.call(), IB_OK);
      const double usual_ms = ms_since(began);
      began = WallClock::now();
      BOOST_REQUIRE_EQUAL(node.call(), lost_process);
      heard.push_back(ms_since(began) - usual_ms);
      began = WallClock::now();
      BOOST_REQUIRE(node.isolated().restart(node.closed()));
      back.push_back(ms_since(began));
    }
    BOOST_TEST_MESSAGE(how << ": heard after " << middle(heard) << " ms, back after "
                           << middle(back) << " ms");
    if (sanitized) continue;                               // it writes a report first
    if (how != "memory") BOOST_TEST(middle(heard) <= 10);  // to take 256 MB lasts itself
    BOOST_TEST(middle(back) <= 250);
  }
}

BOOST_AUTO_TEST_CASE(a_hang_is_ended_at_its_budget) {
  std::vector<double> over;
  for (int k = 0; k < 9; ++k) {
    Apart node("test.restless", "hang", 0.0, "", std::chrono::milliseconds(60));
    const auto began = WallClock::now();
    BOOST_REQUIRE_EQUAL(node.call(), lost_process);
    over.push_back(ms_since(began) - 60);
    BOOST_TEST(std::string(node.isolated().error()) ==
               "it was still busy with one call after 60 ms");
  }
  BOOST_TEST_MESSAGE("a hang is ended " << middle(over) << " ms after its budget");
  BOOST_TEST(middle(over) >= 0);
  if (!sanitized) BOOST_TEST(middle(over) <= 10);
}

BOOST_AUTO_TEST_CASE(it_goes_on_with_what_it_knew_or_afresh) {
  for (const bool keeps : {true, false}) {
    Apart node(keeps ? "test.counting" : "test.restless", "never", 0, "");
    for (int i = 0; i < 5; ++i) BOOST_REQUIRE_EQUAL(node.call(), IB_OK);
    BOOST_TEST(node.last() == 40);
    node.process().strike();
    BOOST_REQUIRE_EQUAL(node.call(), lost_process);
    BOOST_TEST(node.isolated().has_state() == keeps);
    BOOST_REQUIRE(node.isolated().restart(node.closed()));
    BOOST_REQUIRE_EQUAL(node.call(), IB_OK);
    BOOST_TEST(node.last() == (keeps ? 48 : 8));
  }
}

BOOST_AUTO_TEST_CASE(an_error_is_the_node_s_own_result_and_no_death) {
  Apart node("test.restless", "throw", 0, "");
  BOOST_TEST(node.call() == IB_ERROR);
  BOOST_TEST(std::string(node.isolated().error()) == "it had enough");
  BOOST_TEST(node.process().lives());
}

BOOST_AUTO_TEST_CASE(a_change_that_comes_with_the_call_that_kills_is_not_lost) {
  for (const std::string type : {"test.counting", "test.restless"}) {
    Scratch folder;
    Apart node(type, "killed", 1.0, (folder.path() / "once").string());
    for (int i = 0; i < 8; ++i) BOOST_REQUIRE_EQUAL(node.call(), IB_OK);
    BOOST_TEST(node.last() == 64);
    constexpr std::uint32_t gain = 3;
    BOOST_REQUIRE_EQUAL(node.call({{0, gain, 0, 100}}), lost_process);
    BOOST_REQUIRE(node.isolated().restart(node.closed()));
    BOOST_REQUIRE_EQUAL(node.call(), IB_OK);
    BOOST_TEST(node.last() == (type == "test.counting" ? 7200 : 800));
  }
}

BOOST_AUTO_TEST_CASE(a_change_in_force_is_known_also_while_the_next_one_waits) {
  for (const std::string type : {"test.counting", "test.restless"}) {
    Apart node(type, "never", 0, "");
    constexpr std::uint32_t gain = 3;
    BOOST_REQUIRE_EQUAL(node.call({{0, gain, 0, 10}, {1'000'000'000'000, gain, 0, 100}}), IB_OK);
    for (int i = 0; i < 7; ++i) BOOST_REQUIRE_EQUAL(node.call(), IB_OK);
    BOOST_TEST(node.last() == 640);
    node.process().strike();
    BOOST_REQUIRE_EQUAL(node.call(), lost_process);
    BOOST_REQUIRE(node.isolated().restart(node.closed()));
    BOOST_REQUIRE_EQUAL(node.call(), IB_OK);
    BOOST_TEST(node.last() == (type == "test.counting" ? 720 : 80));
  }
}

BOOST_AUTO_TEST_CASE(what_its_process_says_is_looked_at_before_anybody_reads_it) {
  Apart node("test.restless", "lie", 0, "");
  BOOST_TEST(node.call() == IB_ERROR);
  BOOST_TEST(std::string(node.isolated().error()) == "samples came out without a clock");
  BOOST_TEST(node.gaps_out() == 0U);
}

BOOST_AUTO_TEST_SUITE_END()
