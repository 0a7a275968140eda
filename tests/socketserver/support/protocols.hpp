#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <string>
#include <string_view>

#include "tandem/base/deadline.hpp"
#include "tandem/socketserver/session.hpp"

namespace tandem::test {

/// The smallest protocol there is.
struct Echo {
  void data_received(socketserver::Session& session, std::string_view bytes) { session.write(bytes); }
};

/// The course's exercise: what comes goes back in capitals.
struct Upper {
  void data_received(socketserver::Session& session, std::string_view bytes) {
    std::string text{bytes};
    std::transform(text.begin(), text.end(), text.begin(),
                   [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
    session.write(std::move(text));
  }
};

/// Counts those that are connected, and answers one byte by a great deal.
struct Counted {
  struct Board {
    std::atomic<int> made{0};
    std::atomic<int> lost{0};
    std::atomic<int> eof{0};
    std::atomic<int> timed_out{0};
  };
  Board* board;
  std::size_t answer = 1;
  Deadline input_by = Deadline::never();

  void connection_made(socketserver::Session& session) {
    ++board->made;
    session.expect_input_by(input_by);
  }
  void data_received(socketserver::Session& session, std::string_view) { session.write(std::string(answer, 'x')); }
  void eof_received(socketserver::Session&) { ++board->eof; }
  void timed_out(socketserver::Session& session) {
    ++board->timed_out;
    session.write("too late");
    session.close();
  }
  void connection_lost(socketserver::Session&) { ++board->lost; }
};

}  // namespace tandem::test
