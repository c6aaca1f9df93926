// FileRecorder: rows into SQLite's write-ahead log. Every record has its number; those that were lost had
// theirs too, so a hole in the numbers is the hole in the recording, and nothing has to be written for it.
#include <interbeat/recording_file.hpp>

#include "crc32.hpp"
#include "recording_head.hpp"
#include "recording_tables.hpp"
#include "sqlite.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <charconv>
#include <system_error>

namespace ib {
namespace {

namespace fs = std::filesystem;

/// A time that may be absent: NULL then, because a packet's mostly is, and −2⁶¹ takes eight bytes.
struct MaybeTime {
  std::int64_t ns;
};

/// Binds a row's columns one after the other, its checksum last.
class RowWriter {
 public:
  explicit RowWriter(sqlite::Statement& s) : s_(s) {}
  template <class... Columns>
  bool write(const Columns&... columns) {
    (add(columns), ...);
    s_.bind(at_, static_cast<std::int64_t>(crc_.value()));
    const bool written = s_.step() == sqlite::Step::done;
    if (written) s_.reset();
    return written;
  }

 private:
  template <class T>
  void add(const T& column) {
    if constexpr (std::is_integral_v<T>) put(static_cast<std::int64_t>(column));
    else if constexpr (std::is_same_v<T, std::string>) put(std::string_view(column));
    else put(std::as_bytes(std::span(column)));
  }
  void add(const MaybeTime& time) {
    if (time.ns == IB_NEVER) put(std::span<const std::byte>());
    else put(time.ns);
  }
  template <class T>
  void put(const T& value) {
    crc_.add(value);
    s_.bind(at_++, value);
  }

  sqlite::Statement& s_;
  Crc32 crc_;
  int at_{1};
};

enum Table { blocks, entries, checkpoints, notes, endings, continuations, packets, table_count };

constexpr std::array<const char*, table_count> insertions{
    "INSERT INTO block VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
    "INSERT INTO entry VALUES(?,?,?,?,?,?,?,?)",
    "INSERT INTO checkpoint VALUES(?,?,?,?,?,?)",
    "INSERT INTO note VALUES(?,?,?,?,?)",
    "INSERT INTO ending VALUES(?,?,?,?)",
    "INSERT INTO continued VALUES(?,?)",
    "INSERT INTO packet VALUES(?,?,?,?,?,?,?,?,?,?,?,?)",
};

/// Makes a file that was not there; 0, or errno. Mode 0600: it tells of somebody's heart.
int make_new_file(const fs::path& file) {
  const int fd = ::open(file.c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
  if (fd < 0) return errno;
  ::close(fd);
  return 0;
}

std::string made_problem(int error) {
  return error == EEXIST ? "it exists already, and a recording is never written over"
                         : "it can't be made: " + std::generic_category().message(error);
}

}  // namespace

struct FileRecorder::Impl {
  Impl(fs::path file, const FileRecorderOptions& o) : first(std::move(file)), options(o) {
    options.retry_commits = std::max(1U, options.retry_commits);
  }

  using Inserts = std::array<sqlite::Statement, table_count>;

  std::string open();
  std::string write_head(sqlite::Database& into, unsigned number);
  bool start_part();
  bool insert(const Record& record);
  void fail(const std::string& why);
  void try_again();
  void split();
  std::string begin_next(sqlite::Database& next, Inserts& into);
  void close();
  std::int64_t part_bytes();
  std::string name_of(unsigned number) const {
    return recording_part(first, number).filename().string();
  }
  std::string name() const { return name_of(part); }

