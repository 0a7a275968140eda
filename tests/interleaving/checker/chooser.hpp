#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace tandem::interleaving {

/// A place where a schedule may go on in several ways.
struct Choice {
  std::size_t free;     ///< The first so many ways cost nothing; the first of all is what happens if nobody cares.
  std::size_t count;    ///< All ways. Each of the others costs one preemption.
  std::uint64_t state;  ///< Equal for two places only if all that threads, words and clock can do from there is equal.
};

/// Decides how a schedule goes on, and remembers it. Asked at each place in turn: arrive(), and if that leaves a choice, choose().
class Chooser {
 public:
  static constexpr unsigned no_limit = ~0U;

  virtual ~Chooser() = default;

  /// The next place. True if it is the first way there, whatever others there are: so there is no need to list them.
  bool arrive() {
    ++at_;
    return first_way();
  }
  /// How many preemptions may still be spent.
  virtual unsigned left() const noexcept { return no_limit; }
  /// A number below `choice.count`, or below `choice.free` if nothing is left. There are two or more of these.
  std::size_t choose(const Choice& choice) {
    const std::size_t way = decide(choice);
    if (way != 0) taken_.push_back({at_, way});
    return way;
  }
  /// A new schedule begins.
  void restart() {
    at_ = 0;
    taken_.clear();
    begin();
  }
  /// What was chosen since: "17:1,22:2", the second way at place 17 and the third at 22; "-" if it was always the first.
  std::string schedule() const;

 protected:
  /// The number of the place, from 1.
  std::size_t at() const noexcept { return at_; }

 private:
  virtual void begin() {}
  virtual bool first_way() = 0;
  virtual std::size_t decide(const Choice& choice) = 0;

  struct Taken {
    std::size_t at, way;
  };
  std::size_t at_ = 0;
  std::vector<Taken> taken_;
};

/// Follows a schedule() of before. Throws std::invalid_argument if it is none.
class Replay final : public Chooser {
 public:
  explicit Replay(const std::string& schedule);

 private:
  bool first_way() override { return at() >= ways_.size() || ways_[at()] == 0; }
  std::size_t decide(const Choice& choice) override;

  std::vector<std::size_t> ways_;  // by place
};

/// Chooses at random, sometimes seldom and sometimes often; the number of preemptions is not limited.
class Random final : public Chooser {
 public:
  explicit Random(std::uint64_t seed) noexcept;

 private:
  bool first_way() override { return false; }
  std::size_t decide(const Choice& choice) override;

  const std::uint64_t seed_;
  const std::uint64_t seldom_;  // at one of so many places anything may happen
};

}  // namespace tandem::interleaving
