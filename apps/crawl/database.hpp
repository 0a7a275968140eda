#pragma once

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace tandem::crawl {

/// The database cannot be used, or not any longer. One line: the file, what happened, and what to do.
class DatabaseError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// An open SQLite file. One thread at a time.
class Database {
 public:
  /// Opens `path`, making an empty database if there is no file. Throws DatabaseError, also for a file that is no database.
  explicit Database(std::string path);

  /// Runs statements that give no rows. Throws DatabaseError.
  void execute(const std::string& sql);
  std::int64_t last_row_id() const noexcept;
  /// Whether a transaction is open. SQLite ends one by itself when the disk is full.
  bool in_transaction() const noexcept;

  const std::string& path() const noexcept { return path_; }
  /// Throws what SQLite's `code` means for this file.
  [[noreturn]] void fail(int code) const;

 private:
  friend class Statement;
  struct Close {
    void operator()(sqlite3* database) const noexcept;
  };
  std::string path_;
  std::unique_ptr<sqlite3, Close> handle_;
};

/// A prepared statement, to be run any number of times. Must not outlive its database. Throws DatabaseError.
///
///     Statement insert{database, "INSERT INTO pages VALUES (?, ?)"};
///     insert.bind(1, url).bind(2, status).run();
class Statement {
 public:
  Statement(Database& database, std::string_view sql);

  /// `column` counts from 1. Text is copied.
  Statement& bind(int column, std::int64_t value);
  Statement& bind(int column, std::string_view text);

  /// Steps to the next row; false behind the last.
  bool step();
  /// `column` counts from 0, as SQLite has it.
  std::int64_t integer(int column) const noexcept;
  std::string text(int column) const;
  void reset() noexcept;
  /// Steps to the end, and makes ready for the next run.
  void run();

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const noexcept;
  };
  Database* database_;
  std::unique_ptr<sqlite3_stmt, Finalize> handle_;
};

}  // namespace tandem::crawl
