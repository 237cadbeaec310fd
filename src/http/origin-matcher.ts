/** Origins whose pages may call, as the plugin for cross-origin rules takes them. */

/** `http://localhost:*` is that host with any port, the one of the scheme included, which browsers leave out. */
export function originMatcher(origin: string): string | RegExp {
  if (!origin.endsWith(':*')) return origin;
  // In a host and its scheme, a dot is the only character that means something in a pattern.
  return new RegExp(`^${origin.slice(0, -2).replaceAll('.', '\\.')}(?::\\d{1,5})?$`);
}
