/** Writes docs/grafana.json: a dashboard over the metrics of src/telemetry/metrics.ts, to import into Grafana. */
import { writeFileSync } from 'node:fs';
import { PANELS } from './dashboard-panels.ts';

const [WIDTH, HEIGHT, COLUMNS] = [8, 8, 3];

const dashboard = {
  title: 'Redox Media gateway',
  uid: 'redox-media-gateway',
  schemaVersion: 39,
  editable: true,
  refresh: '30s',
  time: { from: 'now-1h', to: 'now' },
  templating: {
    list: [{ name: 'datasource', type: 'datasource', query: 'prometheus', label: 'Prometheus' }],
  },
  panels: PANELS.map(({ title, unit, description, queries }, at) => ({
    id: at + 1,
    type: 'timeseries',
    title,
    description,
    datasource: { type: 'prometheus', uid: '$datasource' },
    gridPos: {
      x: (at % COLUMNS) * WIDTH,
      y: Math.floor(at / COLUMNS) * HEIGHT,
      w: WIDTH,
      h: HEIGHT,
    },
    fieldConfig: { defaults: { unit, min: 0 }, overrides: [] },
    targets: queries.map(([legendFormat, expr], query) => ({
      refId: String.fromCharCode(65 + query),
      legendFormat,
      expr,
    })),
  })),
};

writeFileSync(new URL('../docs/grafana.json', import.meta.url), `${JSON.stringify(dashboard, null, 2)}\n`);
