// Forms with a passkey (`data-passkey="create"` or `"get"`). Without this script the code of the app is used.
const bytesOf = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
const textOf = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const listed = (credentials) => (credentials ?? []).map((one) => ({ ...one, id: bytesOf(one.id) }));

async function answerTo(kind, options) {
  options.challenge = bytesOf(options.challenge);
  if (kind === "create") {
    options.user.id = bytesOf(options.user.id);
    options.excludeCredentials = listed(options.excludeCredentials);
  } else options.allowCredentials = listed(options.allowCredentials);
  const made = await navigator.credentials[kind]({ publicKey: options });
  const response = { clientDataJSON: textOf(made.response.clientDataJSON) };
  for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"])
    if (made.response[name]) response[name] = textOf(made.response[name]);
  return JSON.stringify({ id: made.id, rawId: textOf(made.rawId), type: made.type, response });
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!window.PublicKeyCredential) continue;
  form.hidden = false;
  const failed = form.querySelector("[data-failed]");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    failed.hidden = true;
    try {
      form.elements.response.value = await answerTo(form.dataset.passkey, JSON.parse(form.dataset.options));
      form.submit();
    } catch {
      delete form.dataset.sent;
      failed.hidden = false;
    }
  });
}
