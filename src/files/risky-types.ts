/** Which media types browsers execute, and which operating systems execute. */

/**
 * Markup, style sheets that transform it, and scripts under all their names (WHATWG MIME Sniffing §4.6); archives and messages
 * that contain pages; types that are installed when opened. Names are matched in the middle too: saving a harmless type instead
 * of showing it does no harm.
 */
const ACTIVE =
  /html|[/+.-]xml(?:$|[-.])|\/xslt?$|svg|(?:java|ecma|live|j|vb|type|coffee|action)script|\/node$|wasm|mhtml|mimearchive|\/hta$|x-shockwave|x-silverlight|java-(?:applet|vm|jnlp)|xpinstall|signed-exchange|webbundle|extension|httpd|php|aspen-config|(?:ca|user|server|email)-cert|^multipart\/|^message\/|cache-manifest|x-component/;

export function isActiveType(mediaType: string): boolean {
  return ACTIVE.test(mediaType);
}

/** The media types of executable files, as file-type and callers name them. */
const EXECUTABLE =
  /^application\/(?:x-msdownload|x-elf|x-mach-binary|vnd\.microsoft\.portable-executable|java-vm|wasm|x-apple-diskimage|x-msi|vnd\.android\.package-archive|x-deb|x-rpm|x-executable|x-dosexec|x-msdos-program|x-sh|java-archive)$/;

export function isExecutableType(mediaType: string): boolean {
  return EXECUTABLE.test(mediaType);
}
