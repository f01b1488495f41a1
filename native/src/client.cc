#include "client.h"

#include <cstring>

namespace seatmapd {

namespace {

// node-rdkafka keeps these members protected and exports no symbol; a pointer to member reads them without either.
struct Access : NodeKafka::Connection {
  static uv_rwlock_t* lock(NodeKafka::Connection* connection) { return &(connection->*(&Access::m_connection_lock)); }
  static rd_kafka_t* handle(NodeKafka::Connection* connection) {
    RdKafka::Handle* client = connection->*(&Access::m_client);
    return client == nullptr || connection->*(&Access::m_is_closing) ? nullptr : client->c_ptr();
  }
};

}  // namespace

NodeKafka::Connection* connection_of(v8::Local<v8::Value> value) {
  if (!value->IsObject()) return nullptr;
  v8::Local<v8::Object> object = value.As<v8::Object>();
  if (object->InternalFieldCount() != 1) return nullptr;
  // Unwrap trusts its argument blindly: the class names are those that node-rdkafka gives its three clients.
  Nan::Utf8String name(object->GetConstructorName());
  if (*name == nullptr) return nullptr;
  if (strcmp(*name, "Producer") != 0 && strcmp(*name, "KafkaConsumer") != 0 && strcmp(*name, "AdminClient") != 0) {
    return nullptr;
  }
  return Nan::ObjectWrap::Unwrap<NodeKafka::Connection>(object);
}

Lease Lease::wait(NodeKafka::Connection* connection) {
  uv_rwlock_t* lock = Access::lock(connection);
  uv_rwlock_rdlock(lock);
  return Lease(lock, Access::handle(connection));
}

Lease Lease::attempt(NodeKafka::Connection* connection) {
  uv_rwlock_t* lock = Access::lock(connection);
  if (uv_rwlock_tryrdlock(lock) != 0) return Lease(nullptr, nullptr);
  return Lease(lock, Access::handle(connection));
}

Lease::~Lease() {
  if (held_ != nullptr) uv_rwlock_rdunlock(held_);
}

}  // namespace seatmapd
