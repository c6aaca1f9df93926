#include "files/recognise.hpp"

#include <algorithm>
#include <fstream>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "files/e4.hpp"
#include "files/edits.hpp"
#include "files/embrace_feed.hpp"
#include "files/head.hpp"
#include "files/intervals.hpp"
#include "files/line_reader.hpp"

namespace ib::files {
namespace {

namespace fs = std::filesystem;
using namespace std::string_view_literals;

constexpr std::size_t listed_max = 10'000;

Result<Kind> refused(const fs::path& path, std::string what, std::string expected,
                     std::string hint) {
  return {std::nullopt, {{path, 0, std::move(what), std::move(expected), std::move(hint)}}};
}

std::vector<std::string> names_in(const fs::path& folder) {
  std::vector<std::string> names;
  std::error_code error;
  fs::directory_iterator entry(folder.empty() ? fs::path(".") : folder, error);
  while (!error && names.size() < listed_max && entry != fs::directory_iterator{}) {
    names.push_back(entry->path().filename().string());
    entry.increment(error);
  }
  std::sort(names.begin(), names.end());
  return names;
}

Problem not_found(const fs::path& path) {
  std::error_code error;
  if (path.string().starts_with('~'))
    return {path,
            0,
            "there is no such file",
            {},
            "'~' is a shell's word for the home folder; write the whole path"};
  const auto folder = path.parent_path();
  if (!folder.empty() && !fs::is_directory(folder, error))
    return {path,
            0,
            "there is no such file; its folder is missing too",
            {},
            did_you_mean(folder.filename().string(), names_in(folder.parent_path()))};
  return {path,
          0,
          "there is no such file",
          {},
          did_you_mean(path.filename().string(), names_in(folder))};
}

Result<Kind> folder_kind(const fs::path& path) {
  if (is_embrace_folder(path)) return {Kind::embrace_folder, {}};  // E4 has a bvp.csv, too
  auto files = find_e4_files(path);
  if (!files) return {std::nullopt, std::move(files.problems)};
  if (is_e4_export(*files)) return {Kind::e4_folder, {}};
  std::string hint = "name one of its files";
  for (const auto& name : names_in(path)) {
    std::error_code error;
    if (!fs::is_directory(path / name, error)) continue;
    const bool embrace = is_embrace_folder(path / name);
    const auto inner = find_e4_files(path / name);
    if (!embrace && (!inner.value || !is_e4_export(*inner.value))) continue;
    hint = "its folder " + in_quotes(name) +
           (embrace ? " is of an EmbracePlus: name that" : " is an E4 export: name that");
    break;
  }
  return refused(
      path, "the folder is no recording",
      "an Empatica E4 export (BVP.csv or IBI.csv), a folder of an EmbracePlus or a single file",
      hint);
}

struct Magic {
  std::string_view bytes;
  std::string_view name;
  std::string_view hint;
};
// EDF (edfplus.info): version field '0' and 7 spaces; BDF: 0xFF 'BIOSEMI'. XDF: 'XDF:'.
constexpr Magic unread[] = {
    {"0       "sv, "an EDF recording", "convert it to CSV with a '# fs_hz:' line"},
    {"\xFF"
     "BIOSEMI"sv,
     "a BDF recording", "convert it to CSV with a '# fs_hz:' line"},
    {"XDF:"sv, "an XDF recording", "convert it to CSV with a '# fs_hz:' line"},
};

std::optional<Result<Kind>> unread_format(const fs::path& path, std::string_view start) {
  for (const auto& magic : unread)
    if (start.starts_with(magic.bytes))
      return refused(path,
                     "this is " + std::string(magic.name) + "; this build cannot read it here",
                     "a CSV file, an Empatica E4 folder or zip, or an EmbracePlus folder",
                     std::string(magic.hint));
  return std::nullopt;
}

std::string first_bytes(const fs::path& path) {
  std::string start(16, '\0');
  std::ifstream file(path, std::ios::binary);
  file.read(start.data(), static_cast<std::streamsize>(start.size()));
  start.resize(static_cast<std::size_t>(file.gcount()));
  return start;
}

Result<Kind> zip_kind(const fs::path& path) {
  auto files = find_e4_files(path);
  if (!files) return {std::nullopt, std::move(files.problems)};
  if (is_e4_export(*files)) return {Kind::e4_zip, {}};
  return refused(path, "the zip archive is no recording",
                 "an Empatica E4 export (BVP.csv or IBI.csv)",
                 "unpack it and name one of its files");
}

bool is_e4_stream(const Head& head) {
  if (!head.names.empty() || head.rows.size() < 2) return false;
  const auto start = number(split(head.rows[0].text, ',').front());
  const auto rate = number(split(head.rows[1].text, ',').front());
  return start && rate && *start > 1e9 && *start < 1e10 && *rate > 0 && *rate <= 1e3;
}

bool has_number(const Head& head) {
  return std::any_of(head.rows.begin(), head.rows.end(), [&](const HeadRow& row) {
    const auto cells = split(row.text, head.delimiter);
    return std::any_of(cells.begin(), cells.end(), [&](const std::string& cell) {
      return number(cell, head.decimal == 0 ? '.' : head.decimal).has_value();
    });
  });
}

Result<Kind> text_kind(const fs::path& path) {
  // Before the head is read: that one looks for numbers, and here are sentences.
  if (is_edit_file(path)) return {Kind::edits, {}};
  auto lines = LineReader::open(path);
  if (!lines) return {std::nullopt, std::move(lines.problems)};
  auto head = read_head(*lines);
  if (!head) return {std::nullopt, std::move(head.problems)};
  if (is_e4_stream(*head))
    return refused(path, "this is one file of an Empatica E4 export", "the whole export",
                   "name its folder");
  if (is_interval_list(*head)) return {Kind::intervals, {}};
  if (head->names.empty())
    return refused(path, "the header row is missing: the first row is all numbers",
                   "names of the columns, such as ppg", "add a first line with the names");
  if (interval_form(*head)) return {Kind::intervals, {}};
  if (!head->rows.empty() && !has_number(*head))
    return refused(path, "this is text, but no table of numbers",
                   "a header row and rows of numbers", {});
  return {Kind::waveform, {}};
}

// A compressed file of another format shows its mark only in its first line.
Result<Kind> file_kind(const fs::path& path) {
  const auto start = first_bytes(path);
  if (auto found = unread_format(path, start)) return std::move(*found);
  if (start.starts_with("SQLite format 3\0"sv)) return {Kind::session, {}};
  if (start.starts_with("PK\x03\x04"sv) || start.starts_with("PK\x05\x06"sv)) return zip_kind(path);
  if (start.starts_with("\x1f\x8b"sv)) {
    auto lines = LineReader::open(path);
    std::string_view line;
    if (lines && lines->next(line))
      if (auto found = unread_format(path, line)) return std::move(*found);
  }
  return text_kind(path);
}

}  // namespace

std::string_view to_text(Kind kind) {
  switch (kind) {
    case Kind::waveform: return "CSV waveform";
    case Kind::intervals: return "beat-to-beat intervals";
    case Kind::edits: return "beats corrected by hand";
    case Kind::session: return "recorded session";
    case Kind::embrace_folder: return "EmbracePlus folder";
    case Kind::e4_folder: return "Empatica E4 folder";
    case Kind::e4_zip: break;
  }
  return "Empatica E4 zip";
}

std::optional<Problem> missing(const fs::path& path) {
  std::error_code error;
  const auto type = fs::status(path, error).type();
  if (type == fs::file_type::not_found) return not_found(path);
  if (type == fs::file_type::directory || type == fs::file_type::regular) return std::nullopt;
  return Problem{path,
                 0,
                 error ? "cannot be reached: " + error.message() : "is not a regular file",
                 "a CSV file, an Empatica E4 folder or zip, or an EmbracePlus folder",
                 {}};
}

Result<Kind> recognise(const fs::path& path) {
  if (auto why = missing(path)) return {std::nullopt, {std::move(*why)}};
  std::error_code error;
  return fs::is_directory(path, error) ? folder_kind(path) : file_kind(path);
}

}  // namespace ib::files
