#include <interbeat/types/interval.hpp>
#include "support/graph_world.hpp"
#include "support/node_runner.hpp"

#include "stream_pointers.hpp"

#include <boost/test/unit_test.hpp>

#include <sys/resource.h>

#include <array>
#include <cmath>
#include <csignal>
#include <cstring>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "sink/table.hpp"

using namespace ib;
using namespace ib::test;

namespace {

std::string text_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

/// A sink for a stream of T that runs when played, and is closed with this.
template <class Sink>
struct Written {
  Scratch scratch;
  std::filesystem::path path;
  std::optional<NodeRunner> run;

  explicit Written(const std::string& name = "out") : path(scratch.path() / name) {
    run.emplace(node_def<Sink>(), std::vector<NodeRunner::Setting>{{"path", 0, path.string()}});
  }
  std::string text() {
    run.reset();  // closes the file
    return text_of(path);
  }
};

Beat beat(Maybe ibi_us, Reason reason = Reason::none) {
  return {.ibi_us = ibi_us,
          .contiguous = static_cast<bool>(ibi_us),
          .valid = true,
          .reason = reason,
          .sqi = 0.9};
}

/// A disk with room for so many bytes per file; the signal that comes with it is none of ours.
class FullDisk {
 public:
  explicit FullDisk(rlim_t bytes) {
    before_handler_ = std::signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before_);
    set(bytes);
  }
  ~FullDisk() {
    setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, before_handler_);
  }
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;
  void set(rlim_t bytes) {
    rlimit r = before_;
    r.rlim_cur = bytes;
    setrlimit(RLIMIT_FSIZE, &r);
  }
  void make_room() { setrlimit(RLIMIT_FSIZE, &before_); }

 private:
  rlimit before_{};
  void (*before_handler_)(int);
};

/// A sink that gets one block per call, so that a test sees what happens between two.
template <class Sink>
class Fed {
 public:
  explicit Fed(const std::filesystem::path& path) : room_(64, sizeof(Beat), 0) {
    ib_stream in{};
    in.flags = IB_STREAM_CONNECTED;
    in.type = &Beat::type();
    ib_activation a{};
    std::array<char, 512> error{};
    StreamPointers pointers;
    pointers.put(a, {&in, 1}, {});
    a.out_dir = ".";
    a.error = error.data();
    a.error_size = error.size();
    node_->set_param(node_, 0, 0, path.c_str());
    activated_ = node_->activate(node_, &a) == IB_OK;
    error_ = error.data();
  }
  ~Fed() { destroy(); }
  Fed(const Fed&) = delete;
  Fed& operator=(const Fed&) = delete;

  bool activated() const { return activated_; }
  /// Why it did not activate, or what its last call said.
  std::string error() const {
    if (!activated_) return error_;
    return static_cast<const ib_error_text*>(node_->extension(node_, IB_EXT_ERROR))->text(node_);
  }

  /// One beat per second from `first` on, in one block that is settled far beyond them: written.
  ib_status seconds(int first, int n, std::uint32_t flags = 0) {
    ib_block* b = room_.open(IB_NEVER);
    for (int k = 0; k < n; ++k) {
      const Beat v = beat(1'000'000);
      std::memcpy(static_cast<std::byte*>(const_cast<void*>(b->data)) + b->n * sizeof v, &v,
                  sizeof v);
      const_cast<std::int64_t*>(b->t_ns)[b->n++] = Duration{1s * (first + k)}.count();
    }
    b->flags = flags;
    b->settled_ns = Duration{1s * (first + n)}.count();
    const ib_block* in[] = {b};
    ib_process p{};
    p.n_in = 1;
    p.in = in;
    return node_->process(node_, &p);
  }
  void restart() { node_->reset(node_, IB_RESET_ERROR); }
  void deactivate() {
    if (activated_) node_->deactivate(node_);
    activated_ = false;
  }
  void destroy() {
    deactivate();
    if (node_ != nullptr) node_->destroy(node_);
    node_ = nullptr;
  }
  std::uint64_t counter(std::string_view name) const {
    const auto* c = static_cast<const ib_counters*>(node_->extension(node_, IB_EXT_COUNTERS));
    for (std::uint32_t i = 0; i < c->n; ++i) {
      if (name == c->name(node_, i)) return c->value(node_, i);
    }
    BOOST_ERROR("no counter " << name);
    return 0;
  }

