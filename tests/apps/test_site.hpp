#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "apps/crawl/url.hpp"
#include "tandem/socketserver/server.hpp"
#include "tandem/sync/lock.hpp"
#include "tandem/threading/thread.hpp"

namespace tandem::crawl::test {

/// What a TestSite answers to one path: any bytes, well-formed or not.
struct Answer {
  std::string bytes;
  std::string forever = {};                                    ///< sent again and again afterwards
  enum class Then { keep, close, silence } then = Then::keep;  ///< silence: the request counts as unanswered, for ever
};

inline Answer html(std::string_view body, std::string_view status = "200 OK", std::string_view type = "text/html") {
  std::string bytes{"HTTP/1.1 "};
  bytes.append(status).append("\r\nContent-Type: ").append(type);
  bytes.append("\r\nContent-Length: ").append(std::to_string(body.size())).append("\r\n\r\n").append(body);
  return {std::move(bytes)};
}

inline Answer redirect(std::string_view to) {
  std::string bytes{"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: "};
  bytes.append(to).append("\r\n\r\n");
  return {std::move(bytes)};
}

/// A web site on a port of 127.0.0.1 that the kernel chose, as hostile as its answers are.
class TestSite {
 public:
  using Answers = std::function<Answer(const std::string& path)>;

  explicit TestSite(Answers answers)
      : answers_{std::move(answers)}, server_{{.bind = "127.0.0.1:0"}, [this] { return Connection{*this}; }} {
    thread_.name("site");
    thread_.start();
  }
  explicit TestSite(std::map<std::string, Answer> pages)
      : TestSite{[pages = std::move(pages)](const std::string& path) {
          const auto page = pages.find(path);
          return page == pages.end() ? html("not here", "404 Not Found") : page->second;
        }} {}
  TestSite(const TestSite&) = delete;
  TestSite& operator=(const TestSite&) = delete;
  ~TestSite() {
    server_.request_shutdown();
    thread_.join();
  }

  std::string text(std::string_view path) const { return "http://" + server_.server_address() + std::string{path}; }
  Url url(std::string_view path) const { return Url::parse(text(path)); }

  /// The paths that were asked for, in order.
  std::vector<std::string> requests() const {
    const std::scoped_lock hold{lock_};
    return requests_;
  }
  int connections() const noexcept { return connections_.load(); }

 private:
  class Connection {
   public:
    explicit Connection(TestSite& site) noexcept : site_{site} { ++site_.connections_; }

    void data_received(socketserver::Session& session, std::string_view bytes) {
      request_ += bytes;
      for (auto end = request_.find("\r\n\r\n"); end != std::string::npos; end = request_.find("\r\n\r\n")) {
        const auto begin = request_.find(' ') + 1;
        const auto path = request_.substr(begin, request_.find(' ', begin) - begin);
        request_.erase(0, end + 4);
        answer(session, path);
      }
    }
    void output_flushed(socketserver::Session& session) {
      if (!forever_.empty()) session.write(forever_);
    }

   private:
    void answer(socketserver::Session& session, const std::string& path) {
      {
        const std::scoped_lock hold{site_.lock_};
        site_.requests_.push_back(path);
      }
      Answer answer = site_.answers_(path);
      session.write(std::move(answer.bytes));
      forever_ = std::move(answer.forever);
      if (answer.then == Answer::Then::close) session.close();
    }

    TestSite& site_;
    std::string request_;
    std::string forever_;
  };

  const Answers answers_;
  mutable sync::Lock lock_{"site"};
  std::vector<std::string> requests_;  // guarded by lock_
  std::atomic<int> connections_{0};
  socketserver::Server<Connection> server_;
  threading::Thread thread_{[this] { server_.serve_forever(); }};
};

}  // namespace tandem::crawl::test
