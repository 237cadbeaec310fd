/** The drawer at the bottom: the cost of each view and, on request, the operation and its Media Queries. */
import { useState } from 'react';
import { useStore } from '../store.ts';
import { costs, type OperationView } from './costs.ts';
import { costInWords, sizeInWords } from './words.ts';

export function CostDrawer() {
  const views = useStore(costs);
  const [isOpen, setOpen] = useState(false);
  const [latest] = views;
  return (
    <section className="drawer" aria-label="What this cost" data-open={isOpen}>
      <button
        type="button"
        className="handle"
        aria-expanded={isOpen}
        aria-controls="costs"
        disabled={latest === undefined}
        onClick={() => setOpen(!isOpen)}
      >
        <span className="label">{latest?.name ?? 'What this cost'}</span>
        <span>{latest ? costInWords(latest) : 'No query has been sent yet.'}</span>
        <span aria-hidden="true">{isOpen ? '▾' : '▴'}</span>
      </button>
      <div id="costs" hidden={!isOpen}>
        <ol>
          {views.map((view) => (
            <li key={view.number}>
              <View view={view} />
            </li>
          ))}
        </ol>
      </div>
    </section>
  );
}

function View({ view }: { readonly view: OperationView }) {
  const { name, text, variables, redox } = view;
  return (
    <details>
      <summary>
        <strong>{name}</strong> <span>{costInWords(view)}</span>
        {redox && <span className="hint">{remarksOf(redox)}</span>}
      </summary>
      <div className="sides">
        <Code title="The operation" text={text} />
        <Code title="Its variables" text={JSON.stringify(variables, null, 2)} />
        {redox?.queries?.map((query, at) => (
          // The Media Queries of an operation do not change any more.
          <Code
            key={JSON.stringify(query)}
            title={`Media Query ${at + 1}`}
            text={JSON.stringify(query, null, 2)}
          />
        ))}
        {redox?.queries?.length === 0 && <p>No Media Query was sent for it.</p>}
      </div>
    </details>
  );
}

function remarksOf({ bytes, ageSeconds }: NonNullable<OperationView['redox']>): string {
  const age = ageSeconds === null ? 'queried just now' : `remembered for ${ageSeconds} s`;
  return bytes > 0 ? `${sizeInWords(bytes)} from Redox, ${age}` : age;
}

function Code({ title, text }: { readonly title: string; readonly text: string }) {
  return (
    <label className="code">
      <span>{title}</span>
      <textarea readOnly value={text} rows={Math.min(18, text.split('\n').length)} spellCheck={false} />
    </label>
  );
}
