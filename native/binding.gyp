# Builds against node-rdkafka's published headers and the librdkafka that it compiled at its own installation, so that
# the process holds one librdkafka. nan is resolved from node-rdkafka: both addons must agree on Nan::ObjectWrap.
{
  "variables": {
    "rdkafka": "<!(node -p \"require('path').dirname(require.resolve('node-rdkafka/package.json'))\")",
    "nan": "<!(node -p \"require('path').dirname(require.resolve('nan', { paths: [require.resolve('node-rdkafka/package.json')] }))\")",
    "rdkafka_from_addon": "<!(node -p \"require('path').relative('build/Release', require('path').dirname(require.resolve('node-rdkafka/package.json')))\")"
  },
  "targets": [
    {
      "target_name": "seatmapd_native",
      "sources": [
        "src/addon.cc",
        "src/admin_call.cc",
        "src/allocator.cc",
        "src/call.cc",
        "src/client.cc",
        "src/cluster_id.cc",
        "src/consume.cc",
        "src/failure.cc",
        "src/flush.cc",
        "src/group.cc",
        "src/group_members.cc",
        "src/group_offsets.cc",
        "src/groups.cc",
        "src/offsets.cc",
        "src/notify.cc",
        "src/produce.cc",
        "src/rights.cc",
        "src/topic_configs.cc",
        "src/topics.cc",
        "src/transaction.cc",
        "src/validate_topic.cc"
      ],
      "include_dirs": [
        "<(nan)",
        "<(rdkafka)",
        "<(rdkafka)/deps/librdkafka/src",
        "<(rdkafka)/deps/librdkafka/src-cpp"
      ],
      "cflags_cc!": ["-fno-exceptions", "-fno-rtti"],
      "conditions": [
        ["OS=='linux'", {
          "libraries": [
            "<(rdkafka)/build/deps/librdkafka.so",
            "-Wl,-rpath,'$$ORIGIN/<(rdkafka_from_addon)/build/deps'"
          ]
        }],
        ["OS=='mac'", {
          "libraries": [
            "<(rdkafka)/build/deps/librdkafka.dylib",
            "-Wl,-rpath,@loader_path/<(rdkafka_from_addon)/build/deps"
          ],
          "xcode_settings": { "GCC_ENABLE_CPP_EXCEPTIONS": "YES", "GCC_ENABLE_CPP_RTTI": "YES" }
        }]
      ]
    }
  ]
}
