#pragma once
#include <cstdint>
#include <cstring>

namespace seatmapd {

// The frame of src/frames.ts, which describes it. Little-endian, 8-byte aligned; both sides run on the same machine.
struct FrameHeader {
  int32_t partition;
  int32_t value_size;  // -1: null
  int32_t key_size;    // -1: null
  uint16_t topic;
  uint16_t headers_size;
  int64_t offset;
  int64_t timestamp_ms;
};
static_assert(sizeof(FrameHeader) == 32, "the header has no padding");

inline size_t present(int32_t size) { return size < 0 ? 0 : static_cast<size_t>(size); }

inline size_t frame_size(size_t content) { return (sizeof(FrameHeader) + content + 7) & ~size_t{7}; }

// Reads the frames of a buffer one after the other; never beyond its end, whatever it holds.
class FrameReader {
 public:
  FrameReader(const char* data, size_t size) : at_(data), end_(data + size) {}

  // Moves to the next frame; false at the end, or when what is left is no whole frame (then `damaged`).
  bool advance() {
    if (at_ == end_) return false;
    const size_t left = static_cast<size_t>(end_ - at_);
    if (left < sizeof(FrameHeader)) return damage();
    memcpy(&header, at_, sizeof(header));
    if (header.value_size < -1 || header.key_size < -1) return damage();
    const size_t size = frame_size(present(header.value_size) + present(header.key_size) + header.headers_size);
    if (size > left) return damage();
    value = at_ + sizeof(FrameHeader);
    key = value + present(header.value_size);
    headers = key + present(header.key_size);
    at_ += size;
    return true;
  }

  FrameHeader header{};
  const char* value = nullptr;
  const char* key = nullptr;
  const char* headers = nullptr;
  bool damaged = false;

 private:
  bool damage() {
    damaged = true;
    return false;
  }

  const char* at_;
  const char* end_;
};

}  // namespace seatmapd
