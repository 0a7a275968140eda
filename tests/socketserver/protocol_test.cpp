#include "tandem/socketserver/protocol.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/socketserver/support/protocols.hpp"

namespace tandem::socketserver {
namespace {

using namespace std::chrono_literals;

static_assert(Protocol<test::Upper>);
static_assert(!Protocol<int>);

struct Recorder {
  explicit Recorder(std::vector<std::string>& calls_to) : calls{calls_to} {}
  Recorder(const Recorder&) = delete;  // a protocol need not be movable

  void connection_made(Session& session) { calls.push_back("made " + session.peer()); }
  void data_received(Session& session, std::string_view bytes) {
    calls.push_back("data " + std::string{bytes});
    session.write(bytes);
  }
  void eof_received(Session&) { calls.emplace_back("eof"); }
  void output_flushed(Session&) { calls.emplace_back("flushed"); }
  void timed_out(Session&) { calls.emplace_back("timed out"); }
  void connection_lost(Session&) { calls.emplace_back("lost"); }

  std::vector<std::string>& calls;
};

TEST(Protocol, IsDrivenWithoutASocket) {
  Session session{"test"};
  test::Upper upper;
  upper.data_received(session, "hello");
  upper.data_received(session, ", World");
  EXPECT_EQ(text_of(session.output()), "HELLO, WORLD");
}

TEST(Protocol, AdapterCallsWhatTheProtocolHas) {
  std::vector<std::string> calls;
  auto make = [&] { return Recorder{calls}; };
  ProtocolAdapter<Recorder> adapter{make};
  Session session{"me"};
  adapter.connection_made(session);
  adapter.data_received(session, "x");
  adapter.output_flushed(session);
  adapter.eof_received(session);
  adapter.timed_out(session);
  EXPECT_FALSE(session.closing());
  adapter.connection_lost(session);
  EXPECT_EQ(calls, (std::vector<std::string>{"made me", "data x", "flushed", "eof", "timed out", "lost"}));
}

TEST(Protocol, AdapterHasDefaultsForTheRest) {
  auto make = [] { return test::Echo{}; };
  ProtocolAdapter<test::Echo> adapter{make};
  Session session{"me"};
  adapter.connection_made(session);
  adapter.eof_received(session);
  adapter.output_flushed(session);
  adapter.connection_lost(session);
  EXPECT_FALSE(session.closing());
  adapter.timed_out(session);
  EXPECT_TRUE(session.closing());
  EXPECT_FALSE(session.aborted());
}

TEST(Session, DropsWhatIsWrittenAfterClose) {
  Session session{"me"};
  session.write("before");
  session.close();
  session.write("after");
  EXPECT_EQ(text_of(session.output()), "before");
}

TEST(Session, AbortIsStrongerThanClose) {
  Session session{"me"};
  session.abort();
  session.close();
  EXPECT_TRUE(session.aborted());
}

TEST(Session, HasNoDeadlineUntilOneIsSet) {
  Session session{"me"};
  EXPECT_TRUE(session.input_deadline().is_never());
  session.expect_input_by(1h);
  EXPECT_FALSE(session.input_deadline().is_never());
}

}  // namespace
}  // namespace tandem::socketserver
