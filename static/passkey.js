// Passkeys: a form that carries what the browser needs gets a button; its answer goes into a hidden field and the form is sent.
const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
for (const button of window.PublicKeyCredential ? document.querySelectorAll("button[data-options]") : []) {
  for (let box = button.closest("[hidden]"); box; box = button.closest("[hidden]")) box.hidden = false;
  button.addEventListener("click", async () => {
    const options = JSON.parse(button.dataset.options);
    const says = button.parentElement.querySelector("[role=status]");
    options.challenge = bytes(options.challenge);
    for (const each of [...(options.excludeCredentials || []), ...(options.allowCredentials || [])]) each.id = bytes(each.id);
    says.textContent = "";
    try {
      if (options.user) options.user.id = bytes(options.user.id);
      const made = await (options.user ? navigator.credentials.create({ publicKey: options }) : navigator.credentials.get({ publicKey: options }));
      const response = { clientDataJSON: text(made.response.clientDataJSON) };
      for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"])
        if (made.response[name]) response[name] = text(made.response[name]);
      const form = button.form;
      form.elements[button.dataset.into].value = JSON.stringify({ id: made.id, rawId: text(made.rawId), type: made.type, response });
      form.submit();
    } catch {
      says.textContent = button.dataset.fails;
    }
  });
}
