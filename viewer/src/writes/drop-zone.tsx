/** Accepts files that are dragged onto the chart. Everything that it does can also be done with buttons. */
import { type DragEvent, type ReactNode, useRef, useState } from 'react';

interface Properties {
  readonly children: ReactNode;
  readonly onFiles: (files: readonly File[]) => void;
}

export function DropZone({ children, onFiles }: Properties) {
  // Entering a child fires `leave` for the parent, so enter and leave events are counted.
  const depth = useRef(0);
  const [isOver, setOver] = useState(false);
  const hasFiles = ({ dataTransfer }: DragEvent) => dataTransfer.types.includes('Files');
  const move = (event: DragEvent, by: 1 | -1) => {
    if (!hasFiles(event)) return;
    depth.current += by;
    setOver(depth.current > 0);
  };
  return (
    <section
      className="drop-zone"
      data-over={isOver}
      aria-label="Chart"
      onDragEnter={(event) => move(event, 1)}
      onDragLeave={(event) => move(event, -1)}
      onDragOver={(event) => hasFiles(event) && event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault();
        depth.current = 0;
        setOver(false);
        const files = [...event.dataTransfer.files];
        if (files.length > 0) onFiles(files);
      }}
    >
      {children}
      {isOver && <p className="drop-hint">Drop files to add them to this chart</p>}
    </section>
  );
}
