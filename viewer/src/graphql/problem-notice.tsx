/** An error in words, with advice, and with the ids that support needs. */
import type { Problem } from './errors.ts';

interface Properties {
  readonly problem: Problem;
  readonly onRetry?: () => void;
}

export function ProblemNotice({ problem: { code, title, advice, logIds }, onRetry }: Properties) {
  return (
    <div className="notice" role="alert">
      <p>
        <strong>{title}</strong> {advice}
      </p>
      <p className="hint">
        {code}
        {logIds.length > 0 && ` · Redox log ${logIds.join(', ')}`}
      </p>
      {onRetry && (
        <button type="button" onClick={onRetry}>
          Try again
        </button>
      )}
    </div>
  );
}
