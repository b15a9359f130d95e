/**
 * The editor makes `<style>` elements while it runs, and knows nothing of nonces: each gets that of the page, without
 * which the security policy would not take it. Imported before anything that makes one.
 */
const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? '';
const createElement = document.createElement.bind(document);

document.createElement = (name: string, options?: ElementCreationOptions): HTMLElement => {
  const element = createElement(name, options);
  if (element instanceof HTMLStyleElement) element.nonce = nonce;
  return element;
};
