#include <chrono>
#include <vector>

#include "call.h"
#include "calls.h"
#include "frames.h"

namespace seatmapd {

namespace {

const char* const kTooLarge = "a consumed batch is larger than a frame batch may be";
constexpr size_t kLimitBytes = size_t{1} << 30;
constexpr uint32_t kMostMessages = 10'000'000;
constexpr size_t kLeastBytes = size_t{1} << 16;

// Milliseconds until then, rounded up; 0 when it is over.
int left_of(std::chrono::steady_clock::time_point until) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
  return left.count() < 0 ? 0 : static_cast<int>(left.count());
}

// Powers of two, so that the memory of one batch fits the next.
size_t rounded(size_t size) {
  size_t capacity = kLeastBytes;
  while (capacity < size) capacity *= 2;
  return capacity;
}

// Messages that librdkafka gave away; they go back to it in any case.
class Messages {
 public:
  Messages() = default;
  Messages(const Messages&) = delete;
  Messages& operator=(const Messages&) = delete;
  ~Messages() {
    for (rd_kafka_message_t* message : all_) rd_kafka_message_destroy(message);
  }

  void add(rd_kafka_message_t* message) { all_.push_back(message); }

  // Takes what is there, up to `limit` messages in all, waiting up to `wait_ms` for that many. One by one: librdkafka's
  // batch calls take PARTITION_EOF for a record, and a partition paused at its end goes on behind a record not read yet.
  void take(rd_kafka_t* handle, size_t limit, int wait_ms) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(wait_ms);
    int left_ms = wait_ms;
    while (all_.size() < limit) {
      rd_kafka_message_t* message = rd_kafka_consumer_poll(handle, left_ms);
      if (message != nullptr) all_.push_back(message);
      else if (left_ms == 0) return;
      if (left_ms > 0) left_ms = left_of(until);
    }
  }

  const std::vector<rd_kafka_message_t*>& all() const { return all_; }

 private:
  std::vector<rd_kafka_message_t*> all_;
};

// Frames of one topic and partition that follow each other, or the end of a partition; eight doubles for JavaScript,
// which src/kafka/packed-source.ts reads.
struct Event {
  double kind;  // 0 run, 1 end
  double topic;
  double partition;
  double start;
  double end;
  double count;
  double first_offset;
  double last_offset;
};
static_assert(sizeof(Event) == 8 * sizeof(double), "an event is eight doubles");
enum Kind { kRun = 0, kEnd = 1 };

size_t content_size(const rd_kafka_message_t* message) {
  return (message->payload == nullptr ? 0 : message->len) + (message->key == nullptr ? 0 : message->key_len);
}

// The index of each topic in the list that the caller named them in.
class TopicIndex {
 public:
  explicit TopicIndex(const std::vector<std::string>& names) : names_(names) {}

  // -1 for a topic that is not in the list.
  int of(rd_kafka_topic_t* topic) {
    if (topic == last_) return last_index_;
    last_ = topic;
    last_index_ = -1;
    if (topic == nullptr) return last_index_;
    const char* name = rd_kafka_topic_name(topic);
    for (size_t i = 0; i < names_.size(); i++) {
      if (names_[i] == name) last_index_ = static_cast<int>(i);
    }
    return last_index_;
  }

 private:
  const std::vector<std::string>& names_;
  rd_kafka_topic_t* last_ = nullptr;
  int last_index_ = -1;
};

class Consume : public Call {
 public:
  Consume(v8::Local<v8::Value> client, std::vector<std::string> topics, uint32_t limit, int wait_ms, int gather_ms,
          v8::Local<v8::Value> target, v8::Local<v8::Value> callback)
      : Call(client, callback), topics_(std::move(topics)), limit_(limit), wait_ms_(wait_ms), gather_ms_(gather_ms) {
    if (!node::Buffer::HasInstance(target)) return;
    // Keeps the memory alive, and unmoved, until it is filled.
    SaveToPersistent("target", target);
    target_ = node::Buffer::Data(target);
    target_size_ = node::Buffer::Length(target);
  }
  ~Consume() override {
    if (data_ != target_) free(data_);
  }

 protected:
  Failure run(rd_kafka_t* handle) override {
    if (rd_kafka_type(handle) != RD_KAFKA_CONSUMER) {
      return Failure::of(RD_KAFKA_RESP_ERR__INVALID_ARG, "the Kafka client is no consumer");
    }
    rd_kafka_message_t* first = rd_kafka_consumer_poll(handle, wait_ms_);
    if (first == nullptr) return Failure::none();
    Messages messages;
    messages.add(first);
    messages.take(handle, limit_, 0);
    if (gather_ms_ > 0) messages.take(handle, limit_, gather_ms_);
    return pack(messages.all());
  }

  // { frames, count, events, errors }
  v8::Local<v8::Value> result() override {
    Nan::EscapableHandleScope scope;
    v8::Local<v8::Object> result = Nan::New<v8::Object>();
    const auto set = [&result](const char* name, v8::Local<v8::Value> value) {
      Nan::Set(result, Nan::New(name).ToLocalChecked(), value).Check();
    };
    set("frames", frames());
    set("count", Nan::New(count_));
    set("events", Nan::CopyBuffer(reinterpret_cast<const char*>(events_.data()),
                                  static_cast<uint32_t>(events_.size() * sizeof(Event)))
                      .ToLocalChecked());
    v8::Local<v8::Array> errors = Nan::New<v8::Array>(static_cast<int>(errors_.size()));
    for (size_t i = 0; i < errors_.size(); i++) {
      Nan::Set(errors, static_cast<uint32_t>(i), errors_[i].to_error()).Check();
    }
    set("errors", errors);
    return scope.Escape(result);
  }

