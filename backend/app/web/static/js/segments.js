// Below the text of an sms: how many characters and segments it takes. Carriers count a little differently.

const GSM = new Set(
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà",
);
const DOUBLE = new Set("^{}\\[~]|€\f");

function counted(text) {
  let length = 0;
  for (const character of text) {
    if (DOUBLE.has(character)) length += 2;
    else if (GSM.has(character)) length += 1;
    else return { length: text.length, alone: 70, each: 67, unusual: character };
  }
  return { length, alone: 160, each: 153, unusual: null };
}

export function describe(text) {
  const { length, alone, each, unusual } = counted(text);
  const segments = length <= alone ? Math.min(length, 1) : Math.ceil(length / each);
  const count = `About ${length} characters in ${segments} ${segments === 1 ? "segment" : "segments"}`;
  return unusual ? `${count}. The character “${unusual}” makes segments shorter: ${each} instead of 153.` : `${count}.`;
}

export function start(form) {
  if (form.dataset.segmentsStarted) return;
  form.dataset.segmentsStarted = "true";
  const channel = form.querySelector("[data-preview-channel]");
  const text = form.querySelector("[data-preview-text]");
  const place = form.querySelector("[data-segments]");
  const show = () => { place.textContent = channel.value === "sms" && text.value ? describe(text.value) : ""; };
  form.addEventListener("input", show);
  show();
}
