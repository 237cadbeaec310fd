/** A picture in a tile; a mark if the bytes are not a picture. Pictures that are not near the screen are not loaded. */
import { type RefObject, useEffect, useRef, useState } from 'react';
import { FileMark } from './file-mark.tsx';
import { useAddress, useSteadyLink } from './use-file.ts';

interface Properties {
  readonly url: string;
  readonly label: string;
}

export function Thumbnail({ url, label }: Properties) {
  const place = useRef<HTMLSpanElement>(null);
  const isNear = useIsNear(place);
  const { link, renew } = useSteadyLink(url);
  const { address, problem } = useAddress(isNear ? link : null);
  const [isBroken, setBroken] = useState(false);
  if (isBroken || problem) return <FileMark kind="none" label={`${label}, not shown`} />;
  return (
    <span ref={place} className="picture">
      {/* What it shows is said by the tile's title. */}
      {address && <img src={address} alt="" decoding="async" onError={() => renew() || setBroken(true)} />}
    </span>
  );
}

/** The distance below the screen within which pictures are loaded in advance. */
const AHEAD = '400px';

/** Once it is near, it counts as near. A blob is fetched by a script, which browsers do not defer by themselves like images. */
function useIsNear(place: RefObject<HTMLElement | null>): boolean {
  const [isNear, setNear] = useState(false);
  useEffect(() => {
    if (place.current === null) return;
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some(({ isIntersecting }) => isIntersecting)) setNear(true);
      },
      { rootMargin: AHEAD },
    );
    observer.observe(place.current);
    return () => observer.disconnect();
  }, [place]);
  return isNear;
}
