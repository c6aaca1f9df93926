// FileRecording: rows out of a stranger's database. The tables are read side by side in the order of their
// numbers; the checksum is compared, then what the columns hold, then whether it can be (RecordCheck).
#include <interbeat/recording_file.hpp>

#include "crc32.hpp"
#include "record_check.hpp"
#include "recording_head.hpp"
#include "recording_tables.hpp"
#include "sqlite.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <fstream>
#include <limits>

namespace ib {
namespace {

namespace fs = std::filesystem;

/// Reads a row's columns one after the other; a column of another type, or a number that doesn't fit, makes
/// the whole row unsound.
class RowReader {
 public:
  explicit RowReader(const sqlite::Statement& s) : s_(s) {}

  template <class T>
  T number() {
    const auto value = s_.integer(at_++);
    if (!value) return unsound<T>("a column that should be a number isn't one");
    crc_.add(*value);
    if constexpr (sizeof(T) < 8)
      if (*value < 0 || static_cast<std::uint64_t>(*value) > std::numeric_limits<T>::max())
        return unsound<T>("a number in it is out of range");
    return static_cast<T>(*value);
  }
  /// NULL: there is none.
  std::int64_t maybe_time() {
    if (const auto nothing = s_.blob(at_); !nothing || !nothing->empty())
      return number<std::int64_t>();
    ++at_;
    crc_.add(std::span<const std::byte>());
    return IB_NEVER;
  }
  std::string text() {
    const auto value = s_.text(at_++);
    if (!value) return unsound<std::string>("a column that should be a text isn't one");
    crc_.add(*value);
    return std::string(*value);
  }
  /// Into memory that is aligned for what it holds.
  template <class T>
  std::span<const T> blob(std::vector<T>& into) {
    const auto value = s_.blob(at_++);
    if (!value) return unsound<std::span<const T>>("a column that should be a blob isn't one");
    crc_.add(*value);
    if (value->size() % sizeof(T) != 0)
      return unsound<std::span<const T>>("a blob in it ends within a value");
    into.resize(value->size() / sizeof(T));
    if (!value->empty()) std::memcpy(into.data(), value->data(), value->size());
    return into;
  }
  /// Behind the last column. The checksum first: where it is wrong, everything else may be.
  std::string problem() const {
    if (s_.integer(at_) != std::int64_t{crc_.value()}) return "its checksum is wrong";
    return problem_;
  }

