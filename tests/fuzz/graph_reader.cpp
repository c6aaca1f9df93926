// Fuzz target: any bytes into the graph reader, with a registry of toy nodes.
//
//   clang++ -fsanitize=fuzzer,address,undefined ...   libFuzzer
//   g++ -DFUZZ_MAIN ...                               runs over the corpus files given as arguments
//
// Whatever the bytes are: a graph or at least one error, and what is sound reads back to itself.
#include <interbeat/graph.hpp>

#include "support/toy_registry.hpp"

#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace {

const ib::Registry& registry() {
  static const auto toys = ib::test::toy_registry();
  return toys;
}

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  ib::Diagnostics out;
  const auto graph =
      ib::read_graph_text(text, "fuzz.yaml", "/nonexistent", {}, registry(), out, {{}});
  require(graph.has_value() != out.has_errors());
  require(out.empty() == out.text().empty());
  if (!graph) return 0;
  ib::Diagnostics again;
  const auto same = ib::read_graph_text(graph->expanded, "again.yaml", "/nonexistent", {},
                                        registry(), again, {{}});
  require(same.has_value() && same->expanded == graph->expanded);
  return 0;
}

#ifdef FUZZ_MAIN
#include <fstream>
#include <iterator>
#include <string>

int main(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    std::ifstream file(argv[i], std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), {}};
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  }
}
#endif
