#include "files/e4.hpp"

#include <zip.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <memory>
#include <system_error>
#include <utility>

#include "files/head.hpp"
#include "files/time_column.hpp"

namespace ib::files {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view known_files[] = {"bvp.csv", "ibi.csv", "acc.csv", "temp.csv",
                                            "eda.csv", "hr.csv",  "tags.csv"};
constexpr std::size_t entries_max = 10'000;  // of a folder or an archive
constexpr std::size_t tags_max = 10'000;
constexpr double rate_min_hz = 0.01, rate_max_hz = 2000;
constexpr float g_per_count = 1.0F / 64;

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return text;
}

bool is_known(std::string_view name) {
  return std::find(std::begin(known_files), std::end(known_files), name) != std::end(known_files);
}

Result<E4Files> in_folder(const fs::path& path) {
  std::error_code error;
  fs::directory_iterator entry(path, fs::directory_options::skip_permission_denied, error);
  if (error)
    return {std::nullopt, {{path, 0, "the folder cannot be listed: " + error.message(), {}, {}}}};
  E4Files files;
  for (std::size_t n = 0; n < entries_max && entry != fs::directory_iterator{}; ++n) {
    const auto name = entry->path().filename().string();
    if (is_known(lower(name))) files.try_emplace(lower(name), name);
    if (entry.increment(error); error) break;
  }
  return {std::move(files), {}};
}

bool is_zip(const fs::path& path) {
  char mark[2]{};
  std::ifstream(path, std::ios::binary).read(mark, sizeof mark);
  return mark[0] == 'P' && mark[1] == 'K';
}

Result<E4Files> in_zip(const fs::path& path) {
  int error{};
  const std::unique_ptr<zip_t, void (*)(zip_t*)> archive(zip_open(path.c_str(), ZIP_RDONLY, &error),
                                                         [](zip_t* zip) {
                                                           if (zip) zip_discard(zip);
                                                         });
  if (!archive && !is_zip(path))
    return {std::nullopt,
            {{path, 0, "is neither a folder nor a zip archive", "an Empatica E4 export", {}}}};
  if (!archive)
    return {std::nullopt,
            {{path, 0, "cannot be opened as a zip archive", {}, "download it again"}}};
  std::map<std::string, E4Files> by_folder;
  const auto count = zip_get_num_entries(archive.get(), 0);
  for (zip_int64_t i = 0; i < std::min<zip_int64_t>(count, entries_max); ++i) {
    const char* name = zip_get_name(archive.get(), static_cast<zip_uint64_t>(i), 0);
    if (name == nullptr) continue;
    const fs::path entry(name);
    const auto file = lower(entry.filename().string());
    if (is_known(file)) by_folder[entry.parent_path().string()].try_emplace(file, name);
  }
  std::erase_if(by_folder, [](const auto& folder) { return !is_e4_export(folder.second); });
  if (by_folder.empty()) return {E4Files{}, {}};
  if (by_folder.size() == 1) return {std::move(by_folder.begin()->second), {}};
  return {std::nullopt,
          {{path, 0, "the archive holds " + std::to_string(by_folder.size()) + " E4 exports",
            "one export", "unpack it and name one of its folders"}}};
}

// Both head lines carry one value, repeated per column.
std::optional<double> head_value(LineReader& lines, std::size_t columns, std::string_view meaning,
                                 double least, double most, std::vector<Problem>& problems) {
  std::string_view line;
  const bool any = lines.next(line);
  const auto cells = split(any ? line : std::string_view{}, ',');
  const auto value = number(cells.front());
  const bool same = std::all_of(cells.begin(), cells.end(),
                                [&](const auto& cell) { return number(cell) == value; });
  if (value && same && cells.size() == columns && *value >= least && *value <= most) return value;
  if (!any && lines.problem()) problems.push_back(*lines.problem());
  problems.push_back({lines.path(), any ? lines.line_number() : 0,
                      any ? "the line is " + in_quotes(line) : "the file ends before its head",
                      std::string(meaning) + (columns > 1 ? ", once for each of 3 columns" : ""),
                      "the stream is left out"});
  return std::nullopt;
}

// Collects the parts of an export; every part that fails leaves its problem and the others go on.
struct Opening {
  const fs::path& path;
  const E4Files& files;
  bool zipped;
  std::vector<Problem> problems{};

  template <class T>
  std::optional<T> kept(Result<T> part) {
    problems.insert(problems.end(), part.problems.begin(), part.problems.end());
    return std::move(part.value);
  }

  std::optional<LineReader> lines(std::string_view name) {
    const auto file = files.find(name);
    if (file == files.end()) return std::nullopt;
    return kept(zipped ? LineReader::open_entry(path, file->second)
                       : LineReader::open(path / file->second));
  }

  std::optional<E4Stream> stream(std::string_view name, E4Signal signal) {
    auto reader = lines(name);
    if (!reader) return std::nullopt;
    return kept(E4Stream::open(std::move(*reader), signal));
  }

  std::optional<IntervalFile> ibi() {
    auto reader = lines("ibi.csv");
    if (!reader) return std::nullopt;
    return kept(IntervalFile::open_e4(std::move(*reader)));
  }

