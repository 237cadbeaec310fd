/** Recognises executable files by their bytes, whatever they are called. */
import { sniffOtherTypes } from './other-types.ts';
import { isExecutableType } from './risky-types.ts';
import { readTextEncoding } from './text-encoding.ts';

/** The class of installers of Windows, in the root entry of an OLE file. */
const INSTALLER_CLASS = Buffer.from('84100c0000000000c000000000000046', 'hex');
const OLE = Buffer.from('d0cf11e0a1b11ae1', 'hex');

/**
 * The first line of a script names the path of its interpreter; a note may begin with the same two characters, and
 * AMR voice memos do (RFC 4867 §5.1).
 */
const SCRIPT = /^#![ \t]*\S*\//;
/** Linux reads no more of a script's first line. */
const MAX_FIRST_LINE = 256;

/**
 * A note that begins with `MZ` is text; so is every other one, but a script. Of bytes that are no text those two letters are enough:
 * the header of a program may lie behind anything, even behind the preamble of a DICOM file.
 */
export async function isExecutable(head: Buffer): Promise<boolean> {
  const start = head.toString('latin1', 0, MAX_FIRST_LINE);
  if (start.startsWith('#!')) return SCRIPT.test(start);
  if (readTextEncoding(head, null) !== null) return false;
  if (start.startsWith('MZ')) return true;
  if (head.subarray(0, OLE.length).equals(OLE) && head.includes(INSTALLER_CLASS)) return true;
  return isExecutableType((await sniffOtherTypes(head)) ?? '');
}
