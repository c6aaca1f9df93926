#include "verify/vectors.hpp"

#include "verify/reference_file.hpp"

#include <nlohmann/json.hpp>

#include <exception>
#include <map>
#include <optional>

namespace ib::verify {
namespace {

using nlohmann::json;

/// The files of a folder, each read once.
class Folder {
 public:
  explicit Folder(const std::filesystem::path& path) : path_(path) {}
  /// Null where there is no such file.
  const json* file(const std::string& name) {
    const auto [at, is_new] = files_.try_emplace(name);
    if (is_new) at->second = read_json(path_ / name);
    return at->second ? &*at->second : nullptr;
  }

 private:
  std::filesystem::path path_;
  std::map<std::string, std::optional<json>> files_;
};

struct OfOne {
  const char* file;
  void (*compare)(const json&, Comparisons&);
};
struct OfTwo {
  const char *first, *second;
  void (*compare)(const json&, const json&, Comparisons&);
};

constexpr OfTwo of_two[]{
    {"hrv_series.json", "hrv_reference.json", &compare_hrv},
    {"hrv_series.json", "hrv_sliding.json", &compare_sliding},
    {"coreg_synthetic_input.json", "coreg_reference.json", &compare_pairs},
    {"coreg_rties_input.json", "coreg_reference.json", &compare_couples},
};
constexpr OfOne of_one[]{
    {"hrv_series.json", &compare_kubios},
    {"ibi_artifacts.json", &compare_artefacts},
    {"filters.json", &compare_filters},
    {"ppg_beats.json", &compare_pulse_beats},
    {"ring_real.json", &compare_ring_beats},
    {"ecg_beats.json", &compare_ecg_beats},
    {"sqi.json", &compare_quality},
    {"stress_state.json", &compare_activation},
    {"coreg_stream.json", &compare_pair_stream},
};

Comparison absent(const std::string& name) {
  Comparison c;
  c.group = "Reference files that are not there";
  c.metric = name;
  c.note = "not compared";
  c.nothing_to_compare = true;
  return c;
}

}  // namespace

Comparisons reference_vectors(const std::filesystem::path& path, std::string& problem) {
  Folder folder(path);
  Comparisons all, missing;
  std::string now;
  const auto file = [&](const char* name) {
    now = name;
    const auto* found = folder.file(name);
    const auto told = [&](const Comparison& c) { return c.metric == name; };
    if (found == nullptr && std::none_of(missing.begin(), missing.end(), told))
      missing.push_back(absent(name));
    return found;
  };
  try {
    for (const auto& group : of_two) {
      const auto *first = file(group.first), *second = file(group.second);
      if (first != nullptr && second != nullptr) group.compare(*first, *second, all);
    }
    for (const auto& group : of_one) {
      if (const auto* one = file(group.file)) group.compare(*one, all);
    }
  } catch (const std::exception& error) {
    problem = path.string() + ": " + now + ": " + error.what();
    return {};
  }
  if (all.empty()) return {};
  all.insert(all.end(), missing.begin(), missing.end());
  return all;
}

}  // namespace ib::verify
