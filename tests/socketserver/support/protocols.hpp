#pragma once

#include <algorithm>
#include <string>
#include <string_view>

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
    std::transform(text.begin(), text.end(), text.begin(), [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
    session.write(std::move(text));
  }
};

}  // namespace tandem::test