 private:
  template <class T>
  T unsound(const char* why) {
    if (problem_.empty()) problem_ = why;
    return T{};
  }
  const sqlite::Statement& s_;
  Crc32 crc_;
  std::string problem_;
  int at_{0};
};

enum ReadTable {
  block_rows,
  entry_rows,
  checkpoint_rows,
  note_rows,
  end_rows,
  continued_rows,
  packet_rows
};

struct TableQuery {
  const char* name;
  const char* sql;
};
constexpr std::array<TableQuery, 7> queries{{
    {"block",
     "SELECT seq, source, port, first_index, anchor_index, anchor_t_ns, anchor_dt_q32, arrival_ns, "
     "settled_ns, uncertainty_ns, lost, flags, n, items, times, sample_flags, gaps, crc "
     "FROM block ORDER BY seq"},
    {"entry",
     "SELECT seq, kind, source, time_ns, param, number_bits, lost_until_ns, crc "
     "FROM entry ORDER BY seq"},
    {"checkpoint", "SELECT seq, outlet, settled_ns, items, hash, crc FROM checkpoint ORDER BY seq"},
    {"note", "SELECT seq, session_ns, kind, json, crc FROM note ORDER BY seq"},
    {"ending", "SELECT seq, settled_ns, lost_records, crc FROM ending ORDER BY seq"},
    {"continued", "SELECT seq, crc FROM continued ORDER BY seq"},
    {"packet",
     "SELECT seq, source, channel, flags, arrival_ns, device_ns, port, first_index, n, lost, bytes, "
     "crc FROM packet ORDER BY seq"},
}};

/// One table, at its next row.
struct Cursor {
  enum class State { fresh, row, done, failed } state{State::fresh};
  sqlite::Statement rows;
  std::int64_t seq{};
  std::string why;
};

/// What the row of the table `recording` says.
struct Part {
  sqlite::Database db;
  std::int64_t version{};
  std::string session;
  unsigned number{};
  std::int64_t first_seq{};
  RecordingHead head;
};

/// Empty, or what is in the way of reading it at all.
std::string tables_problem(sqlite::Database& db) {
  auto rows = db.prepare("SELECT sql FROM sqlite_schema ORDER BY rowid LIMIT 20");
  std::size_t n{};
  auto step = rows ? rows.step() : sqlite::Step::failed;
  for (; step == sqlite::Step::row; step = rows.step(), ++n)
    if (n >= recording_tables.size() || rows.text(0) != recording_tables[n])
      return "it has other tables than a recording";
  if (step == sqlite::Step::failed) {
    db.note_problem();
    return db.problem();
  }
  return n == recording_tables.size() ? "" : "it has fewer tables than a recording";
}

/// Empty, or the first thing that SQLite finds wrong with the pages of the file, on one line.
std::string pages_problem(sqlite::Database& db) {
  const auto found = db.text("PRAGMA quick_check(1)");
  if (!found) return db.problem();
  if (*found == "ok") return {};
  constexpr std::string_view place = "*** in database main ***\n";
  auto why = found->starts_with(place) ? found->substr(place.size()) : *found;
  std::replace(why.begin(), why.end(), '\n', ' ');
  return why;
}

/// A database whose newest rows may lie in a log beside it: SQLite's write and read version, in bytes 18 and 19
/// of its header, are 2 (https://sqlite.org/fileformat.html, 1.3).
bool keeps_a_log(const fs::path& file) {
  std::array<char, 20> header{};
  std::ifstream in(file, std::ios::binary);
  return in.read(header.data(), header.size()) && header[18] == 2 && header[19] == 2;
}

std::string nothing_in(const fs::path& file) {
  std::string why = "it holds nothing: its recorder was stopped before it had begun";
  std::error_code error;
  const auto log = fs::path(file.string() + "-wal");
  if (keeps_a_log(file) && !fs::exists(log, error))
    why += fmt::format(", or what it wrote was left behind in {}: move both together",
                       log.filename().string());
  return why;
}

std::string open_part(const fs::path& file, Part& part) {
  part.db = sqlite::Database::to_read(file);
  if (!part.db) return part.db.problem();
  const auto id = part.db.integer("PRAGMA application_id");
  const auto version = part.db.integer("PRAGMA user_version");
  if (!id || !version) return part.db.problem();
  if (*id == 0 && *version == 0 && part.db.integer("SELECT count(*) FROM sqlite_schema") == 0)
    return nothing_in(file);
  if (*id != recording_application_id) return "it is an SQLite database, and no recording";
  part.version = *version;
  if (*version > recording_version)
    return fmt::format("it has version {} of the format, and this program reads up to {}", *version,
                       recording_version);
  if (*version < recording_version) {
    auto copy = sqlite::Database::temporary();
    if (!copy || !copy.copy_from(part.db)) return copy.problem();
    if (auto why = migrate_recording(copy, *version, recording_version, recording_migrations);
        !why.empty())
      return why;
    copy.distrust();
    part.db = std::move(copy);
  }
  // All tables as they are at one moment, also while somebody writes.
  if (!part.db.run("BEGIN")) return part.db.problem();
  if (auto why = tables_problem(part.db); !why.empty()) return why;
  auto row = part.db.prepare(
      "SELECT id, session, part, first_seq, head, crc FROM recording ORDER BY id LIMIT 1");
  if (!row || row.step() != sqlite::Step::row) {
    part.db.note_problem();
    return "its head is missing";
  }
  RowReader columns(row);
  columns.number<std::int64_t>();
  part.session = columns.text();
  part.number = columns.number<std::uint32_t>();
  part.first_seq = columns.number<std::int64_t>();
  const auto json = columns.text();
  if (auto why = columns.problem(); !why.empty()) return "its head is damaged: " + why;
  if (part.number == 0 || part.number > most_recording_parts || part.first_seq < 0 ||
      part.session.size() != 32)
    return "its head is not one of a recording";
  std::string why;
  auto head = recording_head_of(json, why);
  if (!head) return why;
  part.head = std::move(*head);
  return {};
}

}  // namespace

struct FileRecording::Impl {
  fs::path opened_as;
  fs::path first;
  Part part;               // the one that was opened: it stays
  sqlite::Database later;  // of those behind it the one that is read
  unsigned number{};
  std::array<Cursor, queries.size()> cursors;
  Cursor* given{};
  std::int64_t expected{};
  std::uint64_t count{};
  bool ended{};
  std::string problem;
  std::unique_ptr<RecordCheck> check;
  Record record;
  std::vector<std::byte> items;
  std::vector<std::int64_t> times;
  std::vector<std::uint8_t> sample_flags;
  std::vector<ib_gap> gaps;

