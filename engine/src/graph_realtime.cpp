#include "graph_realtime.hpp"

#include "graph_names.hpp"
#include "graph_scalars.hpp"

#include <algorithm>
#include <fstream>
#include <set>
#include <string>
#include <system_error>
#include <utility>

namespace ib {
namespace {

namespace fs = std::filesystem;

constexpr Range priorities{1, 99};
constexpr Range cpus{0, 1023};                  // what the kernel's masks hold by default
constexpr Range slacks{1, 1e9};                 // ns; 0 would mean "the default" to the kernel
constexpr Range prefaults{4096, 64 * 1048576};  // bytes: one page, more than any stack needs

const std::vector<std::string> keys{"policy",      "priority",    "affinity",
                                    "lock_memory", "timer_slack", "prefault"};
const std::vector<std::string> policies{"other", "fifo", "rr"};

/// The mapping, key by key: each says what is wrong with it, and the others are read all the same.
class ProfileReader {
 public:
  ProfileReader(const Yaml& map, std::string path, const Voice& voice)
      : map_(map), path_(std::move(path)), voice_(voice) {}

  std::optional<RealtimeProfile> read() {
    const auto before = voice_.out().errors();
    check_keys(map_, keys, path_, voice_);
    profile_.mark = map_.mark;
    read_policy();
    read_priority();
    read_affinity();
    if (const auto* v = value("lock_memory"))
      profile_.lock_memory = read_boolean(*v, place("lock_memory"), voice_).value_or(false);
    if (const auto n = quantity("timer_slack", "ns", slacks))
      profile_.timer_slack_ns = static_cast<std::int64_t>(*n);
    if (const auto n = quantity("prefault", "B", prefaults))
      profile_.prefault_bytes = static_cast<std::uint64_t>(*n);
    if (map_.broken || voice_.out().errors() > before) return std::nullopt;
    return profile_;
  }

 private:
  std::string place(const std::string& key) const { return join_path(path_, key); }
  const Yaml* value(const char* key) const {
    const auto* entry = map_.find(key);
    return entry == nullptr ? nullptr : &entry->value;
  }

  std::optional<double> quantity(const char* key, const char* unit, Range range) const {
    const auto* v = value(key);
    if (v == nullptr) return std::nullopt;
    const auto n = read_quantity(*v, unit, place(key), voice_);
    if (!n || !check_range(*n, range, unit, *v, place(key), voice_)) return std::nullopt;
    return n;
  }

  void read_policy() {
    const auto* v = value("policy");
    const auto* text =
        v == nullptr ? nullptr : read_scalar(*v, place("policy"), voice_, one_of(policies));
    if (text == nullptr) return;
    const auto it = std::find(policies.begin(), policies.end(), *text);
    if (it == policies.end()) {
      policy_known_ = false;
      voice_.error(*v, place("policy"), "policy cannot be " + in_quotes(*text), one_of(policies),
                   did_you_mean(*text, policies));
      return;
    }
    profile_.policy = static_cast<SchedulingPolicy>(it - policies.begin());
  }

  void read_priority() {
    const auto* v = value("priority");
    const bool real_time = profile_.policy != SchedulingPolicy::other;
    if (v == nullptr) {
      profile_.priority = real_time ? RealtimeProfile::default_priority : 0;
      return;
    }
    const auto n = read_integer(*v, "1", place("priority"), voice_);
    if (!n || !check_range(*n, priorities, "1", *v, place("priority"), voice_)) return;
    profile_.priority = static_cast<int>(*n);
    if (!real_time && policy_known_ && !map_.broken)
      voice_.error(*v, place("priority"), "only the policies fifo and rr have a priority", {},
                   "write `policy: fifo`, or leave the priority out");
  }

  /// `affinity: 1` or `affinity: [1, 2]`.
  void read_affinity() {
    const auto* v = value("affinity");
    if (v == nullptr || v->broken) return;
    if (v->is_scalar()) return read_cpu(*v, place("affinity"));
    if (!v->is_sequence() || v->items.empty()) {
      const auto what = v->is_sequence() ? "this list is empty"
                        : v->is_null()   ? "a value is missing"
                                         : "this is " + describe(*v) + ", not a list";
      voice_.error(*v, place("affinity"), what, "numbers of CPUs, as in `affinity: [1, 2]`",
                   v->is_sequence() ? "leave it out to run on any CPU" : "");
      return;
    }
    for (const auto& item : v->items) read_cpu(item, place("affinity"));
  }

