/** A picture in a tile; a mark where the bytes turn out to be no picture. */
import { useState } from 'react';
import { FileMark } from './file-mark.tsx';
import { useAddress } from './use-file.ts';

interface Properties {
  readonly url: string;
  readonly label: string;
}

export function Thumbnail({ url, label }: Properties) {
  const { address, trouble } = useAddress(url);
  const [isBroken, setBroken] = useState(false);
  if (isBroken || trouble) return <FileMark kind="none" label={`${label}, not shown`} />;
  if (address === null) return <span className="mark" />;
  // What it shows is said by the tile's title.
  return <img src={address} alt="" loading="lazy" decoding="async" onError={() => setBroken(true)} />;
}
