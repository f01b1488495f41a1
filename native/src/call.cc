#include "call.h"

#include <atomic>
#include <chrono>
#include <thread>

namespace seatmapd {

namespace {

constexpr std::chrono::milliseconds kPause{1};

std::atomic<bool> is_exiting{false};

}  // namespace

void end_calls_at_exit() {
  node::AtExit(
      node::GetCurrentEnvironment(Nan::GetCurrentContext()), [](void*) { is_exiting = true; }, nullptr);
}

Call::Call(v8::Local<v8::Value> client, v8::Local<v8::Value> callback)
    : Nan::AsyncWorker(new Nan::Callback(callback.As<v8::Function>()), "seatmapd:native"),
      connection_(connection_of(client)) {
  SaveToPersistent("client", client);
}

void Call::Execute() {
  for (;;) {
    {
      Lease lease = Lease::wait(connection_);
      failure_ = lease.handle() == nullptr ? Failure::of(RD_KAFKA_RESP_ERR__STATE, kNotConnected) : run(lease.handle());
    }
    if (failure_ || !wants_more() || is_exiting) return;
    std::this_thread::sleep_for(kPause);
  }
}

void Call::HandleOKCallback() {
  Nan::HandleScope scope;
  if (failure_) {
    v8::Local<v8::Value> arguments[] = {failure_.to_error()};
    callback->Call(1, arguments, async_resource);
    return;
  }
  v8::Local<v8::Value> arguments[] = {Nan::Null(), result()};
  callback->Call(2, arguments, async_resource);
}

bool accepts(const Nan::FunctionCallbackInfo<v8::Value>& info, int count) {
  if (info.Length() != count || !info[count - 1]->IsFunction()) {
    Nan::ThrowTypeError("wrong arguments: a client of node-rdkafka comes first, a callback last");
    return false;
  }
  if (connection_of(info[0]) == nullptr) {
    Nan::ThrowTypeError("not a client of node-rdkafka: pass what its getClient() returns");
    return false;
  }
  return true;
}

v8::Local<v8::String> text(const std::string& utf8) { return Nan::New(utf8).ToLocalChecked(); }

}  // namespace seatmapd
