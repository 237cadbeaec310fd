/** Recognises executable files by their bytes, whatever their names are. */
import { sniffOtherTypes } from './other-types.ts';
import { isExecutableType } from './risky-types.ts';
import { readTextEncoding } from './text-encoding.ts';

/** The class of Windows installers, in the root entry of an OLE file. */
const INSTALLER_CLASS = Buffer.from('84100c0000000000c000000000000046', 'hex');
const OLE = Buffer.from('d0cf11e0a1b11ae1', 'hex');

/**
 * The first line of a script names the path of its interpreter. A note may begin with the same two characters, and AMR voice
 * memos do (RFC 4867 §5.1).
 */
const SCRIPT = /^#![ \t]*\S*\//;
/** Linux reads no more of the first line of a script. */
const MAX_FIRST_LINE = 256;

/**
 * A text that begins with `MZ` is not executable; neither is any other text, except a script. For binary files these two letters
 * are enough: the header of a program may be at any position, even after the preamble of a DICOM file.
 */
export async function isExecutable(head: Buffer): Promise<boolean> {
  const start = head.toString('latin1', 0, MAX_FIRST_LINE);
  if (start.startsWith('#!')) return SCRIPT.test(start);
  if (readTextEncoding(head, null) !== null) return false;
  if (start.startsWith('MZ')) return true;
  if (head.subarray(0, OLE.length).equals(OLE) && head.includes(INSTALLER_CLASS)) return true;
  return isExecutableType((await sniffOtherTypes(head)) ?? '');
}
