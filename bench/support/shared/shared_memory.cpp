#include "bench/support/shared/shared_memory.hpp"

#include <sys/mman.h>

#include "bench/support/contender.hpp"

namespace tandem::bench {

std::shared_ptr<std::byte> shared_memory(std::size_t size) {
  void* const memory = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  check(memory != MAP_FAILED, "mmap");
  return {static_cast<std::byte*>(memory), [size](std::byte* mapped) { ::munmap(mapped, size); }};
}

}  // namespace tandem::bench
