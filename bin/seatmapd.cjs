#!/usr/bin/env node
// libuv reads UV_THREADPOOL_SIZE at its first use, which an ES module's imports already are; so it is set here, before any.
process.env.UV_THREADPOOL_SIZE ??= '16';
void import('../dist/src/cli/main.js');
