/*
 * The limit of what librdkafka and the broker can do: consume, produce the same bytes to the same partition, commit the
 * offsets in the transaction; no other work. The benchmark compares everything with it.
 *
 *   limit --group G --input T --output T --batch N --wait-ms N [--consumer key=value]... [--producer key=value]...
 *
 * It writes {"event":"ready","timeMs":…} at its first assignment and ends on SIGTERM. Any error ends it with a message and 1.
 */
#include <librdkafka/rdkafka.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { error_size = 512, request_timeout_ms = 60000, poll_ms = 10, most_partitions = 4096 };

static volatile sig_atomic_t stopping;

static void stop(int signal_number) {
  (void)signal_number;
  stopping = 1;
}

static void fail(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  fputs("limit: ", stderr);
  vfprintf(stderr, format, arguments);
  fputc('\n', stderr);
  va_end(arguments);
  exit(1);
}

static void check(const char *what, rd_kafka_error_t *error) {
  if (error) fail("%s: %s", what, rd_kafka_error_string(error));
}

static void set(rd_kafka_conf_t *configuration, const char *assignment) {
  char error[error_size], key[256];
  const char *separator = strchr(assignment, '=');
  if (!separator || (size_t)(separator - assignment) >= sizeof key) fail("expected key=value, not %s", assignment);
  snprintf(key, sizeof key, "%.*s", (int)(separator - assignment), assignment);
  if (rd_kafka_conf_set(configuration, key, separator + 1, error, sizeof error) != RD_KAFKA_CONF_OK) fail("%s", error);
}

static void on_rebalance(rd_kafka_t *consumer, rd_kafka_resp_err_t kind, rd_kafka_topic_partition_list_t *partitions,
                         void *opaque) {
  (void)opaque;
  if (kind != RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) {
    rd_kafka_assign(consumer, NULL);
    return;
  }
  rd_kafka_assign(consumer, partitions);
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  printf("{\"event\":\"ready\",\"timeMs\":%lld}\n", (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000);
  fflush(stdout);
}

/* Produces a batch's records as they are and destroys them; notes each partition's next offset, 0 for none. */
static void pass_on(rd_kafka_t *producer, rd_kafka_topic_t *output, rd_kafka_message_t **messages, ssize_t count,
                    int64_t *next_offsets) {
  for (ssize_t index = 0; index < count; index++) {
    rd_kafka_message_t *message = messages[index];
    if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
      if (message->partition >= most_partitions) fail("more than %d partitions", most_partitions);
      while (rd_kafka_produce(output, message->partition, RD_KAFKA_MSG_F_COPY, message->payload, message->len, message->key,
                              message->key_len, NULL) == -1) {
        rd_kafka_resp_err_t error = rd_kafka_last_error();
        if (error != RD_KAFKA_RESP_ERR__QUEUE_FULL) fail("produce: %s", rd_kafka_err2str(error));
        rd_kafka_poll(producer, poll_ms);
      }
      next_offsets[message->partition] = message->offset + 1;
    } else if (message->err != RD_KAFKA_RESP_ERR__PARTITION_EOF) {
      fail("consume: %s", rd_kafka_message_errstr(message));
    }
    rd_kafka_message_destroy(message);
  }
  rd_kafka_poll(producer, 0);
}

static void send_offsets(rd_kafka_t *consumer, rd_kafka_t *producer, const char *input, const int64_t *next_offsets) {
  rd_kafka_topic_partition_list_t *offsets = rd_kafka_topic_partition_list_new(32);
  for (int partition = 0; partition < most_partitions; partition++) {
    if (next_offsets[partition] == 0) continue;
    rd_kafka_topic_partition_list_add(offsets, input, partition)->offset = next_offsets[partition];
  }
  if (offsets->cnt > 0) {
    rd_kafka_consumer_group_metadata_t *metadata = rd_kafka_consumer_group_metadata(consumer);
    check("send offsets", rd_kafka_send_offsets_to_transaction(producer, offsets, metadata, request_timeout_ms));
    rd_kafka_consumer_group_metadata_destroy(metadata);
  }
  rd_kafka_topic_partition_list_destroy(offsets);
}

