// Shows numbers in the reader's locale, and times in the reader's time zone. The server has rendered American English.

const locale = navigator.language || "en-US";
const native = locale === "en-US" || locale === "en-CA" || locale === "en";
const time = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" });
const day = new Intl.DateTimeFormat(locale, { dateStyle: "medium" });
const formats = new Map();

function numberFormat(digits) {
  if (!formats.has(digits)) {
    const [least, most] = digits === undefined ? [0, 2] : [digits, digits];
    formats.set(digits, new Intl.NumberFormat(locale, { minimumFractionDigits: least, maximumFractionDigits: most }));
  }
  return formats.get(digits);
}

export function formatNumber(value, digits) {
  return numberFormat(digits).format(value);
}

export function localize(root) {
  for (const each of root.querySelectorAll("time[datetime]:not(.day)")) {
    each.textContent = ("day" in each.dataset ? day : time).format(new Date(each.dateTime));
  }
  if (native) return;
  for (const each of root.querySelectorAll("data.number, data.money")) {
    const digits = each.dataset.digits === undefined ? undefined : Number(each.dataset.digits);
    const text = formatNumber(Number(each.value), digits);
    each.textContent = each.dataset.currency ? `${each.dataset.currency} ${text}` : text;
  }
}
