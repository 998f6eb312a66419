/* Passkeys (W3C Web Authentication, Level 2): the one thing here that a browser cannot do without
   JavaScript. A form says with data-passkey what it wants: "create", "get", or "login", which first
   fetches its options. Options stand in the page as JSON, binary values in base64url. */
"use strict";
(() => {
  const toBytes = (text) =>
    Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (char) => char.charCodeAt(0));

  const toText = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer)))
      .replace(/\+/g, "-")
      .replace(/\//g, "_")
      .replace(/=+$/, "");

  const withBytes = (descriptors) =>
    (descriptors || []).map((each) => ({ ...each, id: toBytes(each.id) }));

  const creationOptions = (options, passwordless) => {
    const key = options.publicKey;
    const selection = { ...key.authenticatorSelection };
    selection.residentKey = passwordless ? "required" : "discouraged";
    selection.requireResidentKey = passwordless;
    if (passwordless) selection.userVerification = "required";
    return {
      publicKey: {
        ...key,
        challenge: toBytes(key.challenge),
        user: { ...key.user, id: toBytes(key.user.id) },
        excludeCredentials: withBytes(key.excludeCredentials),
        authenticatorSelection: selection,
      },
    };
  };

  const requestOptions = (options) => {
    const key = options.publicKey;
    return {
      publicKey: {
        ...key,
        challenge: toBytes(key.challenge),
        allowCredentials: withBytes(key.allowCredentials),
      },
    };
  };

  const asJson = (credential) => {
    const given = credential.response;
    const response = { clientDataJSON: toText(given.clientDataJSON) };
    if (given.attestationObject) {
      response.attestationObject = toText(given.attestationObject);
      response.transports = given.getTransports ? given.getTransports() : [];
    } else {
      response.authenticatorData = toText(given.authenticatorData);
      response.signature = toText(given.signature);
      response.userHandle = given.userHandle ? toText(given.userHandle) : null;
    }
    return JSON.stringify({
      id: credential.id,
      rawId: toText(credential.rawId),
      type: credential.type,
      authenticatorAttachment: credential.authenticatorAttachment || null,
      clientExtensionResults: credential.getClientExtensionResults(),
      response,
    });
  };

  const optionsInPage = () => JSON.parse(document.getElementById("passkey-options").textContent);

  const fetchOptions = async (url) => {
    const answer = await fetch(url, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error("no options");
    return (await answer.json()).request_options;
  };

  const ask = async (form) => {
    if (form.dataset.passkey === "create") {
      const box = form.querySelector("input[name=passwordless]");
      const options = creationOptions(optionsInPage().creation_options, Boolean(box && box.checked));
      return navigator.credentials.create(options);
    }
    const options =
      form.dataset.passkey === "login"
        ? await fetchOptions(form.dataset.optionsUrl)
        : optionsInPage().request_options;
    return navigator.credentials.get(requestOptions(options));
  };

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    if (!window.PublicKeyCredential) continue;
    const offer = form.querySelector("[data-passkey-offer]");
    const failed = form.querySelector("[data-passkey-failed]");
    offer.hidden = false;
    form.querySelector("[data-passkey-missing]").hidden = true;
    offer.firstElementChild.addEventListener("click", async () => {
      failed.hidden = true;
      try {
        const credential = await ask(form);
        form.querySelector("input[name=credential]").value = asJson(credential);
        form.submit();
      } catch {
        failed.hidden = false;
      }
    });
  }
})();