  sqlite::Database& db() { return later ? later : part.db; }
  std::string name() const { return recording_part(first, number).filename().string(); }
  void open(const fs::path& file);
  void start();
  void step(Cursor& c);
  const Record* end(const std::string& why);
  const Record* damaged(const Cursor& c, const std::string& why);
  const Record* go_on();
  std::string read(std::size_t table, const sqlite::Statement& row);
};

/// Behind open_part().
void FileRecording::Impl::open(const fs::path& file) {
  opened_as = file;
  first = first_recording_part(file, part.number);
  check = std::make_unique<RecordCheck>(part.head);
}

void FileRecording::Impl::start() {
  given = nullptr;
  for (std::size_t t = 0; t < queries.size(); ++t) {
    cursors[t] = {};
    cursors[t].rows = db().prepare(queries[t].sql);
    step(cursors[t]);
  }
}

void FileRecording::Impl::step(Cursor& c) {
  const auto step = c.rows ? c.rows.step() : sqlite::Step::failed;
  if (step == sqlite::Step::row) {
    c.state = Cursor::State::row;
    c.seq = c.rows.integer(0).value_or(-1);
  } else if (step == sqlite::Step::done) {
    c.state = Cursor::State::done;
  } else {
    c.state = Cursor::State::failed;
    db().note_problem();
    c.why = db().problem();
  }
}

const Record* FileRecording::Impl::end(const std::string& why) {
  ended = true;
  if (!why.empty())
    problem = fmt::format("{}: {}; the {} before it were given", name(), why, count);
  return nullptr;
}

const Record* FileRecording::Impl::damaged(const Cursor& c, const std::string& why) {
  const auto table = static_cast<std::size_t>(&c - cursors.data());
  return end(fmt::format("record {} ({}) is damaged: {}", c.seq, queries[table].name, why));
}

/// The next part, if it is one of this session.
const Record* FileRecording::Impl::go_on() {
  const auto file = recording_part(first, number + 1);
  Part next;
  auto why = open_part(file, next);
  if (why.empty() &&
      (next.session != part.session || next.number != number + 1 || next.first_seq < expected))
    why = "it belongs to another session";
  if (!why.empty())
    return end(
        fmt::format("it goes on in {}, which can't be read: {}", file.filename().string(), why));
  for (auto& c : cursors) c = {};
  later = std::move(next.db);
  ++number;
  start();
  return &record;
}

std::string FileRecording::Impl::read(std::size_t table, const sqlite::Statement& row) {
  RowReader columns(row);
  columns.number<std::int64_t>();
  switch (table) {
    case block_rows: {
      RecordedBlock b;
      b.source = columns.number<std::uint32_t>();
      b.port = columns.number<std::uint32_t>();
      b.first_index = columns.number<std::uint64_t>();
      b.anchor.index = columns.number<std::uint64_t>();
      b.anchor.t_ns = columns.number<std::int64_t>();
      b.anchor.dt_q32 = columns.number<std::int64_t>();
      b.arrival_ns = columns.number<std::int64_t>();
      b.settled_ns = columns.number<std::int64_t>();
      b.uncertainty_ns = columns.number<std::int64_t>();
      b.lost = columns.number<std::uint64_t>();
      b.flags = columns.number<std::uint32_t>();
      b.n = columns.number<std::uint32_t>();
      b.items = columns.blob(items);
      b.times = columns.blob(times);
      b.sample_flags = columns.blob(sample_flags);
      b.gaps = columns.blob(gaps);
      record = b;
      break;
    }
    case entry_rows: {
      LogEntry e;
      const auto kind = columns.number<std::uint8_t>();
      e.kind = static_cast<LogEntry::Kind>(kind);
      e.source = columns.number<std::uint32_t>();
      e.time.ns = columns.number<std::int64_t>();
      e.param = columns.number<std::uint32_t>();
      e.number = std::bit_cast<double>(columns.number<std::int64_t>());
      e.lost_until.ns = columns.number<std::int64_t>();
      if (auto why = columns.problem(); !why.empty()) return why;
      if (kind > static_cast<std::uint8_t>(LogEntry::Kind::outage)) return "its kind is unknown";
      record = e;
      break;
    }
    case checkpoint_rows: {
      Checkpoint c;
      c.outlet = columns.number<std::uint32_t>();
      c.settled.ns = columns.number<std::int64_t>();
      c.items = columns.number<std::uint64_t>();
      c.hash = columns.number<std::uint64_t>();
      record = c;
      break;
    }
    case note_rows: {
      RecordedNote n;
      n.session.ns = columns.number<std::int64_t>();
      n.kind = columns.text();
      n.json = columns.text();
      record = std::move(n);
      break;
    }
    case packet_rows: {
      RecordedPacket p;
      p.source = columns.number<std::uint32_t>();
      p.channel = columns.number<std::uint32_t>();
      p.flags = columns.number<std::uint32_t>();
      p.arrival_ns = columns.number<std::int64_t>();
      p.device_ns = columns.maybe_time();
      p.port = columns.number<std::uint32_t>();
      p.first_index = columns.number<std::uint64_t>();
      p.n = columns.number<std::uint32_t>();
      p.lost = columns.number<std::uint64_t>();
      p.bytes = columns.blob(items);
      record = p;
      break;
    }
    case end_rows: {
      RecordingEnd e;
      e.settled.ns = columns.number<std::int64_t>();
      e.lost_records = columns.number<std::uint64_t>();
      record = e;
      break;
    }
    default: return columns.problem();
  }
  if (auto why = columns.problem(); !why.empty()) return why;
  return check->problem_of(record);
}

FileRecording::FileRecording(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
FileRecording::~FileRecording() = default;

const RecordingHead& FileRecording::head() const { return impl_->part.head; }
const std::string& FileRecording::session() const { return impl_->part.session; }
unsigned FileRecording::part() const { return impl_->part.number; }
int FileRecording::version() const { return static_cast<int>(impl_->part.version); }
std::string FileRecording::problem() const { return impl_->ended ? impl_->problem : ""; }

const Record* FileRecording::next() {
  auto& r = *impl_;
  while (!r.ended) {
    if (r.given != nullptr) r.step(*std::exchange(r.given, nullptr));
    Cursor *next{}, *failed{};
    for (auto& c : r.cursors) {
      if (c.state == Cursor::State::failed) failed = &c;
      if (c.state == Cursor::State::row && (next == nullptr || c.seq < next->seq)) next = &c;
    }
    // A table that can't be read further may have had any of the numbers that are missing.
    if (failed != nullptr && (next == nullptr || next->seq != r.expected)) {
      const auto table = static_cast<std::size_t>(failed - r.cursors.data());
      return r.end(fmt::format("from record {} on ({}) it can't be read: {}", r.expected,
                               queries[table].name, failed->why));
    }
    if (next == nullptr) return r.end({});
    if (next->seq < r.expected) return r.damaged(*next, "another has its number");
    if (next->seq > r.expected) {
      r.record = RecordsLost{static_cast<std::uint64_t>(next->seq - r.expected)};
      r.expected = next->seq;
      return &r.record;
    }
    const auto table = static_cast<std::size_t>(next - r.cursors.data());
    if (const auto why = r.read(table, next->rows); !why.empty()) return r.damaged(*next, why);
    if (table == continued_rows) {
      if (r.go_on() == nullptr) return nullptr;
      continue;
    }
    r.given = next;
    ++r.expected;
    ++r.count;
    if (table == end_rows) r.ended = true;
    return &r.record;
  }
  return nullptr;
}

void FileRecording::rewind() {
  auto& r = *impl_;
  for (auto& c : r.cursors) c = {};
  r.later = {};
  r.number = r.part.number;
  // What the first part begins after is lost; what a later one begins after lies in those before it.
  r.expected = r.number == 1 ? 0 : r.part.first_seq;
  r.count = 0;
  r.ended = false;
  r.problem.clear();
  r.check->rewind();
  r.start();
}

std::unique_ptr<FileRecording> FileRecording::again(std::string& problem) const {
  auto impl = std::make_unique<Impl>();
  problem = open_part(impl_->opened_as, impl->part);
  if (problem.empty() &&
      (impl->part.session != session() || impl->part.number != part() || impl->part.head != head()))
    problem = "it is another recording than it was";
  if (!problem.empty()) return nullptr;
  impl->open(impl_->opened_as);
  std::unique_ptr<FileRecording> recording(new FileRecording(std::move(impl)));
  recording->rewind();
  return recording;
}

std::unique_ptr<FileRecording> open_recording(const fs::path& file, Diagnostics& out) {
  auto impl = std::make_unique<FileRecording::Impl>();
  const Mark mark{SharedText(file.string()), 0, 0};
  if (const auto why = open_part(file, impl->part); !why.empty()) {
    out.error(mark, {}, "this recording can't be read: " + why, {},
              impl->part.version > recording_version ? "read it with a newer interbeat" : "");
    return nullptr;
  }
  if (const auto why = pages_problem(impl->part.db); !why.empty())
    out.warning(mark, {}, "this recording is damaged: " + why,
                "what lies before the damage can be read");
  impl->open(file);
  std::unique_ptr<FileRecording> recording(new FileRecording(std::move(impl)));
  recording->rewind();
  return recording;
}

}  // namespace ib
