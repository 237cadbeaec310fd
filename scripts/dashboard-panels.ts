/** What the dashboard shows of the metrics of src/telemetry/metrics.ts, in the order of its panels. */

type Unit = 'short' | 'reqps' | 's' | 'bytes' | 'Bps' | 'percentunit';

interface Panel {
  readonly title: string;
  readonly unit: Unit;
  /** What the panel shows, and when to act. */
  readonly description: string;
  readonly queries: readonly (readonly [legend: string, expr: string])[];
}

const rate = (name: string, by = '') =>
  `sum ${by && `by (${by}) `}(rate(redox_media_${name}[$__rate_interval]))`;
const quantile = (share: number, name: string) =>
  `histogram_quantile(${share}, sum by (le) (rate(redox_media_${name}_bucket[$__rate_interval])))`;

export const PANELS: readonly Panel[] = [
  {
    title: 'Operations',
    unit: 'reqps',
    description:
      'GraphQL operations. Many partial ones: a destination has trouble. Refused: a client is broken.',
    queries: [['{{outcome}}', rate('operations_total', 'outcome')]],
  },
  {
    title: 'Operations that were not compiled',
    unit: 'reqps',
    description:
      'Plans of operations that could not be made. Too large: clients repeat fragments. Failed: a fault of the gateway.',
    queries: [['{{reason}}', rate('operations_not_compiled_total', 'reason')]],
  },
  {
    title: 'Operation time',
    unit: 's',
    description: "Mostly the destinations' time.",
    queries: [
      ['p50', quantile(0.5, 'operation_seconds')],
      ['p99', quantile(0.99, 'operation_seconds')],
    ],
  },
  {
    title: 'HTTP responses',
    unit: 'reqps',
    description: '401 and 403: tokens. 503: stopping, or the audit trail cannot be written.',
    queries: [['{{route}} {{status}}', rate('http_requests_total', 'route, status')]],
  },
  {
    title: 'Upstream calls per operation',
    unit: 'short',
    description:
      'The busier, the fewer. Above 1: operations that need several, or clients with unequal rights.',
    queries: [['mean', `${rate('calls_per_operation_sum')} / ${rate('calls_per_operation_count')}`]],
  },
  {
    title: 'Upstream calls',
    unit: 'reqps',
    description: 'Media Queries by how they ended.',
    queries: [['{{destination}} {{outcome}}', rate('calls_total', 'destination, outcome')]],
  },
  {
    title: 'Upstream time, p99',
    unit: 's',
    description: 'By destination.',
    queries: [
      [
        '{{destination}}',
        'histogram_quantile(0.99, sum by (le, destination) (rate(redox_media_call_seconds_bucket[$__rate_interval])))',
      ],
    ],
  },
  {
    title: 'Needs per call',
    unit: 'short',
    description: 'How many fields a call settles: what merging saves.',
    queries: [
      ['mean', `${rate('needs_per_call_sum')} / ${rate('needs_per_call_count')}`],
      [
        'coalesced with a call in flight, per second',
        'sum (rate(redox_media_incidents_total{kind="coalesced"}[$__rate_interval]))',
      ],
    ],
  },
  {
    title: 'Queue',
    unit: 's',
    description: 'How long needs wait for a slot or the quota.',
    queries: [
      ['p50', quantile(0.5, 'queue_seconds')],
      ['p99', quantile(0.99, 'queue_seconds')],
    ],
  },
  {
    title: 'Waiting and in flight',
    unit: 'short',
    description: 'All slots in flight and many waiting: more REDOX_CONCURRENCY, or a slow destination.',
    queries: [
      ['waiting, {{destination}}', 'sum by (destination) (redox_media_waiting_needs)'],
      ['in flight', 'sum (redox_media_calls_in_flight)'],
    ],
  },
  {
    title: 'Quota left',
    unit: 'short',
    description: 'Calls that the rolling window still allows. Near 0: RATE_LIMITED is next.',
    queries: [['{{instance}}', 'redox_media_quota_left']],
  },
  {
    title: 'Breakers',
    unit: 'short',
    description: '0 closed, 1 trying, 2 open; "redox" is Redox itself.',
    queries: [['{{destination}}', 'max by (destination) (redox_media_breaker_state)']],
  },
  {
    title: 'Retries, splits, rejections',
    unit: 'reqps',
    description: 'Retried: passing trouble. Split: too large for a destination. Overloaded: too many wait.',
    queries: [['{{destination}} {{kind}}', rate('incidents_total', 'destination, kind')]],
  },
  {
    title: 'Documents',
    unit: 'reqps',
    description:
      'Fetched, given to fields, and unmatched: those that satisfy no need. Unmatched items mean that a destination ignores filters.',
    queries: [
      ['fetched', rate('items_total')],
      ['given', rate('items_given_total')],
      ['unmatched, {{destination}}', rate('unmatched_items_total', 'destination')],
    ],
  },
  {
    title: 'Bytes received',
    unit: 'Bps',
    description: 'Replies, files included.',
    queries: [
      ['{{destination}}', rate('reply_bytes_total', 'destination')],
      ['calls that {{files}} files', rate('calls_by_files_total', 'files')],
    ],
  },
  {
    title: 'Found in memory',
    unit: 'percentunit',
    description:
      'Of what was looked for: pages by their cursors, questions of callers that accept an answer of some age, files by their links. What is missing was a call.',
    queries: [
      [
        '{{kind}}',
        `${rate('recent_hits_total', 'kind')} / (${rate('recent_hits_total', 'kind')} + ${rate('recent_misses_total', 'kind')})`,
      ],
    ],
  },
  {
    title: 'Memory for answers and files',
    unit: 'bytes',
    description:
      'page and question together: at most RECENT_BYTES; file: at most RECENT_FILE_BYTES. Full, and forgetting: more of it, or fewer RECENT_SECONDS.',
    queries: [['{{instance}} {{kind}}', 'redox_media_recent_bytes']],
  },
  {
    title: 'Forgotten before its time',
    unit: 'reqps',
    description: 'So that others had room. Above 0 while many are not found: more memory saves calls.',
    queries: [['{{kind}}', rate('recent_evictions_total', 'kind')]],
  },
  {
    title: 'Access token age',
    unit: 's',
    description: 'Renewed at 80 % of its life. Growing beyond: the token service fails.',
    queries: [['{{instance}}', 'redox_media_token_age_seconds']],
  },
  {
    title: 'Access tokens not granted',
    unit: 'reqps',
    description: 'Attempts that failed. The log line "token-not-granted" has the status.',
    queries: [['{{instance}}', rate('token_failures_total', 'instance')]],
  },
  {
    title: 'Shared through Redis',
    unit: 'short',
    description: '1: replicas share this part. 0: each is alone with it; the log line "redis" says why.',
    queries: [['{{instance}} {{part}}', 'redox_media_redis_available']],
  },
  {
    title: 'Events from Redox',
    unit: 'reqps',
    description:
      'What Redox pushed. Failed: they could not be recorded, and Redox sends them again. Refused: a token that was changed on one side alone.',
    queries: [['{{kind}} {{outcome}}', rate('events_total', 'kind, outcome')]],
  },
  {
    title: 'Unreadable events',
    unit: 'reqps',
    description:
      'Recorded, but not understood; each makes forgotten all that it may concern. Unknown source: it is missing in REDOX_SOURCES.',
    queries: [['{{reason}}', rate('events_unreadable_total', 'reason')]],
  },
  {
    title: 'Event lag',
    unit: 's',
    description: "From Redox's time of an event to its recording. Growing: the feed was blocked.",
    queries: [
      ['p50', quantile(0.5, 'event_lag_seconds')],
      ['p99', quantile(0.99, 'event_lag_seconds')],
    ],
  },
  {
    title: 'Inbox of events',
    unit: 'short',
    description:
      '1: events can be recorded and read. 0: Redox keeps them meanwhile; with REDIS_URL, look there.',
    queries: [['{{instance}}', 'redox_media_inbox_up']],
  },
  {
    title: 'Silence of the inbox',
    unit: 's',
    description:
      'Since the last event or sign of life; -1: never. Long in working hours: the feed is paused at Redox.',
    queries: [['{{instance}}', 'redox_media_inbox_silence_seconds']],
  },
  {
    title: 'Versions',
    unit: 'short',
    description: 'Replicas by version: two of them while a roll-out is under way.',
    queries: [['{{version}}, Node {{node}}', 'count by (version, node) (redox_media_build_info)']],
  },
  {
    title: 'Subscriptions',
    unit: 'short',
    description:
      'Open ones, and events that wait for their clients. Waiting and growing: clients read too slowly.',
    queries: [
      ['open, {{instance}}', 'redox_media_subscribers'],
      ['waiting, {{instance}}', 'redox_media_subscriber_buffered_events'],
    ],
  },
  {
    title: 'Events delivered',
    unit: 'reqps',
    description: 'To subscriptions: live ones, and those that are replayed after a cursor.',
    queries: [
      ['{{from}}', rate('changes_delivered_total', 'from')],
      ['subscriptions that continue', rate('subscription_replays_total')],
    ],
  },
  {
    title: 'Time to delivery',
    unit: 's',
    description:
      'From the recording of an event until its subscription is given it. Seconds: clients or the process are slow.',
    queries: [
      ['p50', quantile(0.5, 'change_delivery_seconds')],
      ['p99', quantile(0.99, 'change_delivery_seconds')],
    ],
  },
  {
    title: 'Subscriptions that ended',
    unit: 'reqps',
    description:
      'Slow: clients read too slowly. Expired: they were away for longer than REDOX_EVENTS_KEPT events. Failed: the inbox or the audit trail is away.',
    queries: [['{{reason}}', rate('subscriptions_ended_total', 'reason')]],
  },
  {
    title: 'Event loop delay, p99',
    unit: 's',
    description: 'Above 50 ms: the processor is short; more replicas.',
    queries: [['{{instance}}', 'nodejs_eventloop_lag_p99_seconds']],
  },
];
