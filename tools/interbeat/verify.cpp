// interbeat verify: our numbers beside those they must equal, in one table.
#include "verify/comparison.hpp"
#include "verify/formulas.hpp"
#include "verify/vectors.hpp"

#include "command.hpp"
#include "message.hpp"
#include "terminal.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <iterator>
#include <memory>
#include <string>

namespace ib::tool {
namespace {

constexpr const char* verify_examples = R"(
Without a folder: values that formulas give, among them the patterns of ANSI/AAMI EC57. With one: what it
holds of hrv_series.json, hrv_reference.json, hrv_sliding.json, ibi_artifacts.json, filters.json, ppg_beats.json,
ring_real.json, ecg_beats.json, sqi.json, stress_state.json, coreg_synthetic_input.json, coreg_rties_input.json,
coreg_reference.json and coreg_stream.json; a file that it does not hold is said to be absent.
Exit 0: all within what is allowed; 1: some are not; 2: a file can't be read.

Examples:
  interbeat verify
  interbeat verify --reference reference/ --json)";

struct VerifyArguments {
  std::string reference;
  bool json{};
};

int compare(const VerifyArguments& a) {
  auto all = verify::ec57_patterns();
  const auto append = [&](verify::Comparisons more) {
    std::move(more.begin(), more.end(), std::back_inserter(all));
  };
  append(verify::by_hand());
  if (!a.reference.empty()) {
    if (!std::filesystem::is_directory(a.reference)) {
      complain(a.reference + " is no folder", "name the folder of hrv_reference.json");
      return wrong;
    }
    std::string problem;
    auto vectors = verify::reference_vectors(a.reference, problem);
    if (problem.empty() && vectors.empty())
      problem =
          a.reference + " holds none of the reference files (interbeat verify --help names them)";
    if (!problem.empty()) {
      complain(problem);
      return wrong;
    }
    append(std::move(vectors));
  }
  const std::size_t room = is_terminal(STDOUT_FILENO) ? terminal_width(STDOUT_FILENO) : 1'000'000;
  show(a.json ? verify::json_of(all) : verify::text_of(all, room));
  const bool good = std::none_of(all.begin(), all.end(), [](const verify::Comparison& c) {
    return c.verdict() == verify::Verdict::fail;
  });
  return good ? done : failed;
}

int verify(const VerifyArguments& a) {
  try {
    return compare(a);
  } catch (const std::exception& error) {  // no folder for its files, or no room in it
    complain(std::string("verify could not run its graphs: ") + error.what(),
             "TMPDIR names where it may write");
    return wrong;
  }
}

}  // namespace

void add_verify(CLI::App& app, Action& action) {
  auto a = std::make_shared<VerifyArguments>();
  auto* command = app.add_subcommand("verify", "Compares our numbers with those they must equal");
  command->add_option("--reference", a->reference, "A folder of reference vectors (JSON)")
      ->type_name("DIR");
  command->add_flag("--json", a->json, "For programs");
  command->footer(verify_examples);
  command->callback([a, &action] { action = [a] { return verify(*a); }; });
}

}  // namespace ib::tool
