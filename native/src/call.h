#pragma once
#include <nan.h>

#include <string>

#include "client.h"
#include "failure.h"

namespace seatmapd {

// One call on librdkafka: `run` on libuv's pool, then the callback (error) or (null, result) on the main thread.
class Call : public Nan::AsyncWorker {
 public:
  // `client` must be one that connection_of() accepts; it is kept alive until the callback.
  Call(v8::Local<v8::Value> client, v8::Local<v8::Value> callback);

  void Execute() final;
  void HandleOKCallback() final;

 protected:
  // Never touches V8. `handle` is connected and stays so until it returns.
  virtual Failure run(rd_kafka_t* handle) = 0;
  // Whether `run`, which did not fail, is to be called again, after a pause in which the client may be disconnected.
  virtual bool wants_more() const { return false; }
  virtual v8::Local<v8::Value> result() = 0;

 private:
  NodeKafka::Connection* connection_;
  Failure failure_;
};

// Ends, at the exit of the process, the calls that want more: it waits for the threads of libuv's pool.
void end_calls_at_exit();

const char* const kNotConnected = "the Kafka client is not connected";

// Checks the arguments of a call before it is made: a client first, a callback last, `count` arguments in all.
// Otherwise it throws a TypeError and returns false.
bool accepts(const Nan::FunctionCallbackInfo<v8::Value>& info, int count);

v8::Local<v8::String> text(const std::string& utf8);

}  // namespace seatmapd
