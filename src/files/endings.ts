/** File extensions: the usual one of a media type, and those that operating systems execute. */
import mime from 'mime';
import { isActiveType, isExecutableType } from './risky-types.ts';

const UNKNOWN = 'application/octet-stream';

/** For types whose usual extension is not the first in the list of the package mime, or is missing there. */
const USUAL: Readonly<Record<string, string>> = {
  'application/ogg': 'ogg',
  'audio/3gpp': '3gp',
  'audio/3gpp2': '3g2',
  'audio/aac': 'aac',
  'audio/aiff': 'aif',
  'audio/amr-wb': 'awb',
  'audio/flac': 'flac',
  'audio/matroska': 'mka',
  'audio/mpeg': 'mp3',
  'audio/ogg': 'ogg',
  'audio/opus': 'opus',
  'audio/webm': 'webm',
  'image/x-canon-cr3': 'cr3',
  'video/matroska': 'mkv',
  'video/mpeg': 'mpg',
  'video/quicktime': 'mov',
};

/**
 * Extensions of files that operating systems execute or install on a double click: Outlook's list of blocked attachments, and
 * those of Linux and macOS.
 */
const RUN_BY_SYSTEMS = new Set(
  (
    'ade adp app appx application appref asp aspx asx bas bat bgi cab cer chm cmd cnt com command cpl crt csh deb der ' +
    'desktop diagcab dll dmg elf exe fxp gadget grp hlp hpj hta htc inf ins iso isp its jar jnlp js jse ksh lnk mad maf mag mam maq ' +
    'mar mas mat mau mav maw mcf mda mdb mde mdt mdw mdz msc msh msi msix msp mst msu ops osd pcd pif pkg pl plg prf prg ' +
    'printerexport ps1 ps1xml ps2 psc1 psc2 psd1 psm1 pst py pyc pyo pyw pyz reg rpm run scf scr sct service sh shb shs sys ' +
    'tmp torrent url vb vbe vbp vbs vhd vhdx vsmacros vsw vxd webpnp website ws wsb wsc wsf wsh xbap xll xnk ' +
    // Text that is enough: queries that Excel opens and fetches, folders' and desktops' settings, links, and documents of macOS that run.
    'dqy iqy oqy rqy slk ini theme action fileloc inetloc scpt terminal tool webloc workflow'
  ).split(' '),
);

/** Without the dot. `label`: a label of the sender that no list contains. */
export function endingOf(mediaType: string, label: string | null): string {
  const isOpen = mediaType === UNKNOWN || mediaType === 'text/plain';
  if (isOpen && label !== null && isHarmlessEnding(label)) return label;
  const usual = USUAL[mediaType] ?? mime.getExtension(mediaType) ?? endingOfFamily(mediaType);
  if (!RUN_BY_SYSTEMS.has(usual)) return usual;
  return isActiveType(mediaType) ? 'txt' : 'bin';
}

/** For a type that the list lacks: by the suffix of its format (RFC 6838 §4.2.8), or because it is text. */
function endingOfFamily(mediaType: string): string {
  const [, suffix] = /\+(json|xml|zip)$/.exec(mediaType) ?? [];
  if (suffix !== undefined) return suffix;
  return isActiveType(mediaType) || mediaType.startsWith('text/') ? 'txt' : 'bin';
}

/** An extension of at most eight characters, with a letter, that no operating system or browser executes. */
export function isHarmlessEnding(ending: string): boolean {
  if (!/^(?=.*[a-z])[a-z0-9]{1,8}$/.test(ending) || RUN_BY_SYSTEMS.has(ending)) return false;
  const mediaType = mime.getType(ending) ?? '';
  return !isActiveType(mediaType) && !isExecutableType(mediaType);
}

/** Whether files of this type have this extension, such as `jpeg` and `jpg`. */
export function isEndingOf(ending: string, mediaType: string): boolean {
  return !RUN_BY_SYSTEMS.has(ending) && mime.getType(ending) === mediaType;
}

/** Whether the letters after the last dot are a known extension, and not part of a date or a name. */
export function isKnownEnding(ending: string): boolean {
  const mediaType = mime.getType(ending) ?? UNKNOWN;
  return mediaType !== UNKNOWN && isHarmlessEnding(ending);
}