 private:
  BlockRoom room_;
  ib_node* node_ = node_def<Sink>().create(nullptr);
  bool activated_{};
  std::string error_;
};

const std::string header = "time_s,ibi_us,contiguous,valid,sqi,reason,edited\n";
std::string row(int second) { return std::to_string(second) + ".000000,1000000,1,1,0.9,,0\n"; }
std::string rows(int from, int to) {
  std::string text;
  for (int s = from; s < to; ++s) text += row(s);
  return text;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(sink_files)

BOOST_AUTO_TEST_CASE(a_beat_without_an_interval_is_an_empty_cell_with_a_reason) {
  Written<CsvSink> csv;
  csv.run->in<Beat>(0).item(1s, beat({}, Reason::gap)).item(1800ms, beat(800'000)).settle(2s);
  csv.run->play();
  BOOST_TEST(csv.text() == header + "1.000000,,0,1,0.9,gap,0\n1.800000,800000,1,1,0.9,,0\n");
  Written<JsonlSink> jsonl;
  jsonl.run->in<Beat>(0).item(1s, beat({}, Reason::gap)).settle(2s);
  jsonl.run->play();
  BOOST_TEST(jsonl.text() ==
             "{\"time_s\":1.000000,\"ibi_us\":null,\"contiguous\":false,\"valid\":true,"
             "\"sqi\":0.9,\"reason\":\"gap\",\"edited\":false}\n");
}

BOOST_AUTO_TEST_CASE(a_sample_without_a_value_says_why_in_both_kinds_of_files) {
  const std::vector<float> one{1.5F}, filled{2.5F}, odd{std::nanf("")};
  Written<CsvSink> csv;
  csv.run->in<Ppg>(0)
      .rate(1)
      .samples(one)
      .samples(filled, IB_SAMPLE_BRIDGED)
      .samples(odd)
      .settle(3s);
  csv.run->play();
  BOOST_TEST(csv.run->counter("not_finite") == 1u);
  BOOST_TEST(csv.text() ==
             "time_s,ppg,reason\n0.000000,1.5,\n1.000000,,bridged\n2.000000,,not_finite\n");
  Written<JsonlSink> jsonl;
  jsonl.run->in<Ppg>(0)
      .rate(1)
      .samples(one)
      .samples(filled, IB_SAMPLE_BRIDGED)
      .samples(odd)
      .settle(3s);
  jsonl.run->play();
  BOOST_TEST(jsonl.text() ==
             "{\"time_s\":0.000000,\"ppg\":1.5,\"reason\":\"\"}\n"
             "{\"time_s\":1.000000,\"ppg\":null,\"reason\":\"bridged\"}\n"
             "{\"time_s\":2.000000,\"ppg\":null,\"reason\":\"not_finite\"}\n");
}

BOOST_AUTO_TEST_CASE(a_run_that_never_begins_leaves_the_last_ones_file_alone) {
  const Scratch scratch;
  const auto path = scratch.path() / "beats.csv";
  std::ofstream(path) << "what the run before found\n";
  {
    Fed<CsvSink> sink(path);
    BOOST_TEST(sink.activated());
  }
  BOOST_TEST(text_of(path) == "what the run before found\n");
  {
    Fed<CsvSink> sink(path);
    BOOST_TEST(sink.seconds(1, 1, IB_BLOCK_FINISHED) == IB_OK);
  }
  BOOST_TEST(text_of(path) == header + row(1));
}

BOOST_AUTO_TEST_CASE(folders_are_made_when_the_run_begins) {
  const Scratch scratch;
  const auto path = scratch.path() / "a" / "b" / "beats.csv";
  {
    Fed<CsvSink> sink(path);
    BOOST_TEST(sink.activated());
  }
  BOOST_TEST(!std::filesystem::exists(scratch.path() / "a"));
  Fed<CsvSink> sink(path);
  BOOST_TEST(sink.seconds(1, 0) == IB_OK);
  BOOST_TEST(text_of(path) == header);  // a stream without items has its header all the same
}

BOOST_AUTO_TEST_CASE(says_before_the_run_that_a_file_can_not_be_made) {
  const Scratch scratch;
  std::ofstream(scratch.path() / "file") << "x";
  for (const auto& path :
       {scratch.path(), scratch.path() / "file" / "beats.csv", scratch.path() / "file/a/b.csv"}) {
    Fed<CsvSink> sink(path);
    BOOST_TEST(!sink.activated());
    BOOST_TEST(sink.error().find("folder") != std::string::npos, sink.error());
  }
}

BOOST_AUTO_TEST_CASE(a_full_disk_leaves_whole_rows) {
  const Scratch scratch;
  const auto path = scratch.path() / "beats.csv";
  Fed<CsvSink> sink(path);
  const FullDisk disk(header.size() + 2 * row(1).size() + 10);  // in the middle of the third row
  BOOST_TEST(sink.seconds(1, 5) == IB_ERROR);
  BOOST_TEST(sink.error().find("the rows before are kept") != std::string::npos, sink.error());
  BOOST_TEST(text_of(path) == header + rows(1, 3));
  BOOST_TEST(sink.counter("rows") == 2u);
  BOOST_TEST(sink.counter("lost_rows") == 3u);
}

BOOST_AUTO_TEST_CASE(a_sink_that_goes_on_says_what_is_missing) {
  const Scratch scratch;
  const auto csv = scratch.path() / "beats.csv", jsonl = scratch.path() / "beats.jsonl";
  Fed<CsvSink> sink(csv);
  Fed<JsonlSink> other(jsonl);
  FullDisk disk(header.size() + row(1).size() + 10);
  BOOST_TEST(sink.seconds(1, 3) == IB_ERROR);
  sink.restart();
  BOOST_TEST(sink.seconds(4, 2) == IB_ERROR);
  BOOST_TEST(other.seconds(1, 3) == IB_ERROR);
  disk.make_room();
  sink.restart();
  other.restart();
  BOOST_TEST(sink.seconds(6, 1) == IB_OK);
  BOOST_TEST(other.seconds(4, 1) == IB_OK);
  BOOST_TEST(text_of(csv) ==
             header + row(1) + "# lost 4 items from 2.000000 to 5.000000 s\n" + row(6));
  BOOST_TEST(sink.counter("rows") == 2u);
  BOOST_TEST(sink.counter("lost_rows") == 4u);
  BOOST_TEST(text_of(jsonl).rfind("{\"lost\":3,\"from_s\":1.000000,\"to_s\":3.000000}\n", 0) == 0);
}

BOOST_AUTO_TEST_CASE(a_loss_at_the_end_is_said_too) {
  const Scratch scratch;
  const auto path = scratch.path() / "beats.csv";
  Fed<CsvSink> sink(path);
  {
    const FullDisk disk(header.size() + 10);
    BOOST_TEST(sink.seconds(1, 3) == IB_ERROR);
  }
  sink.deactivate();
  BOOST_TEST(text_of(path) == header + "# lost 3 items from 1.000000 to 3.000000 s\n");
}

BOOST_AUTO_TEST_CASE(a_device_that_is_always_full_fails_every_call) {
  Fed<CsvSink> sink("/dev/full");
  BOOST_TEST(sink.seconds(1, 2) == IB_ERROR);
  BOOST_TEST(sink.seconds(3, 2, IB_BLOCK_FINISHED) == IB_ERROR);
  BOOST_TEST(sink.counter("rows") == 0u);
  BOOST_TEST(sink.counter("lost_rows") == 4u);
}

BOOST_AUTO_TEST_CASE(texts_are_quoted_where_they_need_it) {
  Written<CsvSink> csv;
  Marker m;
  std::strncpy(m.text, "a, \"b\"\nc", sizeof m.text - 1);
  csv.run->in<Marker>(0).item(1s, m).settle(2s);
  csv.run->play();
  BOOST_TEST(csv.text() == "time_s,text\n1.000000,\"a, \"\"b\"\"\nc\"\n");
}

BOOST_AUTO_TEST_SUITE_END()
