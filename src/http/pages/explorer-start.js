/** Runs in the browser, on the explorer's page: starts GraphiQL with what the page holds. */
const setup = JSON.parse(document.getElementById('setup').textContent);

self.MonacoEnvironment = { globalAPI: false, getWorkerUrl: (_, label) => setup.workers[label] };

/** What an operation cost, in words: of `extensions.redox`, which the gateway sends where explorers are served. */
function sayCost(redox) {
  // Reading the schema costs nothing, and is not what the user asked.
  if (!redox || (redox.mediaQueries === 0 && redox.ageSeconds === null)) return;
  const calls = ['no Redox call', '1 Redox call'][redox.mediaQueries] ?? `${redox.mediaQueries} Redox calls`;
  const bytes = redox.bytes > 0 ? `, ${Math.ceil(redox.bytes / 1000).toLocaleString('en')} kB` : '';
  const age = redox.ageSeconds === null ? '' : `, remembered for ${redox.ageSeconds} s`;
  const place = document.getElementById('cost');
  place.textContent = `This operation cost ${calls}${bytes}${age}.`;
  place.hidden = false;
}

const { fetch } = self;
self.fetch = async (...request) => {
  const response = await fetch(...request);
  if (/\bjson\b|\+json/.test(response.headers.get('content-type') ?? '')) {
    const copy = response.clone().json();
    copy.then(({ extensions }) => sayCost(extensions?.redox)).catch(() => undefined);
  }
  return response;
};

self.YogaGraphiQL.renderYogaGraphiQL(document.getElementById('root'), {
  ...setup.options,
  // Operations and their variables name patients: they end with the tab,
  storage: self.sessionStorage,
  // and do not go into the address, from where they would reach histories and logs. A token is not stored at all.
  onEditQuery: () => undefined,
  shouldPersistHeaders: false,
  // A subscription would be a GET, with the patients of its variables in the address.
  method: 'POST',
});
