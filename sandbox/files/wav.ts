/** A WAV file: half a second of one tone, 16-bit mono PCM at 8 kHz, faded at both ends so that it does not click. */

const SAMPLE_RATE = 8000;
const SAMPLES = SAMPLE_RATE / 2;
const FADE_SAMPLES = 400;
const LOUDNESS = 0.3 * 32767;
const HEADER_BYTES = 44;

export function encodeTone(frequencyHz: number): Buffer {
  const dataBytes = SAMPLES * 2;
  const file = Buffer.alloc(HEADER_BYTES + dataBytes);
  file.write('RIFF', 0, 'latin1');
  file.writeUInt32LE(HEADER_BYTES - 8 + dataBytes, 4);
  file.write('WAVEfmt ', 8, 'latin1');
  file.writeUInt32LE(16, 16); // length of the format chunk
  file.writeUInt16LE(1, 20); // PCM
  file.writeUInt16LE(1, 22); // channels
  file.writeUInt32LE(SAMPLE_RATE, 24);
  file.writeUInt32LE(SAMPLE_RATE * 2, 28); // bytes a second
  file.writeUInt16LE(2, 32); // bytes a sample
  file.writeUInt16LE(16, 34); // bits a sample
  file.write('data', 36, 'latin1');
  file.writeUInt32LE(dataBytes, 40);
  for (let at = 0; at < SAMPLES; at++) {
    const fade = Math.min(1, at / FADE_SAMPLES, (SAMPLES - 1 - at) / FADE_SAMPLES);
    const wave = Math.sin((2 * Math.PI * frequencyHz * at) / SAMPLE_RATE);
    file.writeInt16LE(Math.round(LOUDNESS * fade * wave), HEADER_BYTES + at * 2);
  }
  return file;
}
