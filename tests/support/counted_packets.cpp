// The program that tests/perf runs under callgrind:  counted_packets solo|chain|none PACKETS
// So many packets through the whole chain of one person (packets of 4), through twenty pass-through
// nodes (packets of 8), or through none between the same source and sink.
#include "bench/graph_work.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cstdio>
#include <exception>
#include <string>

namespace {

using namespace ib::bench;

int complain() {
  fmt::print(stderr, "expected: counted_packets solo|chain|none PACKETS\n");
  return 2;
}

int run(const std::string& what, std::uint64_t packets) {
  GraphWork work{.yaml = {}, .packets = packets, .warm_up = 0};
  if (what == "solo") work.yaml = solo_yaml(4);
  else if (what == "chain") work.yaml = chain_yaml(20, "bench.pass", 8);
  else if (what == "none") work.yaml = chain_yaml(0, "", 8);
  else return complain();
  run_graph(work);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return complain();
  const std::string number = argv[2];
  std::uint64_t packets = 0;
  const auto end = number.data() + number.size();
  if (std::from_chars(number.data(), end, packets).ptr != end) return complain();
  try {
    return run(argv[1], packets);
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 1;
  }
}
