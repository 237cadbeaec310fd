/** Runs in the browser, on the explorer's page: starts GraphiQL with what the page holds. */
const setup = JSON.parse(document.getElementById('setup').textContent);

self.MonacoEnvironment = { globalAPI: false, getWorkerUrl: (_, label) => setup.workers[label] };

self.YogaGraphiQL.renderYogaGraphiQL(document.getElementById('root'), {
  ...setup.options,
  // Operations and their variables name patients: they end with the tab,
  storage: self.sessionStorage,
  // and do not go into the address, from where they would reach histories and logs. A token is not stored at all.
  onEditQuery: () => undefined,
  shouldPersistHeaders: false,
});