  void read_cpu(const Yaml& v, const std::string& path) {
    const auto n = read_integer(v, "1", path, voice_);
    if (!n || !check_range(*n, cpus, "1", v, path, voice_)) return;
    const int cpu = static_cast<int>(*n);
    auto& list = profile_.affinity;
    if (std::find(list.begin(), list.end(), cpu) == list.end()) return list.push_back(cpu);
    voice_.error(v, path, "CPU " + std::to_string(cpu) + " stands twice in the list");
  }

  const Yaml& map_;
  std::string path_;
  const Voice& voice_;
  RealtimeProfile profile_;
  bool policy_known_{true};
};

/// The root of a profile's file; null, and said, when there is none.
std::optional<Yaml> read_root(const fs::path& file, Diagnostics& out) {
  std::error_code ignored;
  std::ifstream stream(file, std::ios::binary);
  if (fs::is_directory(file, ignored) || !stream) {
    out.error(Mark{file.string(), 0, 0}, {},
              fs::is_directory(file, ignored) ? "this is a folder, not a real-time profile"
                                              : "this file does not exist or cannot be read");
    return std::nullopt;
  }
  constexpr std::size_t bound = std::size_t{64} << 10;  // six keys and their comments
  std::string text(bound + 1, '\0');
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(stream.gcount()));
  if (text.size() <= bound) return parse_yaml(text, file.string(), out);
  out.error(Mark{file.string(), 0, 0}, {}, "this file has more than 64 KiB: it is no profile",
            one_of(keys));
  return std::nullopt;
}

std::vector<fs::path> places_of(const std::string& name, const fs::path& folder,
                                const std::vector<fs::path>& module_dirs) {
  std::vector<fs::path> places{folder / name, folder / ".." / "configs" / name};
  for (const auto& dir : module_dirs) places.push_back(dir / ".." / "configs" / name);
  for (auto& place : places) place = place.lexically_normal();
  return places;
}

std::optional<RealtimeProfile> read_named(const Yaml& value, const fs::path& folder,
                                          const std::vector<fs::path>& module_dirs,
                                          const Voice& voice) {
  const auto name = read_text(value, "realtime", voice, "a file such as realtime.yaml");
  if (!name) return std::nullopt;
  const auto places = places_of(*name, folder, module_dirs);
  std::error_code ignored;
  for (const auto& place : places)
    if (fs::is_regular_file(place, ignored)) return read_realtime_file(place, voice.out());
  std::string looked;
  for (const auto& place : places) looked += (looked.empty() ? "" : ", ") + place.string();
  voice.error(value, "realtime", "there is no real-time profile " + in_quotes(*name),
              "a file, or the profile itself as in `{policy: fifo, priority: 20}`",
              std::find(policies.begin(), policies.end(), *name) != policies.end()
                  ? "write `realtime: {policy: " + *name + "}`"
                  : "looked for " + looked);
  return std::nullopt;
}

/// A profile belongs to the machine that runs the graph, and so to who runs it.
void refuse_in_modules(const Draft& draft, Diagnostics& out) {
  std::set<const Sheet*> seen{draft.scopes.front().sheet.get()};
  for (const auto& scope : draft.scopes) {
    if (!seen.insert(scope.sheet.get()).second) continue;
    if (const auto* entry = scope.sheet->root.find("realtime"))
      Voice(out, scope.chain)
          .error(entry->mark, "realtime", "only the graph itself has a real-time profile", {},
                 "write it in the graph that uses this module");
  }
}

}  // namespace

std::optional<RealtimeProfile> read_realtime(const Draft& draft,
                                             const std::vector<fs::path>& module_dirs,
                                             Diagnostics& out) {
  refuse_in_modules(draft, out);
  const auto& sheet = *draft.scopes.front().sheet;
  const auto* section = sheet.section("realtime");
  if (section == nullptr) return std::nullopt;
  const Voice voice(out);
  const auto value = substitute(*section, draft.parameters, "realtime", voice);
  if (value.is_mapping()) return ProfileReader(value, "realtime", voice).read();
  return read_named(value, sheet.folder, module_dirs, voice);
}

std::optional<RealtimeProfile> read_realtime_file(const fs::path& file, Diagnostics& out) {
  const auto before = out.errors();
  const auto root = read_root(file, out);
  if (!root) return std::nullopt;
  auto profile = ProfileReader(*root, "", Voice(out)).read();
  return out.errors() > before ? std::nullopt : profile;
}

}  // namespace ib
