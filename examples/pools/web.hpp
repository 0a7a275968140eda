#pragma once

#include <memory>
#include <string>

#include <tandem/http.hpp>
#include <tandem/threading.hpp>

/// The web of these programs: the page /700 has 700 letters.
class Pages : public tandem::http::Handler {
 public:
  tandem::http::Response handle(const tandem::http::Request& request) const override {
    return tandem::http::Response::text(std::string(std::stoul(request.path.substr(1)), 'x'));
  }
};

/// Serves it to this machine, by a thread of its own, as long as it lives.
class Web {
 public:
  Web() {
    server_.mount("/", std::make_unique<Pages>());
    thread_.start();
  }
  Web(const Web&) = delete;
  Web& operator=(const Web&) = delete;
  ~Web() { server_.shutdown(); }
  std::string url() const { return server_.url(); }

 private:
  tandem::http::Server server_{{.bind = "127.0.0.1:0"}};  // 0: a port that is free
  tandem::threading::Thread thread_{[this] { server_.run(); }};
};
