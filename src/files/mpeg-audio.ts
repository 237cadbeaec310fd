/** Recognises MP3 and AAC streams, which have no signature: by two frames, the second of which begins where the first ends. */

/** Kilobits a second of layer III, by the index in the header: for MPEG 1, and for MPEG 2 and 2.5 (ISO 11172-3, 13818-3). */
const KILOBITS_1 = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];
const KILOBITS_2 = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];

/** Samples a second of MPEG 1; MPEG 2 has half, and 2.5 a quarter of these. */
const SAMPLE_RATES = [44_100, 48_000, 32_000];

/** Null if the bytes are neither. */
export function readMpegAudio(head: Buffer): 'audio/mpeg' | 'audio/aac' | null {
  if (isId3(head)) return 'audio/mpeg';
  return hasTwoFrames(head, lengthOfMp3Frame)
    ? 'audio/mpeg'
    : hasTwoFrames(head, lengthOfAdtsFrame)
      ? 'audio/aac'
      : null;
}

/** An ID3v2 tag (§3.1): a version that exists, and a size in which no byte has its highest bit set. */
function isId3(head: Buffer): boolean {
  if (head.toString('latin1', 0, 3) !== 'ID3' || head.length < 10) return false;
  const [version = 255, revision = 255] = head.subarray(3, 5);
  return version >= 2 && version <= 4 && revision < 255 && head.subarray(6, 10).every((byte) => byte < 0x80);
}

function hasTwoFrames(head: Buffer, lengthOfFrame: (head: Buffer, at: number) => number | null): boolean {
  const first = lengthOfFrame(head, 0);
  return first !== null && lengthOfFrame(head, first) !== null;
}

/** The length of the frame of layer III that begins at `at`; null if none does. */
function lengthOfMp3Frame(head: Buffer, at: number): number | null {
  if (at + 4 > head.length || head[at] !== 0xff) return null;
  const [second = 0, third = 0] = head.subarray(at + 1, at + 3);
  const version = (second >> 3) & 3;
  const isLayer3 = (second & 0xe6) === 0xe2;
  if (!isLayer3 || version === 1) return null;
  const kilobits = (version === 3 ? KILOBITS_1 : KILOBITS_2)[third >> 4] ?? 0;
  const rate = SAMPLE_RATES[(third >> 2) & 3];
  if (kilobits === 0 || rate === undefined) return null;
  const divisor = { 0: 4, 2: 2, 3: 1 }[version] ?? 1;
  const samplesPerByte = version === 3 ? 144_000 : 72_000;
  return Math.floor((samplesPerByte * kilobits * divisor) / rate) + ((third >> 1) & 1);
}

/** The length of the ADTS frame (ISO 13818-7) that begins at `at`; null if none does. */
function lengthOfAdtsFrame(head: Buffer, at: number): number | null {
  if (at + 6 > head.length || head.readUInt16BE(at) >> 4 !== 0xfff || ((head[at + 1] ?? 0) & 6) !== 0)
    return null;
  const rateIndex = ((head[at + 2] ?? 0) >> 2) & 15;
  const length = (head.readUIntBE(at + 3, 3) >> 5) & 0x1fff;
  return rateIndex <= 12 && length >= 7 ? length : null;
}