  std::vector<double> tags() {
    std::vector<double> found;
    auto reader = lines("tags.csv");
    std::string_view line;
    ProblemList wrong;
    while (reader && found.size() < tags_max && reader->next(line)) {
      if (trimmed(line).empty()) continue;
      const auto tag = number(line);
      if (tag && *tag > 0 && *tag <= unix_max_s) found.push_back(*tag);
      else
        wrong.add({reader->path(), reader->line_number(), "the tag is " + in_quotes(line),
                   "the time of a button press in unix seconds", "the tag is left out"});
    }
    problems.insert(problems.end(), wrong.list().begin(), wrong.list().end());
    return found;
  }
};

// A stream of another week was copied in by mistake: the E4's battery lasts two days.
template <class T, class Start>
void drop_if_far(std::optional<T>& part, Start start, double of, const fs::path& path,
                 std::string_view name, std::vector<Problem>& problems) {
  if (!part || std::abs(start(*part) - of) <= recording_max_s) return;
  problems.push_back({path / name, 1, "the start is more than 7 days from that of the main stream",
                      "files of one session", "the stream is left out"});
  part.reset();
}

}  // namespace

bool is_e4_export(const E4Files& files) {
  return files.contains("bvp.csv") || files.contains("ibi.csv");
}

Result<E4Files> find_e4_files(const fs::path& path) {
  std::error_code error;
  return fs::is_directory(path, error) ? in_folder(path) : in_zip(path);
}

E4Stream::E4Stream(RowReader rows, E4Signal signal, double start_unix, double rate_hz)
    : rows_(std::move(rows)), signal_(signal), start_unix_(start_unix), rate_hz_(rate_hz) {}

Result<E4Stream> E4Stream::open(LineReader lines, E4Signal signal) {
  const std::size_t columns = signal == E4Signal::acc ? 3 : 1;
  std::vector<Problem> problems;
  const auto start =
      head_value(lines, columns, "the start in unix seconds", 0, unix_max_s, problems);
  if (!start) return {std::nullopt, std::move(problems)};
  const auto rate = head_value(lines, columns, "the rate in Hz, from 0.01 to 2000", rate_min_hz,
                               rate_max_hz, problems);
  if (!rate) return {std::nullopt, std::move(problems)};
  RowLayout layout;
  layout.columns = columns;
  if (columns == 3) layout.names = {"x", "y", "z"}, layout.slots = {0, 1, 2};
  else layout.names = {"value"}, layout.slots = {0};
  return {E4Stream(RowReader(std::move(lines), std::move(layout)), signal, *start, *rate), {}};
}

std::string_view E4Stream::unit() const {
  switch (signal_) {
    case E4Signal::acc: return "g";
    case E4Signal::temp: return "degC";
    case E4Signal::eda: return "uS";
    case E4Signal::hr: return "bpm";
    case E4Signal::bvp: break;
  }
  return "1";
}

std::size_t E4Stream::read(std::span<float> values) {
  const auto n = rows_.read(std::span<double>{}, values);
  if (signal_ == E4Signal::acc)
    for (auto& value : values.first(n * columns())) value *= g_per_count;
  return n;
}

Result<E4Export> E4Export::open(const fs::path& path) {
  auto files = find_e4_files(path);
  if (!files) return {std::nullopt, std::move(files.problems)};
  if (!is_e4_export(*files))
    return {std::nullopt,
            {{path, 0, "there is neither BVP.csv nor IBI.csv", "an Empatica E4 export", {}}}};

  std::error_code error;
  Opening opening{path, *files, !fs::is_directory(path, error)};
  E4Export found;
  found.bvp = opening.stream("bvp.csv", E4Signal::bvp);
  found.acc = opening.stream("acc.csv", E4Signal::acc);
  found.temp = opening.stream("temp.csv", E4Signal::temp);
  found.eda = opening.stream("eda.csv", E4Signal::eda);
  found.hr = opening.stream("hr.csv", E4Signal::hr);
  found.ibi = opening.ibi();
  found.tags_unix = opening.tags();
  auto& problems = opening.problems;
  if (!found.bvp && !found.ibi) return {std::nullopt, std::move(problems)};

  const auto of_stream = [](const E4Stream& stream) { return stream.start_unix(); };
  const auto of_ibi = [](const IntervalFile& file) { return *file.t0_unix(); };
  const double main_start = found.bvp ? of_stream(*found.bvp) : of_ibi(*found.ibi);
  found.start_unix = main_start;
  const auto join = [&](auto& part, auto start, std::string_view name) {
    drop_if_far(part, start, main_start, path, name, problems);
    if (part) found.start_unix = std::min(found.start_unix, start(*part));
  };
  join(found.acc, of_stream, "ACC.csv");
  join(found.temp, of_stream, "TEMP.csv");
  join(found.eda, of_stream, "EDA.csv");
  join(found.hr, of_stream, "HR.csv");
  join(found.ibi, of_ibi, "IBI.csv");
  std::erase_if(found.tags_unix,
                [&](double tag) { return std::abs(tag - main_start) > recording_max_s; });
  return {std::move(found), std::move(problems)};
}

}  // namespace ib::files
