// What the program says when the machine has too little: memory, open files, threads. Each a sentence
// with what happened and what to do; never the text of an exception.
#include "program.hpp"

#include "support/sanitizer.hpp"

#include "machine_limits.hpp"

#include <nlohmann/json.hpp>

using namespace ib::test;

namespace {

/// A person's ring, with the sinks of graphs/group.yaml.
const std::string group = "'" + std::string(source_folder) + "/graphs/group.yaml'";

/// AddressSanitizer maps terabytes of shadow memory before main(), ThreadSanitizer too.
const auto memory_is_the_sanitizers = left_out_under_sanitizers(
    "a sanitizer's shadow memory alone is more than any limit of address space here");
/// UndefinedBehaviorSanitizer looks whether an address can be read by writing from it into a pipe.
/// Without a file to open it takes good objects for broken ones.
const auto files_are_the_sanitizers = left_out_under_sanitizers(
    "a sanitizer opens files of its own, and reports false errors where it can't");

bool is_a_sentence(const std::string& err) {
  return !has(err, "mistake of the program") && !has(err, "bad_alloc") && !has(err, "std::") &&
         !has(err, "eventfd") && !has(err, "Resource temporarily");
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(limits, Program)

BOOST_AUTO_TEST_CASE(more_memory_than_there_is_is_refused_before_it_is_taken,
                     *memory_is_the_sanitizers) {
  const int code =
      shell("ulimit -v 400000; $I plan " + group + " --set people=0..1999 --live >stdout 2>stderr");
  const auto err = text_of_file(folder / "stderr");
  BOOST_TEST(code == 2, err);
  BOOST_TEST(has(err, "the rings of this graph need "), err);
  BOOST_TEST(has(err, "of address space (ulimit -v); the most goes to "), err);
  BOOST_TEST(has(err, "hint: fewer people"), err);
  BOOST_TEST(is_a_sentence(err), err);
  BOOST_TEST_MESSAGE(err);
}

BOOST_AUTO_TEST_CASE(memory_that_runs_out_while_a_graph_is_read_or_planned_is_a_sentence,
                     *memory_is_the_sanitizers) {
  for (const auto* limit : {"60000", "80000", "120000", "200000"}) {
    const int code = shell(std::string("ulimit -v ") + limit + "; $I plan " + group +
                           " --set people=0..9999 >stdout 2>stderr");
    const auto err = text_of_file(folder / "stderr");
    BOOST_TEST(code == 2, limit << " kB: " << code << "\n" << err);
    BOOST_TEST(has(err, "memory"), err);
    BOOST_TEST(is_a_sentence(err), err);
  }
}

BOOST_AUTO_TEST_CASE(a_process_out_of_open_files_says_how_many_it_may_have,
                     *files_are_the_sanitizers) {
  write("g.yaml", small_graph);
  for (const auto* limit : {"4", "5", "6", "7", "8", "10", "12", "16"}) {
    const int code = shell(std::string("ulimit -n ") + limit +
                           "; $I run g.yaml --threads 16 --for 1s >stdout 2>stderr");
    const auto err = text_of_file(folder / "stderr");
    BOOST_TEST((code == 2 || code == 1), limit << " files: " << code << "\n" << err);
    BOOST_TEST(is_a_sentence(err), limit << " files: " << err);
  }
  const auto err = text_of_file(folder / "stderr");
  BOOST_TEST(has(err, "this process has all 16 files open that it may have"), err);
  BOOST_TEST(has(err, "ulimit -n 4096"), err);
}

BOOST_AUTO_TEST_CASE(a_process_without_a_further_thread_says_so, *memory_is_the_sanitizers) {
  // A stack of 2 GB for each thread, and room for one of them: as a limit of threads, but for root too.
  const std::string limits = "ulimit -s 2000000; ulimit -v 3500000; ";
  std::string yaml = "interbeat: 1\nexecutors: 4\nnodes:\n";
  for (const auto* n : {"a", "b", "c", "d"})
    yaml += std::string("  ") + n + ": {type: source, uri: \"virtual:seed=1,duration=5s\"}\n  f" +
            n + ": {type: sink.csv, in: " + n + ".ppg, path: " + n + ".csv}\n";
  write("g.yaml", yaml);
  for (const auto* speed : {"max", "1"}) {
    const int code = shell(limits + "$I run g.yaml --speed " + speed + " >stdout 2>stderr");
    const auto err = text_of_file(folder / "stderr");
    BOOST_TEST(code == 1, speed << ": " << code << "\n" << err);
    BOOST_TEST(has(err, "the system gives this process no further thread"), err);
    BOOST_TEST(is_a_sentence(err), err);
  }
}

BOOST_AUTO_TEST_CASE(more_executors_than_parts_or_cpus_work_and_are_told) {
  write("g.yaml", small_graph);
  const auto many = (*this)("run g.yaml --speed max --out many --executors 64");
  BOOST_TEST(many.code == 0, many.err);
  BOOST_TEST(has(many.err, "64 executors were asked for and 1 runs: all nodes hang together"),
             many.err);
  const auto record = nlohmann::json::parse(text_of_file(folder / "many" / "run.json"));
  BOOST_TEST(record["options"]["executors"] == 1);
  BOOST_TEST(record["options"]["executors_wanted"] == 64);
}

BOOST_AUTO_TEST_CASE(the_word_of_the_command_line_wins_and_a_wrong_one_is_refused) {
  write("g.yaml", std::string(small_graph).insert(13, "executors: 3\n"));
  BOOST_TEST(has((*this)("plan g.yaml --explain").out, "3 executors were asked for and 1 runs"));
  BOOST_TEST(!has((*this)("plan g.yaml --explain --executors 1").out, "executors"));
  for (const auto* wrong : {"0", "65", "many", "1.5"}) {
    const auto answer = (*this)(std::string("run g.yaml --executors ") + wrong);
    BOOST_TEST(answer.code == 2);
    BOOST_TEST(has(answer.err, "is neither auto nor a whole number from 1 to 64"), answer.err);
  }
}

BOOST_AUTO_TEST_CASE(the_record_of_many_has_a_line_for_equal_ones) {
  const auto answer =
      (*this)("run " + group + " --set people=0..19 --for 10s --speed max --out many");
  BOOST_TEST(answer.code == 0, answer.err);
  const auto record = nlohmann::json::parse(text_of_file(folder / "many" / "run.json"));
  BOOST_TEST_REQUIRE(record["sources"].size() == 1U);
  BOOST_TEST(record["sources"][0]["owners"].dump() == R"(["p[00–19]"])");
  BOOST_TEST_REQUIRE(record["sinks"].size() == 2U);
  BOOST_TEST(record["sinks"][0]["nodes"] == 20);
}

BOOST_AUTO_TEST_SUITE_END()
