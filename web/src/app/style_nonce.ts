// The nonce with which this page may add style sheets (Content-Security-Policy), and how libraries get it that have no
// option for it: the table's measure of the scroll bar adds a sheet of its own.

export function styleNonce(): string | undefined {
  const meta = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]');
  const value = meta?.nonce || meta?.content;
  return value && value !== '__CSP_NONCE__' ? value : undefined;
}

/** Every <style> that a script makes from now on carries the nonce; a style attribute in markup stays forbidden. */
export function giveStylesTheirNonce(): void {
  const nonce = styleNonce();
  if (!nonce) return;
  const create = document.createElement.bind(document);
  document.createElement = ((name: string, options?: ElementCreationOptions) => {
    const element = create(name, options);
    if (element instanceof HTMLStyleElement) element.nonce = nonce;
    return element;
  }) as typeof document.createElement;
}
