// Numbers as the reader writes them: fields with data-type="number" or "integer" show and take the separators of the
// browser's language. They are no fields of the type number, which drop a comma without a word: 350,5 becomes 3505.
//
// A text that could mean another magnitude is refused at its field. A text that is no number at all is sent as typed, so that
// the answer says what is expected.

const NUMBERS = "input[data-type=number], input[data-type=integer]";
const locale = navigator.language || "en-US";
const parts = new Intl.NumberFormat(locale).formatToParts(12345678.5);
const own = (type) => plainMarks(parts.find((part) => part.type === type)?.value ?? "");
const decimal = own("decimal") || ".";
const groups = new Set([own("group"), " ", "'"].filter((each) => each && each !== decimal));
const hasLakhs = parts.some((part, at) => part.type === "integer" && at > 0 && part.value.length === 2);
const digits = [...Array(10).keys()].map((digit) => new Intl.NumberFormat(locale).format(digit));
const example = new Intl.NumberFormat(locale, { minimumFractionDigits: 1 }).format(12500.5);

// All kinds of spaces, of apostrophes and of minus signs are the same.
function plainMarks(text) {
  return text.replace(/\s/g, " ").replace(/[’‘ʼ]/g, "'").replace(/[−–]/g, "-").replace(/[\u061c\u200e\u200f]/g, "");
}

function plainText(text) {
  const marks = plainMarks(text.trim());
  return [...marks].map((each) => (digits.includes(each) ? String(digits.indexOf(each)) : each)).join("");
}

// The digits of a whole number without its separators, which must be of one kind and where they belong; null otherwise.
function ungrouped(whole) {
  const [mark, ...others] = whole.match(/\D/g) ?? [];
  if (mark === undefined) return whole;
  if (!groups.has(mark) || others.some((each) => each !== mark)) return null;
  const [first, ...rest] = whole.split(mark);
  const last = rest.pop();
  const size = hasLakhs && rest.concat(first).every((each) => each.length <= 2) ? 2 : 3;
  const isRegular = /^[1-9]/.test(first) && first.length <= size && rest.every((each) => each.length === size) && last.length === 3;
  return isRegular ? whole.replaceAll(mark, "") : null;
}

// The number that a text means, or undefined if it is none or may mean another one.
export function readNumber(text) {
  const [, sign, body, exponent = ""] = /^([-+]?)(.*?)(e[-+]?\d{1,3})?$/i.exec(plainText(text)) ?? [];
  if (body === undefined) return undefined;
  const [whole, fraction = "", ...more] = body.split(decimal);
  const found = ungrouped(whole);
  if (found === null || more.length || !/^\d*$/.test(fraction) || !(found || fraction)) return undefined;
  // Nobody writes a number of thousandths with three zeros: it is a separator of thousands of another language.
  if (/^[1-9]\d{0,2}$/.test(found) && fraction === "000") return undefined;
  const number = Number(`${sign}${found}.${fraction}${exponent}`);
  return Number.isFinite(number) ? number : undefined;
}

// The text of a number in a field, without separators of thousands.
export function numberText(value) {
  return String(value).replace(".", decimal);
}

export function isNumber(control) {
  return control.matches(NUMBERS);
}

// What may be misread in the fields of a form, as the API lists errors.
export function unclearNumbers(form) {
  const unclear = [...form.elements].filter((each) => {
    const text = each.name && !each.disabled && isNumber(each) ? plainText(each.value) : "";
    return /^[-+\d.,' ]*\d[-+\d.,' ]*$/.test(text) && readNumber(text) === undefined;
  });
  return unclear.map((each) => {
    const message = `“${each.value.trim()}” can be misread. Write thousands and decimals as in ${example}.`;
    return { field: each.name, message };
  });
}

// The server has rendered the numbers in fields with a point.
export function showNumbers(root) {
  if (decimal === ".") return;
  for (const control of root.querySelectorAll(NUMBERS)) {
    if (control.dataset.localized) continue;
    control.dataset.localized = "true";
    const isUntouched = control.value === control.defaultValue;
    control.defaultValue = numberText(control.defaultValue);
    if (isUntouched) control.value = control.defaultValue;
  }
}

// Forms whose values go into the address send plain numbers.
export function startNumbers() {
  document.addEventListener("formdata", ({ target, formData }) => {
    for (const control of target.elements) {
      const number = control.name && isNumber(control) ? readNumber(control.value) : undefined;
      if (number !== undefined && formData.has(control.name)) formData.set(control.name, String(number));
    }
  });
}
