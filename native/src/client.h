#pragma once
#include <nan.h>

#include "rdkafka.h"
#include "src/connection.h"  // node-rdkafka's own header, from its published package

namespace seatmapd {

// The C++ object behind what node-rdkafka's getClient() returns; NULL when `value` is anything else.
NodeKafka::Connection* connection_of(v8::Local<v8::Value> value);

// The use of a client's rd_kafka_t. While it lives, node-rdkafka's disconnect (which deletes the handle under the
// write lock) waits.
class Lease {
 public:
  // Waits for the lock; on libuv's pool only.
  static Lease wait(NodeKafka::Connection* connection);
  // Never waits: without a handle when the client is being connected or disconnected. For the main thread.
  static Lease attempt(NodeKafka::Connection* connection);

  Lease(const Lease&) = delete;
  Lease& operator=(const Lease&) = delete;
  ~Lease();

  // NULL when the client was never connected, is closing, or is closed.
  rd_kafka_t* handle() const { return handle_; }

 private:
  Lease(uv_rwlock_t* held, rd_kafka_t* handle) : held_(held), handle_(handle) {}

  uv_rwlock_t* held_;
  rd_kafka_t* handle_;
};

}  // namespace seatmapd
