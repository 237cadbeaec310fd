/** Loaded by the suite's own test runner: its client asks a router on a fixed port, ours is on any free one. */
const client = require('@apollo/federation-subgraph-compatibility-tests/dist/utils/client');

client.ROUTER_URL = process.env.ROUTER_URL;
