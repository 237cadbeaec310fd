/** What the child hears in the test: a word of explanation, then beeps from low to high, a small melody at the end. */
import { describe } from '../encode.ts';
import { FREQUENCIES } from '../pictures/audiogram.ts';
import { encode, runForFile } from './programs.ts';

const RATE = 22_050;
const LOUDNESS = 0.25 * 32_767;

interface Tone {
  readonly hertz: number;
  readonly seconds: number;
}

/** "Twinkle, twinkle, little star". */
const MELODY: readonly Tone[] = [523, 523, 784, 784, 880, 880, 784].map((hertz, at) => ({
  hertz,
  seconds: at === 6 ? 0.8 : 0.4,
}));
const BEEPS: readonly Tone[] = FREQUENCIES.flatMap((hertz) => [
  { hertz, seconds: 0.35 },
  { hertz, seconds: 0.35 },
]);

export function recordHearingTones(): Buffer {
  const text = 'Synthetic recording. Lift your hand when you hear the bird.';
  const speech = runForFile(
    'espeak-ng',
    ['-v', 'en-gb', '-s', '150', '-w', 'speech.wav', text],
    'speech.wav',
  );
  const raw = Buffer.concat([...BEEPS, ...MELODY].map(play));
  const mixed = encode(
    ['-i', 'speech.wav', '-f', 's16le', '-ar', String(RATE), '-ac', '1'],
    { 'tones.raw': raw, 'speech.wav': speech },
    {
      title: 'Hearing test',
      comment: describe('tones of a hearing test'),
      options: [
        '-filter_complex',
        '[0:a][1:a]concat=n=2:v=0:a=1',
        '-c:a',
        'libmp3lame',
        '-b:a',
        '48k',
        '-id3v2_version',
        '3',
      ],
      made: 'tones.mp3',
    },
  );
  return mixed;
}

/** Faded at both ends, so that it does not click, with a short silence behind it. */
function play({ hertz, seconds }: Tone): Buffer {
  const samples = Math.round(RATE * seconds);
  const sounding = Math.round(samples * 0.88);
  const fade = RATE * 0.02;
  const out = Buffer.alloc(samples * 2);
  for (let at = 0; at < sounding; at++) {
    const volume = Math.min(1, at / fade, (sounding - at) / fade);
    out.writeInt16LE(Math.round(LOUDNESS * volume * Math.sin((2 * Math.PI * hertz * at) / RATE)), at * 2);
  }
  return out;
}
