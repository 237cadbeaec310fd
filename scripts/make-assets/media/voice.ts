/** Voice memos: a synthetic voice (espeak-ng) that says so itself. */
import { NUMBER_PLACEHOLDER } from '../../../sandbox/files/numbered-file.ts';
import { describe } from '../encode.ts';
import { encode, runForFile } from './programs.ts';

function speak(text: string, voice: string): Buffer {
  return runForFile('espeak-ng', ['-v', voice, '-s', '158', '-w', 'speech.wav', text], 'speech.wav');
}

export function recordWoundMemo(): Buffer {
  const speech = speak(
    'Synthetic voice memo. Wound check, day seven. The seven stitches are dry. No redness, no swelling. All fingers move. New dressing today. Next visit: second of March.',
    'en-gb',
  );
  return encode(
    [],
    { 'speech.wav': speech },
    {
      title: 'Spoken note',
      comment: describe('a spoken note'),
      options: ['-ar', '11025', '-ac', '1', '-c:a', 'pcm_s16le'],
      made: 'memo.wav',
    },
  );
}

const EVERYDAY =
  'Synthetic memo. The patient feels well and eats again. Please call on Monday for the results. Thank you.';

/** As a telephone would send it: 8 kHz, µ-law. */
export function recordSmallMemoWav(): Buffer {
  return encode(
    [],
    { 'speech.wav': speak(EVERYDAY, 'en-us') },
    {
      title: 'Spoken note',
      comment: describe(`a spoken note, ${NUMBER_PLACEHOLDER}`),
      options: ['-ar', '8000', '-ac', '1', '-c:a', 'pcm_mulaw'],
      made: 'memo.wav',
    },
  );
}

export function recordSmallMemoMp3(): Buffer {
  return encode(
    [],
    { 'speech.wav': speak(EVERYDAY, 'en-us+f3') },
    {
      title: 'Spoken note',
      comment: describe(`a spoken note, ${NUMBER_PLACEHOLDER}`),
      options: ['-ar', '16000', '-ac', '1', '-c:a', 'libmp3lame', '-b:a', '16k', '-id3v2_version', '3'],
      made: 'memo.mp3',
    },
  );
}
