/** The chart of one patient: its timeline, filters and documents, the opened document beside them, and ways to add one. */
import { useEffect, useRef, useState } from 'react';
import { DocumentPanel } from '../files/document-panel.tsx';
import type { PatientReference } from '../page-config.ts';
import { DropZone } from '../writes/drop-zone.tsx';
import { type Draft, WriteDialog } from '../writes/write-dialog.tsx';
import { ChartHeader } from './chart-header.tsx';
import { DocumentList } from './document-list.tsx';
import { FilterBar } from './filter-bar.tsx';
import { type Filters, NO_FILTERS } from './filters.ts';
import { Timeline } from './timeline.tsx';
import { useChanges } from './use-changes.ts';
import { type ChartData, type ChartDocument, useChart } from './use-chart.ts';

interface Properties {
  readonly patient: PatientReference;
  /** The document that is opened beside the list. */
  readonly openedId: string | null;
  /** Null closes it. */
  readonly onOpen: (id: string | null) => void;
  readonly onBack: () => void;
}

export function Chart({ patient: reference, openedId, onOpen, onBack }: Properties) {
  const [filters, setFilters] = useState<Filters>(NO_FILTERS);
  const [draft, setDraft] = useState<Draft | null>(null);
  // Subscribes before the chart is read, so that changes during the read are received too.
  const update = useRef<() => void>(() => undefined);
  const news = useChanges(reference, () => update.current());
  const chart = useChart(reference, filters);
  update.current = chart.update;
  const opened = useOpened(openedId, chart);
  const heading = useFocusOnce();
  useFocusOnClose(openedId);
  const close = () => onOpen(null);
  const add = (files: readonly File[]) => setDraft({ files, replaced: null });
  return (
    <div className="chart" data-opened={opened !== null}>
      <DropZone onFiles={add}>
        <ChartHeader
          reference={reference}
          chart={chart}
          onBack={onBack}
          onFiles={add}
          heading={heading}
          news={news}
        />
        <Timeline patient={chart.patient} filters={filters} onChange={setFilters} />
        <FilterBar patient={chart.patient} filters={filters} onChange={setFilters} />
        <DocumentList
          chart={chart}
          openedId={openedId}
          onOpen={(document: ChartDocument) => onOpen(document.id)}
        />
      </DropZone>
      {opened && (
        <DocumentPanel
          key={opened.id}
          document={opened}
          onClose={close}
          onReplace={(file) => setDraft({ files: [file], replaced: opened })}
          patient={reference}
          onWritten={chart.refresh}
        />
      )}
      {draft && (
        <WriteDialog
          draft={draft}
          patient={reference}
          chart={chart.patient}
          onWritten={chart.refresh}
          onClose={() => setDraft(null)}
        />
      )}
    </div>
  );
}

/** While the list is read again, it may lack the document for a short time, in which nothing should close, or stop playing. */
function useOpened(id: string | null, { list, isLoading }: ChartData): ChartDocument | null {
  const last = useRef<ChartDocument | null>(null);
  const listed = list?.nodes.find((one) => one.id === id) ?? null;
  if (listed !== null || !isLoading) last.current = listed;
  return last.current?.id === id ? last.current : null;
}

/** Moves the focus back to the tile of a document when the document is closed. */
function useFocusOnClose(openedId: string | null): void {
  const last = useRef(openedId);
  useEffect(() => {
    if (openedId === null && last.current !== null) document.getElementById(`tile-${last.current}`)?.focus();
    last.current = openedId;
  }, [openedId]);
}

/** Moves the focus into a chart that was opened by keyboard. */
function useFocusOnce() {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);
  return heading;
}
