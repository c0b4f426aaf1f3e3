// Passkeys: what the browser creates and signs, as JSON with binary values in base64url.
//
// <div data-passkey="/core/access/sign_in/passkey" data-next="/app" hidden><button>Use a passkey</button></div> signs in with
// one, gives the second factor, or confirms. PATH/begin has the options, and PATH takes the answer. It stays hidden in
// browsers without passkeys; on an IP address, it says at which address they work.

import { element } from "./dom.js";
import { showNotice } from "./errors.js";
import { goOn, post, sentence } from "./sign_in.js";

const ADDRESS = /^[\d.]+$|^\[/;

const REASONS = {
  NotAllowedError: "The passkey was not used: it was canceled, took too long, or is not on this device.",
  AbortError: "The passkey was not used.",
  InvalidStateError: "This device has a passkey for this account already.",
  SecurityError: "The browser allows no passkeys at this address.",
};

export function supported() {
  return Boolean(window.PublicKeyCredential && navigator.credentials?.get);
}

// Returns why passkeys cannot be used here, as nodes; null if they can.
export function obstacle() {
  const { hostname, port, pathname, search } = window.location;
  if (ADDRESS.test(hostname)) {
    const local = hostname.startsWith("127.") || hostname === "[::1]";
    const address = `http://localhost${port ? `:${port}` : ""}${pathname}${search}`;
    const instead = local ? [" Open ", element("a", { href: address }, `localhost${port ? `:${port}` : ""}`), " instead."] : [" Open this page by its name."];
    return ["Passkeys work on host names, not on IP addresses.", ...instead];
  }
  return supported() ? null : ["This browser knows no passkeys."];
}

function bytesOf(text) {
  return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (each) => each.charCodeAt(0));
}

function textOf(buffer) {
  const text = btoa(Array.from(new Uint8Array(buffer), (each) => String.fromCharCode(each)).join(""));
  return text.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function withBytes(credentials = []) {
  return credentials.map((each) => ({ ...each, id: bytesOf(each.id) }));
}

function answerOf(credential, response) {
  const id = textOf(credential.rawId);
  return { id, rawId: id, type: credential.type, response, clientExtensionResults: {} };
}

// Creates a passkey, and returns what the server stores.
export async function create(options) {
  const credential = await navigator.credentials.create({
    publicKey: {
      ...options,
      challenge: bytesOf(options.challenge),
      user: { ...options.user, id: bytesOf(options.user.id) },
      excludeCredentials: withBytes(options.excludeCredentials),
    },
  });
  const { response } = credential;
  return answerOf(credential, {
    clientDataJSON: textOf(response.clientDataJSON),
    attestationObject: textOf(response.attestationObject),
    transports: response.getTransports?.() ?? [],
  });
}

// Uses a passkey, and returns what it has signed.
export async function get(options) {
  const credential = await navigator.credentials.get({
    publicKey: { ...options, challenge: bytesOf(options.challenge), allowCredentials: withBytes(options.allowCredentials) },
  });
  const { response } = credential;
  return answerOf(credential, {
    clientDataJSON: textOf(response.clientDataJSON),
    authenticatorData: textOf(response.authenticatorData),
    signature: textOf(response.signature),
    userHandle: response.userHandle ? textOf(response.userHandle) : null,
  });
}

// Returns what to tell about an error of the browser or of the network.
export function reasonOf(error) {
  if (error instanceof TypeError) return "The server cannot be reached. Try again.";
  return REASONS[error.name] ?? `The browser could not use the passkey (${error.name}).`;
}

async function use(place) {
  const button = place.querySelector("button");
  place.querySelectorAll(".notice.error").forEach((each) => each.remove());
  button.disabled = true;
  try {
    const begun = await post(`${place.dataset.passkey}/begin`, {});
    const done = begun.ok ? await post(place.dataset.passkey, { credential: await get(begun.found.publicKey) }) : begun;
    if (done.ok) {
      goOn(done.found, place.dataset.next);
      return;
    }
    showNotice(place, [sentence(done.found.detail)], "error");
  } catch (error) {
    showNotice(place, [reasonOf(error)], "error");
  }
  button.disabled = false;
}

export function start(place) {
  const why = obstacle();
  if (why) {
    if (supported()) {
      place.replaceChildren(element("p", { class: "muted" }, ...why));
      place.hidden = false;
    }
    return;
  }
  place.hidden = false;
  place.querySelector("button").addEventListener("click", () => use(place));
}
