#include "plugin_cache.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#include <nlohmann/json.hpp>

#include <fstream>
#include <string>
#include <system_error>

#include "version.hpp"

namespace ib {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr int format = 1;
constexpr std::uintmax_t largest = 32 << 20;

std::uint64_t hash_of(std::string_view text) {
  std::uint64_t h = 14695981039346656037U;
  for (const char c : text) h = (h ^ static_cast<unsigned char>(c)) * 1099511628211U;
  return h;
}

std::string program() { return fmt::format("{} {}", version, commit); }

std::optional<PluginCache::Entry> entry_of(const json& j, const fs::path& file) {
  try {
    if (j.at("format") != format || j.at("program") != program() || j.at("file") != file.string())
      return std::nullopt;
    PluginCache::Entry e;
    e.stamp = {j.at("size"), j.at("mtime_ns"), j.at("hash")};
    e.scan = {j.at("manifest"), j.at("problem"), j.at("quarantined"), j.at("took_ms")};
    return e;
  } catch (const json::exception&) {
    return std::nullopt;
  }
}

}  // namespace

fs::path PluginCache::place_of(const fs::path& file) const {
  return folder_ /
         fmt::format("{}-{:016x}.json", file.stem().string().substr(0, 40), hash_of(file.string()));
}

std::optional<PluginCache::Entry> PluginCache::find(const fs::path& file) const {
  if (folder_.empty()) return std::nullopt;
  const auto place = place_of(file);
  std::error_code error;
  if (fs::file_size(place, error) > largest || error) return std::nullopt;
  std::ifstream in(place);
  auto entry = entry_of(json::parse(in, nullptr, false), file);
  const auto now = look_at(file);
  if (!entry || !now) return std::nullopt;
  if (now->same_look(entry->stamp)) return entry;
  const auto stamp = stamp_of(file);
  if (!stamp || !stamp->same_bytes(entry->stamp)) return std::nullopt;
  entry->stamp = *stamp;
  keep(file, *entry);
  return entry;
}

void PluginCache::keep(const fs::path& file, const Entry& e) const {
  if (folder_.empty()) return;
  std::error_code error;
  fs::create_directories(folder_, error);
  const auto place = place_of(file);
  const auto draft = fs::path(fmt::format("{}.{}", place.string(), getpid()));
  {
    std::ofstream out(draft);
    out << json{{"format", format},
                {"program", program()},
                {"file", file.string()},
                {"size", e.stamp.size},
                {"mtime_ns", e.stamp.mtime_ns},
                {"hash", e.stamp.hash},
                {"manifest", e.scan.manifest},
                {"problem", e.scan.problem},
                {"quarantined", e.scan.quarantined},
                {"took_ms", e.scan.took_ms}}
               .dump(1, ' ', false, json::error_handler_t::replace);
    if (!out.flush()) {
      out.close();
      fs::remove(draft, error);
      return;
    }
  }
  fs::rename(draft, place, error);
  if (error) fs::remove(draft, error);
}

}  // namespace ib