 private:
  v8::Local<v8::Value> frames() {
    if (size_ == 0) return Nan::NewBuffer(0).ToLocalChecked();
    if (target_ != nullptr && data_ == target_) return GetFromPersistent("target");
    // The Buffer takes the memory over and frees it.
    char* data = data_;
    data_ = nullptr;
    return Nan::NewBuffer(data, static_cast<uint32_t>(rounded(size_))).ToLocalChecked();
  }

  Failure pack(const std::vector<rd_kafka_message_t*>& messages) {
    size_t size = 0;
    for (const rd_kafka_message_t* message : messages) {
      if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) size += frame_size(content_size(message));
    }
    if (size > kLimitBytes) return Failure::of(RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, kTooLarge);
    if (size > 0 && size <= target_size_) data_ = target_;
    else if (size > 0) {
      data_ = static_cast<char*>(malloc(rounded(size)));
      if (data_ == nullptr) return Failure::of(RD_KAFKA_RESP_ERR__CRIT_SYS_RESOURCE);
    }
    TopicIndex topics(topics_);
    for (const rd_kafka_message_t* message : messages) {
      const int topic = topics.of(message->rkt);
      if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) append(message, topic);
      else if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) end(message, topic);
      else error(message);
    }
    return Failure::none();
  }

  void append(const rd_kafka_message_t* message, int topic) {
    rd_kafka_timestamp_type_t type = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE;
    const int64_t timestamp_ms = rd_kafka_message_timestamp(message, &type);
    FrameHeader header{};
    header.partition = message->partition;
    header.value_size = message->payload == nullptr ? -1 : static_cast<int32_t>(message->len);
    header.key_size = message->key == nullptr ? -1 : static_cast<int32_t>(message->key_len);
    header.topic = static_cast<uint16_t>(topic);
    header.offset = message->offset;
    header.timestamp_ms = type == RD_KAFKA_TIMESTAMP_NOT_AVAILABLE ? -1 : timestamp_ms;
    char* at = data_ + size_;
    memcpy(at, &header, sizeof(header));
    at += sizeof(header);
    if (message->payload != nullptr && message->len > 0) memcpy(at, message->payload, message->len);
    at += present(header.value_size);
    if (message->key != nullptr && message->key_len > 0) memcpy(at, message->key, message->key_len);
    at += present(header.key_size);
    const size_t start = size_;
    size_ += frame_size(content_size(message));
    // The padding crosses to other threads, and is compared in tests.
    memset(at, 0, static_cast<size_t>(data_ + size_ - at));
    count_ += 1;
    extend(topic, message->partition, start, static_cast<double>(message->offset));
  }

  void extend(int topic, int32_t partition, size_t start, double offset) {
    if (!events_.empty()) {
      Event& last = events_.back();
      // An offset that does not rise begins another run: the merge looks at the ends of runs, and refuses it.
      if (last.kind == kRun && last.topic == topic && last.partition == partition && offset > last.last_offset) {
        last.end = static_cast<double>(size_);
        last.count += 1;
        last.last_offset = offset;
        return;
      }
    }
    events_.push_back({kRun, static_cast<double>(topic), static_cast<double>(partition), static_cast<double>(start),
                       static_cast<double>(size_), 1, offset, offset});
  }

  void end(const rd_kafka_message_t* message, int topic) {
    const double offset = static_cast<double>(message->offset);
    events_.push_back({kEnd, static_cast<double>(topic), static_cast<double>(message->partition), 0, 0, 0, offset, offset});
  }

  void error(const rd_kafka_message_t* message) {
    errors_.push_back(Failure::of(message->err, rd_kafka_message_errstr(message)));
    errors_.back().is_fatal = message->err == RD_KAFKA_RESP_ERR__FATAL;
  }

  std::vector<std::string> topics_;
  uint32_t limit_;
  int wait_ms_;
  int gather_ms_;
  char* target_ = nullptr;
  size_t target_size_ = 0;
  char* data_ = nullptr;
  size_t size_ = 0;
  uint32_t count_ = 0;
  std::vector<Event> events_;
  std::vector<Failure> errors_;
};

}  // namespace

NAN_METHOD(consume) {
  if (!accepts(info, 7)) return;
  if (!info[1]->IsArray()) return Nan::ThrowTypeError("topics must be an array of names");
  v8::Local<v8::Array> names = info[1].As<v8::Array>();
  std::vector<std::string> topics;
  for (uint32_t i = 0; i < names->Length(); i++) {
    v8::Local<v8::Value> name;
    if (!Nan::Get(names, i).ToLocal(&name) || !name->IsString()) {
      return Nan::ThrowTypeError("topics must be an array of names");
    }
    topics.emplace_back(*Nan::Utf8String(name));
  }
  const uint32_t limit = info[2]->IsUint32() ? Nan::To<uint32_t>(info[2]).FromJust() : 0;
  if (limit == 0 || limit > kMostMessages) {
    return Nan::ThrowTypeError("limit must be a number of messages, ten millions at most");
  }
  // A negative time would be no limit at all.
  if (!info[3]->IsUint32() || !info[3]->IsInt32() || !info[4]->IsUint32() || !info[4]->IsInt32()) {
    return Nan::ThrowTypeError("waitMs and gatherMs must be whole numbers, not negative");
  }
  Nan::AsyncQueueWorker(new Consume(info[0], std::move(topics), limit, Nan::To<int32_t>(info[3]).FromJust(),
                                    Nan::To<int32_t>(info[4]).FromJust(), info[5], info[6]));
}

}  // namespace seatmapd
