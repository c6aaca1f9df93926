// The one door to SQLite: a database, and statements on it. What goes wrong is a sentence, never an
// exception. A database that is opened to be read is a stranger's: it stays as it is, none of its triggers
// or views runs, nothing is loaded, and no value in it is larger than the limits below.
//
// Thread: one at a time, database and statements together. A statement does not outlive its database.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

struct sqlite3;
struct sqlite3_stmt;

namespace ib::sqlite {

/// Of one value, and of a row, in a database that is read, in bytes.
inline constexpr int most_value_bytes = 64 << 20;
inline constexpr int most_columns = 64;
inline constexpr int most_sql_bytes = 16 << 10;

enum class Step { row, done, failed };

class Statement {
 public:
  Statement() = default;
  explicit Statement(sqlite3_stmt* s) : s_(s) {}
  ~Statement();
  Statement(Statement&& other) noexcept { swap(other); }
  Statement& operator=(Statement&& other) noexcept {
    swap(other);
    return *this;
  }
  explicit operator bool() const { return s_ != nullptr; }

  /// Parameters count from 1. Texts and blobs are borrowed until `reset`; an empty blob is NULL.
  void bind(int at, std::int64_t number);
  void bind(int at, std::string_view text);
  void bind(int at, std::span<const std::byte> blob);
  /// `failed`: Database::problem says why.
  Step step();
  void reset();

  /// Columns count from 0; none: it holds another type. Views live until the next step.
  std::optional<std::int64_t> integer(int column) const;
  std::optional<std::string_view> text(int column) const;
  std::optional<std::span<const std::byte>> blob(int column) const;  ///< NULL: empty

 private:
  void swap(Statement& other) noexcept {
    std::swap(s_, other.s_);
    std::swap(bound_, other.bound_);
  }
  sqlite3_stmt* s_{};
  bool bound_{true};
};

class Database {
 public:
  Database() = default;
  /// A file that exists; an empty one is an empty database.
  static Database to_write(const std::filesystem::path& file);
  /// With what a writer that was killed left beside it (FILE-wal), and also from where nothing can be
  /// written.
  static Database to_read(const std::filesystem::path& file);
  /// In memory and, where it is large, in a nameless file, gone when it closes.
  static Database temporary();
  ~Database();
  Database(Database&& other) noexcept { swap(other); }
  Database& operator=(Database&& other) noexcept {
    swap(other);
    return *this;
  }

  explicit operator bool() const { return db_ != nullptr; }
  /// Of the last call that failed, as the rest of a sentence about the file: "the disk is full".
  const std::string& problem() const { return problem_; }

  /// One or more statements; false: they failed.
  bool run(const char* sql);
  bool run(const std::string& sql) { return run(sql.c_str()); }
  Statement prepare(const char* sql);
  /// A statement of this database, or closing what it did, failed: keeps why.
  void note_problem();
  /// First column of the first row.
  std::optional<std::int64_t> integer(const char* sql);
  std::optional<std::string> text(const char* sql);
  bool in_transaction() const;
  /// Replaces all that is here.
  bool copy_from(Database& other);
  /// From here on it is as `to_read` leaves it: nothing of it runs, limits hold.
  void distrust();
  void close();

 private:
  static Database opened(const std::string& name, int flags);
  void swap(Database& other) noexcept {
    std::swap(db_, other.db_);
    std::swap(problem_, other.problem_);
  }
  sqlite3* db_{};
  std::string problem_;
};

/// `bytes` random bytes as lower-case hexadecimal digits.
std::string random_hex(std::size_t bytes);

}  // namespace ib::sqlite