  fs::path first;
  FileRecorderOptions options;
  std::string session{sqlite::random_hex(16)}, head;
  sqlite::Database db;
  Inserts inserts;
  unsigned part{1};
  bool made{};        // the first part's file
  bool started{};     // ... holds its head
  bool stalled{};     // nothing is written until the next try
  unsigned waited{};  // commits since
  std::int64_t seq{};
  std::uint64_t uncommitted{}, lost{}, closed_bytes{};
  std::string problem, remark;
};

namespace {

/// Empty, or why nothing can be written there.
std::string open_to_write(const fs::path& file, sqlite::Database& db) {
  db = sqlite::Database::to_write(file);
  // NORMAL: a commit is handed to the system, not to the disk. It survives the end of this program,
  // however sudden; a power cut may take the last ones, and never what was before.
  if (db && db.text("PRAGMA journal_mode = WAL") == "wal" && db.run("PRAGMA synchronous = NORMAL"))
    return {};
  auto why = db.problem();
  db.close();
  return why.empty() ? "no write-ahead log can be kept there" : why;
}

bool prepare(sqlite::Database& db, std::array<sqlite::Statement, table_count>& inserts) {
  for (std::size_t t = 0; t < table_count; ++t) {
    inserts[t] = db.prepare(insertions[t]);
    if (!inserts[t]) return false;
  }
  return true;
}

/// The file, and what SQLite keeps beside it.
void remove_part(const fs::path& file) {
  std::error_code gone;
  for (const char* beside : {"", "-wal", "-shm"}) fs::remove(file.string() + beside, gone);
}

/// The number N of FILE.N.ibr among the later parts of FILE.ibr, as recording_part() writes it; 0: it is none.
unsigned later_part(const fs::path& first, const fs::path& file) {
  const auto name = file.filename().string(), stem = first.stem().string() + ".",
             extension = first.extension().string();
  if (name.size() <= stem.size() + extension.size() || !name.starts_with(stem)) return 0;
  unsigned number{};
  const auto [end, error] = std::from_chars(name.data() + stem.size(),
                                            name.data() + name.size() - extension.size(), number);
  const bool good = error == std::errc() && number >= 2 && number <= most_recording_parts;
  return good && recording_part(first, number).filename() == name ? number : 0;
}

/// The least of the later parts that exist already; 0: there is none.
unsigned part_in_the_way(const fs::path& first) {
  std::error_code error;
  const auto folder = first.parent_path();
  unsigned least{};
  fs::directory_iterator entries(folder.empty() ? fs::path(".") : folder, error);
  for (const fs::directory_iterator end; !error && entries != end; entries.increment(error)) {
    const auto number = later_part(first, entries->path());
    if (number > 0 && (least == 0 || number < least)) least = number;
  }
  return least;
}

std::string in_the_way(const std::string& name) {
  return name + ", in which it would go on, exists already";
}

}  // namespace

/// Empty, or why not.
std::string FileRecorder::Impl::open() {
  if (!made) {
    if (const int error = make_new_file(first); error != 0) return made_problem(error);
    made = true;
  }
  return open_to_write(first, db);
}

/// Tables and head in one transaction: a file that has a head has it whole. Empty, or why not.
std::string FileRecorder::Impl::write_head(sqlite::Database& into, unsigned number) {
  bool good = into.run("BEGIN IMMEDIATE");
  for (const auto& table : recording_tables) good = good && into.run(std::string(table));
  good = good && into.run(fmt::format("PRAGMA application_id = {}; PRAGMA user_version = {}",
                                      recording_application_id, recording_version));
  if (good) {
    auto insert = into.prepare("INSERT INTO recording VALUES(?,?,?,?,?,?)");
    good = RowWriter(insert).write(std::int64_t{1}, session, number, seq, head);
    if (!good) into.note_problem();
  }
  return good && into.run("COMMIT") ? "" : into.problem();
}

bool FileRecorder::Impl::start_part() {
  std::string why;
  if (!db) why = open();
  if (why.empty()) why = write_head(db, part);
  if (why.empty() && !prepare(db, inserts)) why = db.problem();
  if (!why.empty()) {
    fail(why);
    return false;
  }
  started = true;
  return true;
}

bool FileRecorder::Impl::insert(const Record& record) {
  return std::visit(
      [this](const auto& r) {
        using T = std::decay_t<decltype(r)>;
        const auto row = [this](Table t) { return RowWriter(inserts[t]); };
        if constexpr (std::is_same_v<T, RecordedBlock>)
          return row(blocks).write(seq, r.source, r.port, r.first_index, r.anchor.index,
                                   r.anchor.t_ns, r.anchor.dt_q32, r.arrival_ns, r.settled_ns,
                                   r.uncertainty_ns, r.lost, r.flags, r.n, r.items, r.times,
                                   r.sample_flags, r.gaps);
        else if constexpr (std::is_same_v<T, LogEntry>)
          return row(entries).write(seq, static_cast<int>(r.kind), r.source, r.time.ns, r.param,
                                    std::bit_cast<std::int64_t>(r.number), r.lost_until.ns);
        else if constexpr (std::is_same_v<T, Checkpoint>)
          return row(checkpoints).write(seq, r.outlet, r.settled.ns, r.items, r.hash);
        else if constexpr (std::is_same_v<T, RecordedNote>)
          return row(notes).write(seq, r.session.ns, r.kind, r.json);
        else if constexpr (std::is_same_v<T, RecordedPacket>)
          return row(packets).write(seq, r.source, r.channel, r.flags, r.arrival_ns,
                                    MaybeTime{r.device_ns}, r.port, r.first_index, r.n, r.lost,
                                    r.bytes);
        else if constexpr (std::is_same_v<T, RecordingEnd>)
          return row(endings).write(seq, r.settled.ns, r.lost_records + lost);
        else return true;
      },
      record);
}

/// What was not committed is gone, whatever SQLite itself took back.
void FileRecorder::Impl::fail(const std::string& why) {
  for (auto& s : inserts) s.reset();
  if (db.in_transaction()) db.run("ROLLBACK");
  lost += uncommitted;
  uncommitted = 0;
  stalled = true;
  waited = 0;
  if (problem.empty())
    problem = fmt::format("{}: {}; the recording has a hole from there on, and goes on when it can",
                          name(), why);
}

void FileRecorder::Impl::try_again() {
  stalled = false;
  if (!started && !head.empty()) start_part();
}

/// The next part's file with its head, or why there is none: then nothing of it stays.
std::string FileRecorder::Impl::begin_next(sqlite::Database& next, Inserts& into) {
  const auto file = recording_part(first, part + 1);
  if (const int error = make_new_file(file); error != 0)
    return error == EEXIST
               ? in_the_way(name_of(part + 1))
               : name_of(part + 1) + " can't be made: " + std::generic_category().message(error);
  auto why = open_to_write(file, next);
  if (why.empty()) why = write_head(next, part + 1);
  if (why.empty() && !prepare(next, into)) why = next.problem();
  if (why.empty()) return {};
  for (auto& s : into) s = {};
  next.close();
  remove_part(file);
  return name_of(part + 1) + ": " + why;
}

/// The next part begins with the record after the last one of this. It is there before this one says that it goes
/// on: where it can't be, this one takes what comes, and every commit tries again.
void FileRecorder::Impl::split() {
  if (part >= most_recording_parts) return;
  sqlite::Database next;
  Inserts next_inserts;
  if (const auto why = begin_next(next, next_inserts); !why.empty()) {
    if (remark.empty()) {
      remark = fmt::format("{} is full and goes on: {}", name(), why);
      spdlog::warn("the recording: {}", remark);
    }
    return;
  }
  if (!db.run("BEGIN IMMEDIATE") || !RowWriter(inserts[continuations]).write(seq) ||
      !db.run("COMMIT")) {
    db.note_problem();
    for (auto& s : next_inserts) s = {};
    next.close();
    remove_part(recording_part(first, part + 1));
    fail(db.problem());
    return;
  }
  closed_bytes += static_cast<std::uint64_t>(part_bytes());
  close();
  ++part;
  db = std::move(next);
  inserts = std::move(next_inserts);
}

std::int64_t FileRecorder::Impl::part_bytes() {
  return db ? db.integer("PRAGMA page_count").value_or(0) *
                  db.integer("PRAGMA page_size").value_or(0)
            : 0;
}

void FileRecorder::Impl::close() {
  for (auto& s : inserts) s = {};
  // Brings the log into the file and removes it; where that fails, both stay and hold everything.
  if (db) db.run("PRAGMA wal_checkpoint(TRUNCATE)");
  db.close();
}

std::unique_ptr<FileRecorder> FileRecorder::create(const fs::path& file,
                                                   const FileRecorderOptions& options,
                                                   Diagnostics& out) {
  auto impl = std::make_unique<Impl>(file, options);
  std::string why;
  std::error_code error;
  const auto taken = options.most_bytes > 0 ? part_in_the_way(file) : 0;
  if (taken > 0) why = in_the_way(impl->name_of(taken));
  else why = impl->open();
  if (why.empty()) return std::unique_ptr<FileRecorder>(new FileRecorder(std::move(impl)));
  if (impl->made) fs::remove(file, error);
  out.error({SharedText(file.string()), 0, 0}, {}, "no recording can be written here: " + why, {},
            "choose another name");
  return nullptr;
}

FileRecorder::FileRecorder(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

FileRecorder::~FileRecorder() {
  commit();
  impl_->close();
}

void FileRecorder::begin(const RecordingHead& head) {
  impl_->head = recording_head_json(head);
  impl_->start_part();
}

void FileRecorder::write(const Record& record) {
  auto& r = *impl_;
  if (const auto* gone = std::get_if<RecordsLost>(&record)) {
    r.seq += static_cast<std::int64_t>(gone->records);
    r.lost += gone->records;
    return;
  }
  // The end is worth a try of its own: nothing comes after it.
  if (r.stalled && std::holds_alternative<RecordingEnd>(record)) r.try_again();
  if (r.stalled || !r.started) {
    ++r.lost;
  } else {
    ++r.uncommitted;
    if ((!r.db.in_transaction() && !r.db.run("BEGIN IMMEDIATE")) || !r.insert(record)) {
      r.db.note_problem();
      r.fail(r.db.problem());
    }
  }
  ++r.seq;
}

void FileRecorder::commit() {
  auto& r = *impl_;
  if (r.stalled) {
    if (++r.waited >= r.options.retry_commits) r.try_again();
    return;
  }
  if (!r.db.in_transaction()) return;
  if (!r.db.run("COMMIT")) {
    r.fail(r.db.problem());
    return;
  }
  r.uncommitted = 0;
  if (r.options.most_bytes > 0 &&
      static_cast<std::uint64_t>(r.part_bytes()) >= r.options.most_bytes)
    r.split();
}

std::string FileRecorder::problem() const { return impl_->problem; }
std::string FileRecorder::remark() const { return impl_->remark; }
std::uint64_t FileRecorder::lost() const { return impl_->lost; }
unsigned FileRecorder::parts() const { return impl_->part; }
std::uint64_t FileRecorder::bytes() const {
  return impl_->closed_bytes + static_cast<std::uint64_t>(impl_->part_bytes());
}

}  // namespace ib
