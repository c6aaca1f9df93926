// The seeds of a randomised test: 1..n, or a fixed tenth of them where INTERBEAT_CASES=tenth says so
// (sanitizer builds). INTERBEAT_SEED=k runs one case again.
#pragma once

#include <cstdlib>
#include <string>
#include <vector>

namespace ib::test {

inline std::vector<unsigned> cases(unsigned n) {
  if (const char* one = std::getenv("INTERBEAT_SEED"))
    return {static_cast<unsigned>(std::stoul(one))};
  const char* share = std::getenv("INTERBEAT_CASES");
  const unsigned step = share != nullptr && std::string(share) == "tenth" ? 10 : 1;
  std::vector<unsigned> seeds;
  for (unsigned s = 1; s <= n; s += step) seeds.push_back(s);
  return seeds;
}

}  // namespace ib::test
