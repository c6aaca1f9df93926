// The table of contents: every test with its sentence.
#include "validator/test.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <iterator>

namespace ib::validator {
namespace {

constexpr FileTest of_files[]{
    {"load/opens", "The file opens within 100 ms, and its init says yes.", &file_tests_of::opens},
    {"load/readable",
     "Every descriptor can be read: no null table, no lie about a size, no name twice.",
     &file_tests_of::readable},
    {"load/stable", "Asked twice, it gives the same descriptors.", &file_tests_of::stable},
    {"load/unique_types", "No two of its nodes have one name.", &file_tests_of::unique_types},
    {"load/unknown_type",
     "It makes no node of a type that it does not have, nor of one with garbage behind its name.",
     &file_tests_of::unknown_type},
    {"load/prints", "Loading it prints nothing.", &file_tests_of::prints},
    {"load/threads", "Loading it starts no thread.", &file_tests_of::threads},
};

constexpr NodeTest of_nodes[]{
    {"descriptor/names",
     "Names of node, ports, params and fields are snake_case, and none stands twice.",
     &descriptor_tests::names},
    {"descriptor/sentences",
     "Node, ports, params, types and fields each say in a sentence what they are.",
     &descriptor_tests::sentences},
    {"descriptor/units",
     "Every param and every number of an item has a unit that graphs can write.",
     &descriptor_tests::units},
    {"descriptor/version", "Its version is a semantic version.", &descriptor_tests::version},
    {"descriptor/ports", "Flags and bounds of its ports agree with each other.",
     &descriptor_tests::ports},
    {"descriptor/types", "Fields lie inside their item, aligned and apart; one urn has one layout.",
     &descriptor_tests::types},
    {"descriptor/node", "What create() makes is the node that was asked for.",
     &descriptor_tests::node},
    {"params/ranges",
     "Defaults lie in their range; choices have labels; only numbers and flags are live.",
     &param_tests::ranges},
    {"params/text",
     "Default, least and greatest value survive being written and read as a quantity.",
     &param_tests::text},
    {"params/unknown", "A param that does not exist is refused.", &param_tests::unknown},
    {"params/extremes", "It runs, or refuses with a sentence, at the ends of every param's range.",
     &param_tests::extremes},
    {"params/live", "A live change in front of the first item is the same as the setting.",
     &param_tests::live},
    {"life/thousand", "Made and destroyed a thousand times, it keeps no memory and no file.",
     &life_tests::thousand},
    {"life/cycles", "Activated again it is as fresh, and keeps no memory.", &life_tests::cycles},
    {"life/unborn", "It can be destroyed without ever having been active.", &life_tests::unborn},
    {"life/reset", "After reset() it answers as a fresh one.", &life_tests::reset},
    {"life/recovers", "After NaN and infinities, reset() makes it as fresh.",
     &life_tests::recovers},
    {"life/extensions", "Extensions that it does not know are null, and those it has are whole.",
     &life_tests::extensions},
    {"life/odd_streams", "Streams of absurd rates and sizes are run, or refused with a sentence.",
     &life_tests::odd_streams},
    {"data/split", "However its input is cut into blocks and interleaved, the same bytes come out.",
     &data_tests::split},
    {"data/twins", "Two instances that get the same answer with the same bytes.",
     &data_tests::twins},
    {"data/threads", "So do two instances that run at once, on two threads.", &data_tests::threads},
    {"data/processes", "So do two processes.", &data_tests::processes},
    {"data/finite", "Whatever the numbers that come in, numbers go out.", &data_tests::finite},
    {"data/denormals", "Numbers next to zero do it no harm.", &data_tests::denormals},
    {"data/not_a_number",
     "NaN and infinities in: no crash, time keeps its order, and items hold numbers.",
     &data_tests::not_a_number},
    {"data/all_invalid",
     "Where nothing valid comes in, nothing valid goes out, and a reason is said.",
     &data_tests::all_invalid},
    {"memory/rooms", "It writes inside the rooms that its outputs were given.",
     &memory_tests::rooms},
    {"memory/inputs", "It does not write to its inputs.", &memory_tests::inputs},
    {"memory/scratch", "It uses as much working memory as it wanted, and expects nothing in it.",
     &memory_tests::scratch},
    {"quiet/allocation", "process() neither takes nor gives back memory.",
     &quiet_tests::allocation},
    {"quiet/lock", "process() takes no lock.", &quiet_tests::lock},
    {"quiet/system_call", "process() makes no system call.", &quiet_tests::system_call},
    {"quiet/clock", "process() reads no clock.", &quiet_tests::clock},
    {"quiet/dice", "process() takes no random number from the C library.", &quiet_tests::dice},
    {"quiet/threads", "It starts no thread.", &quiet_tests::threads},
    {"quiet/prints", "It prints nothing.", &quiet_tests::prints},
    {"quiet/status", "process() answers with a status that means something here.",
     &quiet_tests::status},
    {"time/order", "Times on an output increase.", &time_tests::order},
    {"time/settled", "Nothing comes at or before a mark that was told.", &time_tests::settled},
    {"time/marks", "Marks never fall.", &time_tests::marks},
    {"time/ahead", "No output is settled beyond what its inputs have closed.", &time_tests::ahead},
    {"time/held", "When one input stops, nothing goes on without it.", &time_tests::held},
    {"time/latency_kept",
     "Its marks stand no further behind its inputs than the latency it declares.",
     &time_tests::latency_kept},
    {"time/latency_true", "It declares no more latency than it has.", &time_tests::latency_true},
    {"time/seen",
     "What is given up by a seen mark does not break order; seen marks are passed on as they came.",
     &time_tests::seen},
    {"time/shifted", "The same input an hour or more later gives the same items, so much later.",
     &time_tests::shifted},
    {"gaps/contiguous", "Nothing is called contiguous across a gap.", &gap_tests::contiguous},
    {"gaps/form", "Gaps that it sends are in order and have a length.", &gap_tests::form},
    {"gaps/empty_blocks", "Blocks without items, and calls without blocks, change nothing.",
     &gap_tests::empty_blocks},
    {"gaps/new_clock", "A reset with a new clock keeps order and marks.", &gap_tests::new_clock},
    {"gaps/end", "Where all inputs have ended, all outputs end.", &gap_tests::end},
    {"bounds/items", "No more comes out than its ports promise.", &bound_tests::items},
    {"bounds/budget", "It costs at most 10 ms of CPU time per second of data.",
     &bound_tests::budget},
    {"bounds/longest_call", "No call takes more than 100 ms of CPU time.",
     &bound_tests::longest_call},
    {"bounds/error_text", "Where it fails, ib.error/1 says why.", &bound_tests::error_text},
    {"state/continues", "A new instance with its saved state goes on bit by bit.",
     &state_tests::continues},
    {"state/reproducible", "The same state is the same bytes, within the size it declares.",
     &state_tests::reproducible},
    {"state/bad_bytes", "Bytes that are no state of it are refused, or do no harm.",
     &state_tests::bad_bytes},
    {"in_place/change", "Changing a neighbour's block gives the bits that process() gives.",
     &in_place_tests::change},
    {"in_place/sections", "Its sections, run by the host, give the bits that process() gives.",
     &in_place_tests::sections},
    {"abi/later", "Structs as a later minor version has them change nothing.", &abi_tests::later},
    {"fuzz/calls", "Any legal order of calls keeps the promises.", &fuzz_tests::calls},
    {"fuzz/values", "Whatever bits the values have: no crash, and time keeps its order.",
     &fuzz_tests::values},
};

}  // namespace

const char* name_of(Result result) {
  switch (result) {
    case Result::passed: return "ok";
    case Result::failed: return "FAIL";
    default: return "skipped";
  }
}

std::span<const FileTest> file_tests() { return of_files; }
std::span<const NodeTest> node_tests() { return of_nodes; }

const NodeTest* find_node_test(std::string_view name) {
  const auto found = std::find_if(std::begin(of_nodes), std::end(of_nodes),
                                  [&](const auto& t) { return t.name == name; });
  return found != std::end(of_nodes) ? found : nullptr;
}

std::string hash_of_outputs(const NodeUnderTest& node, unsigned seed) {
  Bench bench(node);
  const auto p = bench.play(random_setup(*node.desc, {.seed = seed}), {.cut = seed});
  if (auto s = p.broke(); !s.empty()) return s;
  auto h = first_hash;
  for (const auto& o : p.outputs) h = o.hash(h);
  for (const auto& [name, text] : bench.close()) h = hash_bytes(text.data(), text.size(), h);
  return fmt::format("{:016x}", h);
}

long count_threads() {
  std::error_code error;
  const std::filesystem::directory_iterator all("/proc/self/task", error);
  return error ? -1 : std::distance(begin(all), end(all));
}

}  // namespace ib::validator
