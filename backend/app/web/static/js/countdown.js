// Seconds until something happens: data-countdown is their number when the page was made.

export function start(place) {
  if (place.dataset.started) return;
  place.dataset.started = "true";
  const ends = performance.now() + Number(place.dataset.countdown) * 1_000;
  const timer = setInterval(() => {
    const left = Math.max(0, Math.ceil((ends - performance.now()) / 1_000));
    place.textContent = `${left} s`;
    if (!left || !place.isConnected) clearInterval(timer);
  }, 500);
}
