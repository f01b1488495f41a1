#include <chrono>

#include "call.h"
#include "calls.h"

namespace seatmapd {

namespace {

// rd_kafka_flush looks at what is left every 10 ms only (it waits for delivery reports, and successful ones are not
// asked for), so it is asked for one millisecond at a time.
constexpr int kStepMs = 1;

class Flush : public Call {
 public:
  Flush(v8::Local<v8::Value> client, int timeout_ms, v8::Local<v8::Value> callback)
      : Call(client, callback), timeout_(timeout_ms) {}

 protected:
  Failure run(rd_kafka_t* handle) override {
    const auto deadline = std::chrono::steady_clock::now() + timeout_;
    for (;;) {
      const rd_kafka_resp_err_t code = rd_kafka_flush(handle, kStepMs);
      if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return Failure::none();
      if (code != RD_KAFKA_RESP_ERR__TIMED_OUT || std::chrono::steady_clock::now() >= deadline) return Failure::of(code);
    }
  }
  v8::Local<v8::Value> result() override { return Nan::Undefined(); }

 private:
  std::chrono::milliseconds timeout_;
};

}  // namespace

NAN_METHOD(flush) {
  if (!accepts(info, 3)) return;
  if (!info[1]->IsInt32()) return Nan::ThrowTypeError("timeoutMs must be a whole number");
  Nan::AsyncQueueWorker(new Flush(info[0], Nan::To<int32_t>(info[1]).FromJust(), info[2]));
}

}  // namespace seatmapd
