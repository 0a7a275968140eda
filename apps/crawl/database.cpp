#include "apps/crawl/database.hpp"

#include <filesystem>
#include <system_error>
#include <utility>

#include <sqlite3.h>

namespace tandem::crawl {
namespace {

/// Why SQLite, which knows "unable to open database file" only, could not open it.
std::string why_not_open(const std::string& path) {
  namespace fs = std::filesystem;
  std::error_code ignored;  // a path that cannot be looked at is one of the "cannot open" below
  if (fs::is_directory(path, ignored)) return "'" + path + "' is a folder: give the name of a database file";
  const fs::path folder = fs::path{path}.parent_path();
  if (!folder.empty() && !fs::is_directory(folder, ignored)) {
    return "cannot open '" + path + "': there is no folder '" + folder.string() + "'; make it, or choose another file";
  }
  return "cannot open '" + path + "' for writing: choose a file that may be written";
}

}  // namespace

void Database::Close::operator()(sqlite3* database) const noexcept { sqlite3_close_v2(database); }

Database::Database(std::string path) : path_{std::move(path)} {
  if (path_.empty()) throw DatabaseError("the name of the database is empty: give the name of a file");
  sqlite3* raw = nullptr;
  // With a full path: SQLite would take "file:x" and ":memory:" for something else than the file of that name.
  const auto full = std::filesystem::absolute(path_).string();
  const int code = sqlite3_open_v2(full.c_str(), &raw, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
  handle_.reset(raw);
  if (code != SQLITE_OK) fail(code);
  sqlite3_extended_result_codes(raw, 1);
  sqlite3_busy_timeout(raw, 10'000);
}

void Database::execute(const std::string& sql) {
  if (const int code = sqlite3_exec(handle_.get(), sql.c_str(), nullptr, nullptr, nullptr); code != SQLITE_OK) fail(code);
}

std::int64_t Database::last_row_id() const noexcept { return sqlite3_last_insert_rowid(handle_.get()); }
bool Database::in_transaction() const noexcept { return sqlite3_get_autocommit(handle_.get()) == 0; }

void Database::fail(int code) const {
  switch (code & 0xFF) {
    case SQLITE_NOMEM:
      throw std::bad_alloc{};
    case SQLITE_CANTOPEN:
      throw DatabaseError(why_not_open(path_));
    case SQLITE_NOTADB:
      throw DatabaseError("'" + path_ + "' is no SQLite database: choose another file, or move this one away");
    case SQLITE_READONLY:
    case SQLITE_PERM:
      throw DatabaseError("cannot write to '" + path_ + "': it is read-only; choose another file, or make it writable");
    case SQLITE_FULL:
      throw DatabaseError("cannot write to '" + path_ +
                          "': the disk is full (or the database at its largest size); what was committed before stays");
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      throw DatabaseError("'" + path_ + "' is locked by another program: wait until it has ended, or choose another file");
    case SQLITE_IOERR:
      throw DatabaseError("cannot read or write '" + path_ + "' (" + sqlite3_errstr(code) +
                          "): look whether its disk is full or gone; what was committed before stays");
    case SQLITE_CORRUPT:
      throw DatabaseError("'" + path_ + "' is damaged: choose another file, or move this one away");
    default:
      // The handle's own text says more, but only for the failure that happened last.
      const bool current = handle_ && sqlite3_extended_errcode(handle_.get()) == code;
      throw DatabaseError("database '" + path_ + "': " + (current ? sqlite3_errmsg(handle_.get()) : sqlite3_errstr(code)));
  }
}

void Statement::Finalize::operator()(sqlite3_stmt* statement) const noexcept { sqlite3_finalize(statement); }

Statement::Statement(Database& database, std::string_view sql) : database_{&database} {
  sqlite3_stmt* raw = nullptr;
  const int code = sqlite3_prepare_v3(database.handle_.get(), sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT,
                                      &raw, nullptr);
  handle_.reset(raw);
  if (code != SQLITE_OK) database.fail(code);
}

Statement& Statement::bind(int column, std::int64_t value) {
  if (const int code = sqlite3_bind_int64(handle_.get(), column, value); code != SQLITE_OK) database_->fail(code);
  return *this;
}

Statement& Statement::bind(int column, std::string_view text) {
  // A null pointer would bind NULL, and the text of an empty view may be one.
  const char* data = text.empty() ? "" : text.data();
  const int code = sqlite3_bind_text64(handle_.get(), column, data, text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
  if (code != SQLITE_OK) database_->fail(code);
  return *this;
}

bool Statement::step() {
  const int code = sqlite3_step(handle_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  reset();
  database_->fail(code);
}

std::int64_t Statement::integer(int column) const noexcept { return sqlite3_column_int64(handle_.get(), column); }

std::string Statement::text(int column) const {
  const auto* text = sqlite3_column_text(handle_.get(), column);
  if (text == nullptr) return {};
  return {reinterpret_cast<const char*>(text), static_cast<std::size_t>(sqlite3_column_bytes(handle_.get(), column))};
}

void Statement::reset() noexcept { sqlite3_reset(handle_.get()); }

void Statement::run() {
  while (step()) {
  }
  reset();
}

}  // namespace tandem::crawl
