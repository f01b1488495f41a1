#include <chrono>

#include "call.h"
#include "calls.h"

namespace seatmapd {

namespace {

// rd_kafka_flush looks at what is left every 10 ms only (it waits for delivery reports, and successful ones are not
// asked for), so it is asked for one millisecond at a time.
constexpr int kStepMs = 1;
// How long the client is held at a time: a disconnect or the exit of the process waits no longer.
constexpr std::chrono::milliseconds kHold{100};

class Flush : public Call {
 public:
  Flush(v8::Local<v8::Value> client, int timeout_ms, v8::Local<v8::Value> callback)
      : Call(client, callback), deadline_(Clock::now() + std::chrono::milliseconds(timeout_ms)) {}

 protected:
  Failure run(rd_kafka_t* handle) override {
    const Clock::time_point until = Clock::now() + kHold;
    for (;;) {
      const rd_kafka_resp_err_t code = rd_kafka_flush(handle, kStepMs);
      const Clock::time_point now = Clock::now();
      is_waiting_ = code == RD_KAFKA_RESP_ERR__TIMED_OUT && now < deadline_;
      if (!is_waiting_) return code == RD_KAFKA_RESP_ERR_NO_ERROR ? Failure::none() : Failure::of(code);
      if (now >= until) return Failure::none();
    }
  }
  bool wants_more() const override { return is_waiting_; }
  v8::Local<v8::Value> result() override { return Nan::Undefined(); }

 private:
  using Clock = std::chrono::steady_clock;

  Clock::time_point deadline_;
  bool is_waiting_ = false;
};

}  // namespace

NAN_METHOD(flush) {
  if (!accepts(info, 3)) return;
  if (!info[1]->IsInt32()) return Nan::ThrowTypeError("timeoutMs must be a whole number");
  Nan::AsyncQueueWorker(new Flush(info[0], Nan::To<int32_t>(info[1]).FromJust(), info[2]));
}

}  // namespace seatmapd
