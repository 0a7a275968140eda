#pragma once

#include <string>

#include "tandem/http/headers.hpp"

namespace tandem::http {

/// A request, complete and checked.
struct Request {
  std::string method;  ///< as it came: "GET"; methods differ by case
  std::string target;  ///< as it came: "/a%20b?c"
  std::string path;    ///< decoded: "/a b"
  std::string query;   ///< behind the "?", as it came: "c"
  int version = 11;    ///< 10 or 11
  Headers headers;
  std::string body;        ///< whole, without its chunks
  bool keep_alive = true;  ///< the client would like to send another one
};

}  // namespace tandem::http
