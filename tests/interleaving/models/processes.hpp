#pragma once

#include <cstdint>

#include "tandem/platform/process_id.hpp"
#include "tests/interleaving/models/support.hpp"

namespace tandem::interleaving {

/// A place where one at a time may be of those who live: who was killed there is there no more.
class PlaceOfMortals {
 public:
  class Visit {
   public:
    explicit Visit(PlaceOfMortals& place) : place_{place} {
      const std::uint32_t before = place.inside_.exchange(platform::this_process().pid);
      EXPECT_TRUE(before == 0 || platform::has_ended({.pid = before, .birth = 1})) << "it came in beside one that lives";
    }
    ~Visit() { place_.inside_.store(0); }
    Visit(const Visit&) = delete;
    Visit& operator=(const Visit&) = delete;

   private:
    PlaceOfMortals& place_;
  };

 private:
  base::Atomic<std::uint32_t> inside_{0};  // the pid of who came last, or 0
};

}  // namespace tandem::interleaving
