/** A button by which users choose files. */
import { type ReactNode, useRef } from 'react';

interface Properties {
  readonly children: ReactNode;
  readonly onFiles: (files: readonly File[]) => void;
  readonly multiple?: boolean;
  readonly className?: string;
  readonly disabled?: boolean;
}

export function FileButton({
  children,
  onFiles,
  multiple = false,
  className = '',
  disabled = false,
}: Properties) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <button type="button" className={className} disabled={disabled} onClick={() => input.current?.click()}>
        {children}
      </button>
      <input
        ref={input}
        type="file"
        hidden
        multiple={multiple}
        onChange={({ target }) => {
          const files = [...(target.files ?? [])];
          // Allows the same file to be chosen again.
          target.value = '';
          if (files.length > 0) onFiles(files);
        }}
      />
    </>
  );
}
