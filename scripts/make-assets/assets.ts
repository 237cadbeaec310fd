/** Every asset by its path below sandbox/assets, and how it is made. */

import type { Canvas } from '@napi-rs/canvas';
import { NUMBER_PLACEHOLDER } from '../../sandbox/files/numbered-file.ts';
import { describe, toFaxTiff, toJpeg, toPng } from './encode.ts';
import { storeRadiograph } from './media/dicom.ts';
import { recordHearingTones } from './media/tones.ts';
import { recordSmallMemoMp3, recordSmallMemoWav, recordWoundMemo } from './media/voice.ts';
import { filmWalk } from './media/walk.ts';
import { printSmallConsent, printSmallInstructions, printSmallPlan } from './papers/everyday.ts';
import { printRadiologyReport } from './papers/fall.ts';
import { printConsent, printDischarge } from './papers/first-patient.ts';
import { CHILD_THRESHOLDS, printHearingReport } from './papers/hearing.ts';
import { drawReferralFax, MEASUREMENTS, printWoundRecord } from './papers/ulcer.ts';
import { drawAudiogram } from './pictures/audiogram.ts';
import { drawBodyMap } from './pictures/body-map.ts';
import { drawCaption } from './pictures/caption.ts';
import * as lives from './pictures/lives.ts';
import { drawBloodPressure, drawFlowers, drawPillBox, drawThermometer } from './pictures/objects.ts';
import { drawRadiograph } from './pictures/radiograph.ts';
import { drawWaitingRoomPicture } from './pictures/waiting-room.ts';
import { FIRST_PLAN, PARENTS_QUESTIONS, SMALL_NOTE } from './texts/notes.ts';
import { writeNurseLetter } from './texts/nurse-letter.ts';
import { writeSummary } from './texts/summary.ts';

export type Asset = readonly [path: string, make: () => Buffer | Promise<Buffer>];

/** Of photos that are looked at, and of those that many charts share. */
const GOOD = 80;
const SMALL = 42;

const text = (contents: string) => () => Buffer.from(contents);

function captioned(canvas: Canvas, subject: string): Canvas {
  drawCaption(canvas, subject);
  return canvas;
}

const CUT: readonly Asset[] = [
  ['cut/consent.pdf', printConsent],
  ['cut/arrival.jpg', () => toJpeg(lives.drawArrival(), describe('an arm in a towel'), GOOD)],
  ['cut/plan.txt', text(FIRST_PLAN)],
  ['cut/wound-before.png', () => toPng(lives.drawBeforeDressing(), describe('an open cut'), 0.5)],
  ['cut/wound-after.jpg', () => toJpeg(lives.drawAfterDressing(), describe('a dressing'), GOOD)],
  ['cut/memo.wav', recordWoundMemo],
  ['cut/discharge.pdf', printDischarge],
  ['cut/last-visit.png', () => toPng(lives.drawLastVisit(), describe('a scar'), 0.5)],
];

const ULCER: readonly Asset[] = [
  ['ulcer/referral.tiff', () => toFaxTiff(drawReferralFax(), describe('a fax of two pages'))],
  ...MEASUREMENTS.map((measurement, at): Asset => {
    const caption = describe(`a leg ulcer on day ${measurement.day}`);
    return [
      `ulcer/day-${measurement.day}.jpg`,
      () => toJpeg(lives.drawUlcer(measurement, at), caption, GOOD),
    ];
  }),
  ['ulcer/home-care.rtf', text(writeNurseLetter())],
  ['ulcer/record.pdf', printWoundRecord],
];

const radiograph = () => drawRadiograph('SYN-000419');
const radiographJpeg = (quality: number) => toJpeg(radiograph(), describe('an X-ray of a hand'), quality);

const FALL: readonly Asset[] = [
  ['fall/wrist.dcm', () => storeRadiograph(radiograph())],
  ['fall/wrist.jpg', () => radiographJpeg(GOOD)],
  ['fall/report.pdf', async () => printRadiologyReport(await radiographJpeg(60))],
  ['fall/summary.xml', text(writeSummary())],
  ['fall/walk.mp4', filmWalk],
];

const audiogram = () => drawAudiogram(CHILD_THRESHOLDS, 'Hearing test, 6 years');

const HEARING: readonly Asset[] = [
  ['hearing/questions.txt', text(PARENTS_QUESTIONS)],
  ['hearing/tones.mp3', recordHearingTones],
  [
    'hearing/audiogram.png',
    () =>
      toPng(captioned(audiogram(), 'SYN-000420 · hearing test'), describe('the chart of a hearing test'), 0),
  ],
  [
    'hearing/drawing.jpg',
    () =>
      toJpeg(
        captioned(drawWaitingRoomPicture(), 'SYN-000420 · drawn while waiting'),
        describe('what a child drew'),
        75,
      ),
  ],
  [
    'hearing/report.pdf',
    async () => printHearingReport(await toJpeg(audiogram(), describe('the chart of a hearing test'), 70)),
  ],
];

const everyday = (subject: string) => describe(`${subject}, ${NUMBER_PLACEHOLDER}`);

const EVERYDAY: readonly Asset[] = [
  ['everyday/pill-box.jpg', () => toJpeg(captioned(drawPillBox(), 'pills'), everyday('pills'), 60)],
  ['everyday/flowers.jpg', () => toJpeg(captioned(drawFlowers(), 'flowers'), everyday('flowers'), 60)],
  [
    'everyday/blood-pressure.png',
    () => toPng(captioned(drawBloodPressure(), 'blood pressure'), everyday('blood pressure'), 0),
  ],
  ['everyday/thermometer.png', () => toPng(captioned(drawThermometer(), 'fever'), everyday('fever'), 0)],
  ...(['scrape', 'cut', 'dressing'] as const).map((name): Asset => {
    return [`everyday/${name}.jpg`, () => toJpeg(lives.drawSmallWound(name), everyday(name), SMALL)];
  }),
  [
    'everyday/wound-map-leg.png',
    () =>
      toPng(
        captioned(drawBodyMap({ x: 32, y: 470, lines: ['left lower leg', '2.1 × 1.4 cm'] }), 'wound map'),
        everyday('wound map'),
        0,
      ),
  ],
  [
    'everyday/wound-map-arm.png',
    () =>
      toPng(
        captioned(drawBodyMap({ x: -86, y: 280, lines: ['right forearm', '3.0 × 0.5 cm'] }), 'wound map'),
        everyday('wound map'),
        0,
      ),
  ],
  ['everyday/consent.pdf', printSmallConsent],
  ['everyday/plan.pdf', printSmallPlan],
  ['everyday/instructions.pdf', printSmallInstructions],
  ['everyday/note.txt', text(SMALL_NOTE)],
  ['everyday/memo.wav', recordSmallMemoWav],
  ['everyday/memo.mp3', recordSmallMemoMp3],
];

export const ASSETS: readonly Asset[] = [...CUT, ...ULCER, ...FALL, ...HEARING, ...EVERYDAY];
