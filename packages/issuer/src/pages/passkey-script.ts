import { createHash } from 'node:crypto';

/**
 * What passkeys need of a browser: it shows the forms that only work with it, asks for the passkey when one is sent, and
 * sends the form with the answer. Nothing else runs on our pages.
 */
export const PASSKEY_SCRIPT = `
const usable = globalThis.PublicKeyCredential?.parseRequestOptionsFromJSON !== undefined;
for (const form of document.querySelectorAll('form[data-passkey]')) {
  form.hidden = !usable;
  form.addEventListener('submit', async (event) => {
    const answer = form.elements.namedItem('answer');
    if (answer.value !== '') return;
    event.preventDefault();
    const fault = form.querySelector('[role=alert]');
    fault.hidden = true;
    try {
      const options = JSON.parse(form.dataset.options);
      const credential = form.dataset.passkey === 'create'
        ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
        : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
      answer.value = JSON.stringify(credential.toJSON());
      form.requestSubmit();
    } catch {
      fault.hidden = false;
    }
  });
}
if (!usable) for (const note of document.querySelectorAll('[data-no-passkey]')) note.hidden = false;
`;

const VERSION = createHash('sha256').update(PASSKEY_SCRIPT).digest('base64url').slice(0, 12);
/** Where the script is; another one is another path, so that it may be kept for ever. */
export const PASSKEY_SCRIPT_PATH = `/assets/passkey-${VERSION}.js`;
