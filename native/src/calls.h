#pragma once
#include <nan.h>

// The functions of the addon, each in a file of its own concern. src/kafka/native.ts describes them for TypeScript.
namespace seatmapd {

NAN_METHOD(cluster_id);                    // (client, timeoutMs, callback) → string
NAN_METHOD(describe_topic_configs);        // (client, topics, timeoutMs, callback) → [{ topic, code, message, values, own }]
NAN_METHOD(describe_topics);               // (client, topics, broker, timeoutMs, callback) → [{ topic, code, message, id, partitions }]
NAN_METHOD(list_consumer_groups);          // (client, timeoutMs, callback) → [{ group, state }]
NAN_METHOD(list_group_members);            // (client, group, timeoutMs, callback) → [{ memberId, clientId, host }]
NAN_METHOD(list_consumer_group_offsets);   // (client, group, timeoutMs, callback) → [{ topic, partition, offset, code, message }]
NAN_METHOD(topic_rights);                  // (client, topics, timeoutMs, callback) → [{ name, code, message, operations }]
NAN_METHOD(group_rights);                  // (client, group, timeoutMs, callback) → the same, of one group
NAN_METHOD(list_offsets);                  // (client, topic, partitions, atEnd, timeoutMs, callback) → the same
NAN_METHOD(validate_topic);                // (client, topic, partitions, replication, configNames, configValues, timeoutMs, callback)
NAN_METHOD(assignment_lost);               // (consumer): boolean, synchronous
NAN_METHOD(group_metadata);                // (consumer, callback) → Buffer
NAN_METHOD(consume);                       // (consumer, topics, limit, waitMs, gatherMs, callback) → { frames, count, events, errors }
NAN_METHOD(produce);                       // (producer, topic, frames, sizeBytes, callback) → number
NAN_METHOD(flush);                         // (producer, timeoutMs, callback)
NAN_METHOD(send_offsets_to_transaction);   // (producer, offsets, metadata, timeoutMs, callback)
NAN_METHOD(tune_allocator);                // ()
NAN_METHOD(notify);                        // (socket, message), synchronous

}  // namespace seatmapd