static void subscribe(rd_kafka_t *consumer, const char *input) {
  rd_kafka_topic_partition_list_t *topics = rd_kafka_topic_partition_list_new(1);
  rd_kafka_topic_partition_list_add(topics, input, RD_KAFKA_PARTITION_UA);
  rd_kafka_resp_err_t error = rd_kafka_subscribe(consumer, topics);
  if (error) fail("subscribe: %s", rd_kafka_err2str(error));
  rd_kafka_topic_partition_list_destroy(topics);
}

static void run(rd_kafka_t *consumer, rd_kafka_t *producer, const char *input, const char *output_name, size_t batch,
                int wait_ms) {
  static int64_t next_offsets[most_partitions];
  rd_kafka_topic_t *output = rd_kafka_topic_new(producer, output_name, NULL);
  rd_kafka_queue_t *queue = rd_kafka_queue_get_consumer(consumer);
  rd_kafka_message_t **messages = malloc(batch * sizeof *messages);
  if (!output || !messages) fail("no topic or no memory");
  check("init transactions", rd_kafka_init_transactions(producer, request_timeout_ms));
  subscribe(consumer, input);

  while (!stopping) {
    ssize_t count = rd_kafka_consume_batch_queue(queue, wait_ms, messages, batch);
    if (count < 0) fail("consume: %s", rd_kafka_err2str(rd_kafka_last_error()));
    if (count == 0) continue;
    memset(next_offsets, 0, sizeof next_offsets);
    check("begin", rd_kafka_begin_transaction(producer));
    pass_on(producer, output, messages, count, next_offsets);
    send_offsets(consumer, producer, input, next_offsets);
    check("commit", rd_kafka_commit_transaction(producer, request_timeout_ms));
  }

  rd_kafka_queue_destroy(queue);
  rd_kafka_topic_destroy(output);
  free(messages);
}

static rd_kafka_t *client(rd_kafka_type_t type, rd_kafka_conf_t *configuration) {
  char error[error_size];
  rd_kafka_t *handle = rd_kafka_new(type, configuration, error, sizeof error);
  if (!handle) fail("%s", error);
  return handle;
}

int main(int argument_count, char **arguments) {
  const char *group = NULL, *input = NULL, *output = NULL;
  long batch = 0;
  int wait_ms = 0;
  rd_kafka_conf_t *consumer_configuration = rd_kafka_conf_new(), *producer_configuration = rd_kafka_conf_new();
  for (int index = 1; index < argument_count; index += 2) {
    const char *name = arguments[index], *value = arguments[index + 1];
    if (!value) fail("%s has no value", name);
    if (!strcmp(name, "--group")) group = value;
    else if (!strcmp(name, "--input")) input = value;
    else if (!strcmp(name, "--output")) output = value;
    else if (!strcmp(name, "--batch")) batch = atol(value);
    else if (!strcmp(name, "--wait-ms")) wait_ms = atoi(value);
    else if (!strcmp(name, "--consumer")) set(consumer_configuration, value);
    else if (!strcmp(name, "--producer")) set(producer_configuration, value);
    else fail("unknown argument %s", name);
  }
  if (!group || !input || !output) fail("--group, --input and --output are needed");
  if (batch <= 0 || wait_ms <= 0) fail("--batch and --wait-ms are needed, positive numbers");

  char group_assignment[error_size];
  snprintf(group_assignment, sizeof group_assignment, "group.id=%s", group);
  set(consumer_configuration, group_assignment);
  rd_kafka_conf_set_rebalance_cb(consumer_configuration, on_rebalance);
  signal(SIGTERM, stop);
  signal(SIGINT, stop);

  rd_kafka_t *producer = client(RD_KAFKA_PRODUCER, producer_configuration);
  rd_kafka_t *consumer = client(RD_KAFKA_CONSUMER, consumer_configuration);
  rd_kafka_poll_set_consumer(consumer);
  run(consumer, producer, input, output, (size_t)batch, wait_ms);
  rd_kafka_consumer_close(consumer);
  rd_kafka_destroy(consumer);
  rd_kafka_destroy(producer);
  return 0;
}
