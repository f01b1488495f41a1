#include "call.h"
#include "calls.h"

namespace seatmapd {

namespace {

class ClusterId : public Call {
 public:
  ClusterId(v8::Local<v8::Value> client, int timeout_ms, v8::Local<v8::Value> callback)
      : Call(client, callback), timeout_ms_(timeout_ms) {}

 protected:
  Failure run(rd_kafka_t* handle) override {
    char* id = rd_kafka_clusterid(handle, timeout_ms_);
    if (id == nullptr) return Failure::of(RD_KAFKA_RESP_ERR__TIMED_OUT, "no broker told the id of its cluster");
    id_ = id;
    rd_kafka_mem_free(handle, id);
    return Failure::none();
  }
  v8::Local<v8::Value> result() override { return text(id_); }

 private:
  int timeout_ms_;
  std::string id_;
};

}  // namespace

NAN_METHOD(cluster_id) {
  if (!accepts(info, 3)) return;
  if (!info[1]->IsInt32()) return Nan::ThrowTypeError("timeoutMs must be a whole number");
  Nan::AsyncQueueWorker(new ClusterId(info[0], Nan::To<int32_t>(info[1]).FromJust(), info[2]));
}

}  // namespace seatmapd
