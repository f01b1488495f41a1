#pragma once
#include <nan.h>

#include <string>

#include "rdkafka.h"

namespace seatmapd {

// Why a call on librdkafka did not succeed. `code` is an rd_kafka_resp_err_t.
struct Failure {
  int code = RD_KAFKA_RESP_ERR_NO_ERROR;
  std::string message;
  bool is_fatal = false;
  bool is_retriable = false;
  bool is_txn_requires_abort = false;

  explicit operator bool() const { return code != RD_KAFKA_RESP_ERR_NO_ERROR; }

  static Failure none() { return {}; }
  // With librdkafka's own sentence for the code where `message` is empty.
  static Failure of(rd_kafka_resp_err_t code, std::string message = {});
  // Takes ownership of `error`; NULL is success.
  static Failure take(rd_kafka_error_t* error);

  // An Error with the properties of node-rdkafka's LibrdKafkaError: code, errno, origin, isFatal, isRetriable,
  // isTxnRequiresAbort.
  v8::Local<v8::Value> to_error() const;
};

}  // namespace seatmapd
