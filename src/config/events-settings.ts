/** Settings for the events that Redox pushes: who may send them, to which destinations they belong, and how many are kept. */
import type { Environment } from './environment.ts';
import { fixed, open, secret, type ValuesOf } from './setting.ts';
import { eventSources, eventTokens, integer } from './value-parsers.ts';

/** A day, like the maximum of RECENT_SECONDS. */
const MAX_SECONDS = 86_400;

/** An event takes about a kilobyte, so this many take a gigabyte. */
const MAX_EVENTS = 1_000_000;

export const EVENTS = {
  tokens: secret(
    open(
      'REDOX_EVENTS_TOKEN',
      eventTokens,
      'random with the sandbox, else none: `/redox/events` does not exist',
      'Verification token of the destination at Redox that pushes events to `/redox/events`, of at least 32 bytes. For rotation several are separated by commas, and each of them is accepted.',
    ),
  ),
  sources: open(
    'REDOX_SOURCES',
    eventSources,
    "the sandbox's own, else none",
    '`general=UUID,county=UUID`: the destination to which the events of a source belong, as the alias of the destination and the `Meta.Source.ID` of the source. An alias may have several sources. Events of other sources concern every destination.',
  ),
  kept: fixed(
    'REDOX_EVENTS_KEPT',
    integer(1, MAX_EVENTS),
    '10000',
    'Maximum number of events that are kept, without files, for subscribers that reconnect and for replicas that were disconnected; the oldest one is dropped first.',
  ),
  liveRecentSeconds: fixed(
    'RECENT_SECONDS_LIVE',
    integer(0, MAX_SECONDS),
    '600',
    'How long an answer of Redox is remembered, in seconds, for destinations whose events arrive; at least `RECENT_SECONDS`, which applies to all other destinations.',
  ),
};

export interface EventsSettings extends Omit<ValuesOf<typeof EVENTS>, 'tokens' | 'sources'> {
  /** Each of them is accepted. Null: events are not received. */
  readonly tokens: readonly string[] | null;
  /** The alias of the destination by the ID of the source, in lower case. */
  readonly sources: ReadonlyMap<string, string>;
}

/** `aliases`: those of all destinations; undefined when REDOX_DESTINATIONS itself is wrong. */
export function readEvents(env: Environment, aliases: readonly string[] | undefined): EventsSettings {
  const { tokens = null, sources = new Map(), ...rest } = env.readAll(EVENTS);
  if (aliases !== undefined && ![...sources.values()].every((alias) => aliases.includes(alias))) {
    env.refuse(EVENTS.sources, 'names an alias that is not in REDOX_DESTINATIONS');
  }
  return { tokens, sources, ...rest };
}
