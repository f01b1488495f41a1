#include "failure.h"

#include <utility>

namespace seatmapd {

Failure Failure::of(rd_kafka_resp_err_t code, std::string message) {
  Failure failure;
  failure.code = code;
  failure.message = message.empty() ? rd_kafka_err2str(code) : std::move(message);
  return failure;
}

Failure Failure::take(rd_kafka_error_t* error) {
  if (error == nullptr) return none();
  Failure failure = of(rd_kafka_error_code(error), rd_kafka_error_string(error));
  failure.is_fatal = rd_kafka_error_is_fatal(error) != 0;
  failure.is_retriable = rd_kafka_error_is_retriable(error) != 0;
  failure.is_txn_requires_abort = rd_kafka_error_txn_requires_abort(error) != 0;
  rd_kafka_error_destroy(error);
  return failure;
}

v8::Local<v8::Value> Failure::to_error() const {
  Nan::EscapableHandleScope scope;
  v8::Local<v8::Object> error = Nan::Error(message.c_str()).As<v8::Object>();
  const auto set = [&error](const char* name, v8::Local<v8::Value> value) {
    Nan::Set(error, Nan::New(name).ToLocalChecked(), value).Check();
  };
  set("code", Nan::New(code));
  set("errno", Nan::New(code));
  // librdkafka's own codes are negative, the broker's positive.
  set("origin", Nan::New(code < 0 ? "local" : "kafka").ToLocalChecked());
  set("isFatal", Nan::New(is_fatal));
  set("isRetriable", Nan::New(is_retriable));
  set("isTxnRequiresAbort", Nan::New(is_txn_requires_abort));
  return scope.Escape(error);
}

}  // namespace seatmapd
