#include "calls.h"

#if defined(__GLIBC__)
#include <malloc.h>
#endif

namespace seatmapd {

NAN_METHOD(tune_allocator) {
#if defined(__GLIBC__)
  // Batches are allocated on one thread and freed on another; each of many arenas would keep what was freed in it.
  mallopt(M_ARENA_MAX, 2);
  // Batches go back to the system when they are freed. glibc raises this bound by itself to what it saw freed.
  mallopt(M_MMAP_THRESHOLD, 256 * 1024);
#endif
}

}  // namespace seatmapd
