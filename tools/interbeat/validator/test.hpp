// The tests of the validator: each has a name to choose it by, one sentence of what it proves, and judges one
// node type or one plugin file. What they ask is abi.h; CLAP's validator and what its users learned are the
// model (split invariance, silence, honest time and state are this project's own).
//
// Tests of nodes run anywhere, also in the test suite's own process; a crash of the node is then its caller's.
// Thread: [control], one at a time.
#pragma once

#include "validator/bench.hpp"
#include "validator/subject.hpp"

#include <functional>
#include <span>
#include <string>
#include <string_view>

namespace ib::validator {

enum class Result { passed, failed, skipped };
const char* name_of(Result result);

struct Verdict {
  Result result{};
  std::string why;  ///< empty where it passed
};
inline Verdict passed() { return {}; }
inline Verdict failed(std::string why) { return {Result::failed, std::move(why)}; }
inline Verdict skipped(std::string why) { return {Result::skipped, std::move(why)}; }
/// Nothing wrong: passed.
inline Verdict verdict(std::string wrong) {
  return wrong.empty() ? passed() : failed(std::move(wrong));
}

/// What a test needs of whoever runs it.
struct Services {
  /// The hash of what a node sends for this seed, from a process of its own; empty: it can't be had.
  std::function<std::string(const NodeUnderTest&, unsigned seed)> hash_elsewhere;
  /// Bytes that this process has printed so far; -1: nobody looks.
  std::function<long()> printed;
};

struct NodeCase {
  const NodeUnderTest& node;
  unsigned seed{1};
  const Services& services;
};
struct FileCase {
  Subject& subject;
  double opened_ms{};     ///< how long it took to open
  long threads_before{};  ///< of this process, before it was opened
  const Services& services;
};

struct NodeTest {
  std::string_view name, proves;
  Verdict (*run)(const NodeCase&);
};
struct FileTest {
  std::string_view name, proves;
  Verdict (*run)(const FileCase&);
};

/// In the order in which they are run and told.
std::span<const FileTest> file_tests();
std::span<const NodeTest> node_tests();
const NodeTest* find_node_test(std::string_view name);

/// FNV-1a of all that a node sends for this seed, in hexadecimal; a sentence, where it fails.
std::string hash_of_outputs(const NodeUnderTest& node, unsigned seed);

long count_threads();

// -- the tests themselves, a file per group ---------------------------------------------------------

namespace descriptor_tests {
Verdict names(const NodeCase&);
Verdict sentences(const NodeCase&);
Verdict units(const NodeCase&);
Verdict version(const NodeCase&);
Verdict ports(const NodeCase&);
Verdict types(const NodeCase&);
Verdict node(const NodeCase&);
}  // namespace descriptor_tests

namespace param_tests {
Verdict ranges(const NodeCase&);
Verdict text(const NodeCase&);
Verdict unknown(const NodeCase&);
Verdict extremes(const NodeCase&);
Verdict live(const NodeCase&);
}  // namespace param_tests

namespace life_tests {
Verdict thousand(const NodeCase&);
Verdict cycles(const NodeCase&);
Verdict unborn(const NodeCase&);
Verdict reset(const NodeCase&);
Verdict recovers(const NodeCase&);
Verdict extensions(const NodeCase&);
Verdict odd_streams(const NodeCase&);
}  // namespace life_tests

namespace data_tests {
Verdict split(const NodeCase&);
Verdict twins(const NodeCase&);
Verdict threads(const NodeCase&);
Verdict processes(const NodeCase&);
Verdict finite(const NodeCase&);
Verdict denormals(const NodeCase&);
Verdict not_a_number(const NodeCase&);
Verdict all_invalid(const NodeCase&);
}  // namespace data_tests

namespace memory_tests {
Verdict rooms(const NodeCase&);
Verdict inputs(const NodeCase&);
Verdict scratch(const NodeCase&);
}  // namespace memory_tests

namespace quiet_tests {
Verdict allocation(const NodeCase&);
Verdict lock(const NodeCase&);
Verdict system_call(const NodeCase&);
Verdict clock(const NodeCase&);
Verdict dice(const NodeCase&);
Verdict threads(const NodeCase&);
Verdict prints(const NodeCase&);
Verdict status(const NodeCase&);
}  // namespace quiet_tests

namespace time_tests {
Verdict order(const NodeCase&);
Verdict settled(const NodeCase&);
Verdict marks(const NodeCase&);
Verdict ahead(const NodeCase&);
Verdict held(const NodeCase&);
Verdict latency_kept(const NodeCase&);
Verdict latency_true(const NodeCase&);
Verdict seen(const NodeCase&);
Verdict shifted(const NodeCase&);
}  // namespace time_tests

namespace gap_tests {
Verdict contiguous(const NodeCase&);
Verdict form(const NodeCase&);
Verdict empty_blocks(const NodeCase&);
Verdict new_clock(const NodeCase&);
Verdict end(const NodeCase&);
}  // namespace gap_tests

namespace bound_tests {
Verdict items(const NodeCase&);
Verdict budget(const NodeCase&);
Verdict longest_call(const NodeCase&);
Verdict error_text(const NodeCase&);
}  // namespace bound_tests

namespace state_tests {
Verdict continues(const NodeCase&);
Verdict reproducible(const NodeCase&);
Verdict bad_bytes(const NodeCase&);
}  // namespace state_tests

namespace in_place_tests {
Verdict change(const NodeCase&);
Verdict sections(const NodeCase&);
}  // namespace in_place_tests

namespace abi_tests {
Verdict later(const NodeCase&);
}  // namespace abi_tests

namespace fuzz_tests {
Verdict calls(const NodeCase&);
Verdict values(const NodeCase&);
}  // namespace fuzz_tests

namespace file_tests_of {
Verdict opens(const FileCase&);
Verdict stable(const FileCase&);
Verdict unknown_type(const FileCase&);
Verdict unique_types(const FileCase&);
Verdict readable(const FileCase&);
Verdict prints(const FileCase&);
Verdict threads(const FileCase&);
}  // namespace file_tests_of

}  // namespace ib::validator
