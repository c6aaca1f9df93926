#include "sqlite.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <array>
#include <cerrno>
#include <system_error>
#include <vector>

namespace ib::sqlite {
namespace {

namespace fs = std::filesystem;

std::string system_words(int error) { return std::generic_category().message(error); }

std::string words_of(sqlite3* db) {
  const int code = sqlite3_errcode(db);
  const int error = sqlite3_system_errno(db);
  switch (code & 0xff) {
    case SQLITE_FULL: return "the disk is full";
    case SQLITE_READONLY: return "it can't be written to";
    case SQLITE_NOTADB: return "it is not an SQLite database";
    case SQLITE_CORRUPT: return "it is damaged: " + std::string(sqlite3_errmsg(db));
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return "another program holds it";
    case SQLITE_TOOBIG:
      return fmt::format("a value in it is larger than {} MiB", most_value_bytes >> 20);
    case SQLITE_NOMEM: return "there is not enough memory";
    case SQLITE_PERM:
    case SQLITE_CANTOPEN:
      return error != 0 ? "it can't be opened: " + system_words(error) : "it can't be opened";
    case SQLITE_IOERR:
      if (error == ENOSPC || error == EDQUOT) return "the disk is full";
      return error != 0 ? "the disk fails: " + system_words(error) : "the disk fails";
    default: return sqlite3_errmsg(db);
  }
}

/// As an URI, with what would end a path in one written as %XX.
std::string immutable_uri(const std::string& path) {
  std::string uri = "file:";
  for (const char c : path) {
    if (c == '?' || c == '#' || c == '%') uri += fmt::format("%{:02x}", static_cast<unsigned>(c));
    else uri += c;
  }
  return uri + "?immutable=1";
}

/// An absolute path can't be taken for an URI, whatever the library was built with.
std::string plain_name(const fs::path& file) {
  std::error_code error;
  const auto path = fs::absolute(file, error);
  return error ? "./" + file.string() : path.string();
}

}  // namespace

Statement::~Statement() { sqlite3_finalize(s_); }

void Statement::bind(int at, std::int64_t number) {
  bound_ = sqlite3_bind_int64(s_, at, number) == SQLITE_OK && bound_;
}

void Statement::bind(int at, std::string_view text) {
  bound_ = sqlite3_bind_text64(s_, at, text.data() != nullptr ? text.data() : "", text.size(),
                               SQLITE_STATIC, SQLITE_UTF8) == SQLITE_OK &&
           bound_;
}

void Statement::bind(int at, std::span<const std::byte> blob) {
  const int code = blob.empty()
                       ? sqlite3_bind_null(s_, at)
                       : sqlite3_bind_blob64(s_, at, blob.data(), blob.size(), SQLITE_STATIC);
  bound_ = code == SQLITE_OK && bound_;
}

Step Statement::step() {
  if (s_ == nullptr || !bound_) return Step::failed;
  const int code = sqlite3_step(s_);
  if (code == SQLITE_ROW) return Step::row;
  return code == SQLITE_DONE ? Step::done : Step::failed;
}

void Statement::reset() {
  if (s_ == nullptr) return;
  sqlite3_reset(s_);
  sqlite3_clear_bindings(s_);
  bound_ = true;
}

std::optional<std::int64_t> Statement::integer(int column) const {
  if (sqlite3_column_type(s_, column) != SQLITE_INTEGER) return std::nullopt;
  return sqlite3_column_int64(s_, column);
}

std::optional<std::string_view> Statement::text(int column) const {
  if (sqlite3_column_type(s_, column) != SQLITE_TEXT) return std::nullopt;
  const auto* data = reinterpret_cast<const char*>(sqlite3_column_text(s_, column));
  if (data == nullptr) return std::nullopt;  // no memory
  return std::string_view(data, static_cast<std::size_t>(sqlite3_column_bytes(s_, column)));
}

std::optional<std::span<const std::byte>> Statement::blob(int column) const {
  const int type = sqlite3_column_type(s_, column);
  if (type == SQLITE_NULL) return std::span<const std::byte>();
  if (type != SQLITE_BLOB) return std::nullopt;
  const auto* data = static_cast<const std::byte*>(sqlite3_column_blob(s_, column));
  const auto n = static_cast<std::size_t>(sqlite3_column_bytes(s_, column));
  if (data == nullptr && n > 0) return std::nullopt;
  return std::span(data, n);
}

Database::~Database() { close(); }

void Database::close() {
  sqlite3_close_v2(db_);
  db_ = nullptr;
}

Database Database::opened(const std::string& name, int flags) {
  Database d;
  const int code = sqlite3_open_v2(name.c_str(), &d.db_, flags | SQLITE_OPEN_NOMUTEX, nullptr);
  if (code != SQLITE_OK) {
    d.problem_ = d.db_ != nullptr ? words_of(d.db_) : "there is not enough memory";
    d.close();
  }
  return d;
}

Database Database::to_write(const fs::path& file) {
  auto d = opened(plain_name(file), SQLITE_OPEN_READWRITE);
  if (d) sqlite3_busy_timeout(d.db_, 1000);
  return d;
}

Database Database::to_read(const fs::path& file) {
  const auto name = plain_name(file);
  std::error_code error;
  const auto type = fs::status(file, error).type();
  if (type != fs::file_type::regular) {
    Database d;
    d.problem_ = type == fs::file_type::not_found ? "there is no such file"
                 : type == fs::file_type::none    ? "it can't be opened: " + error.message()
                                                  : "it is not a file";
    return d;
  }
  // In write-ahead mode SQLite writes beside the file even to read it. Where no writer is, and none left
  // anything, the file alone is all there is: it is read as one that nobody changes.
  const auto logged = fs::file_size(name + "-wal", error);
  const bool alone = error || logged == 0;
  auto d = alone ? opened(immutable_uri(name), SQLITE_OPEN_READONLY | SQLITE_OPEN_URI)
                 : opened(name, SQLITE_OPEN_READONLY);
  if (!d) return d;
  d.distrust();
  if (d.integer("PRAGMA schema_version")) return d;
  const int code = sqlite3_errcode(d.db_) & 0xff;
  if (!alone && (code == SQLITE_CANTOPEN || code == SQLITE_READONLY))
    d.problem_ =
        "its last part lies in the -wal file beside it, which can't be read where nothing can be "
        "written; copy both into a folder of your own";
  d.close();
  return d;
}

Database Database::temporary() { return opened("", SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE); }

void Database::distrust() {
  using Setting = std::pair<int, int>;
  for (const auto& [what, value] :
       {Setting{SQLITE_DBCONFIG_DEFENSIVE, 1}, Setting{SQLITE_DBCONFIG_ENABLE_TRIGGER, 0},
        Setting{SQLITE_DBCONFIG_ENABLE_VIEW, 0}, Setting{SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
        Setting{SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
        Setting{SQLITE_DBCONFIG_ENABLE_FTS3_TOKENIZER, 0}})
    sqlite3_db_config(db_, what, value, nullptr);
  using Limit = std::pair<int, int>;
  for (const auto& [what, value] :
       {Limit{SQLITE_LIMIT_LENGTH, most_value_bytes}, Limit{SQLITE_LIMIT_COLUMN, most_columns},
        Limit{SQLITE_LIMIT_SQL_LENGTH, most_sql_bytes}, Limit{SQLITE_LIMIT_EXPR_DEPTH, 50},
        Limit{SQLITE_LIMIT_COMPOUND_SELECT, 3}, Limit{SQLITE_LIMIT_ATTACHED, 0},
        Limit{SQLITE_LIMIT_TRIGGER_DEPTH, 1}, Limit{SQLITE_LIMIT_WORKER_THREADS, 0}})
    sqlite3_limit(db_, what, value);
  sqlite3_busy_timeout(db_, 1000);
  // A file that shrinks while it is mapped would end the program. No cell_size_check: it refuses a page
  // for one bad row, and only when the page is first read, so that a second reading would give more.
  run("PRAGMA mmap_size = 0; PRAGMA query_only = 1");
}

bool Database::run(const char* sql) {
  if (db_ == nullptr) return false;
  if (sqlite3_exec(db_, sql, nullptr, nullptr, nullptr) == SQLITE_OK) return true;
  note_problem();
  return false;
}

Statement Database::prepare(const char* sql) {
  sqlite3_stmt* s{};
  if (db_ != nullptr && sqlite3_prepare_v2(db_, sql, -1, &s, nullptr) != SQLITE_OK) note_problem();
  return Statement(s);
}

void Database::note_problem() {
  if (db_ != nullptr) problem_ = words_of(db_);
}

std::optional<std::int64_t> Database::integer(const char* sql) {
  auto s = prepare(sql);
  if (!s) return std::nullopt;
  if (s.step() == Step::row) return s.integer(0);
  note_problem();
  return std::nullopt;
}

std::optional<std::string> Database::text(const char* sql) {
  auto s = prepare(sql);
  if (!s) return std::nullopt;
  if (s.step() == Step::row)
    if (const auto text = s.text(0)) return std::string(*text);
  note_problem();
  return std::nullopt;
}

bool Database::in_transaction() const { return db_ != nullptr && sqlite3_get_autocommit(db_) == 0; }

bool Database::copy_from(Database& other) {
  auto* copy = sqlite3_backup_init(db_, "main", other.db_, "main");
  if (copy != nullptr) {
    sqlite3_backup_step(copy, -1);
    if (sqlite3_backup_finish(copy) == SQLITE_OK) return true;
  }
  note_problem();
  return false;
}

std::string random_hex(std::size_t bytes) {
  std::vector<unsigned char> random(bytes);
  sqlite3_randomness(static_cast<int>(bytes), random.data());
  std::string hex;
  for (const auto b : random) hex += fmt::format("{:02x}", b);
  return hex;
}

}  // namespace ib::sqlite
