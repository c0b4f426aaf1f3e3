// Maps: an element with data-map.
//
//   data-map="/app/properties/map?status=offered"     URL of the features, read again with bounds and zoom of the view
//   data-features='{"features": [], "rings": []}'     features in the page itself, instead of a URL
//   data-background="/app/maps/sales"                 URL of faint dots behind them, instead of tiles
//   data-tiles="https://…/{z}/{x}/{y}.png"            URL template of tiles
//
// A feature has `at` (longitude, latitude) and, as known: `id`; `title`, shown on hover; `href`, opened by a click;
// `count`, a cluster if more than 1; `label`, a text in the marker such as 1; `kind`, its class in map.css: subject, comp,
// sale or excluded. A ring has `at`, `meters` and `label`.
//
// Every element of the page with the data-id of a feature is linked with its marker: hover or focus on one marks both. If
// the feature is in a cluster, data-at="longitude,latitude" of the element shows where it is.
//
// A list that is replaced without a reload names new features by data-map-source="/app/…" on an element in it.
//
// Markers are no tab stops, because the table or grid beside a map has the same records. The map itself is one: arrow
// keys move it, + and - zoom.

import { element } from "./dom.js";
import { checked } from "./session.js";

const L = window.L;
const PADDING = { padding: [28, 28], maxZoom: 15 };
const NOWHERE = [[24, -125], [60, -60]];
const compact = new Intl.NumberFormat(navigator.language, { notation: "compact", maximumFractionDigits: 1 });
const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;

const point = ([longitude, latitude]) => [latitude, longitude];

class RecordMap {
  constructor(container) {
    this.container = container;
    this.url = container.dataset.map || null;
    this.byId = new Map();
    this.map = L.map(container, {
      attributionControl: false, zoomSnap: 0.5, maxZoom: 19, scrollWheelZoom: false, maxBounds: [[-89, -190], [89, 190]],
      zoomAnimation: !still, fadeAnimation: !still, markerZoomAnimation: !still, inertia: !still,
    });
    this.map.on("focus", () => this.map.scrollWheelZoom.enable()).on("blur", () => this.map.scrollWheelZoom.disable());
    this.svg = L.svg({ padding: 0.2 });
    this.rings = L.layerGroup().addTo(this.map);
    this.markers = L.layerGroup().addTo(this.map);
    this.startBackground();
    new ResizeObserver(() => this.map.invalidateSize({ pan: false })).observe(container);
  }

  async show() {
    const found = this.url ? await this.read(this.url) : JSON.parse(this.container.dataset.features);
    if (!found) return;
    this.draw(found);
    this.fit(found);
    if (!this.follows) {
      this.follows = true;
      this.map.on("moveend", () => this.follow());
      this.background?.();
    }
  }

  fit({ features, rings = [] }) {
    const places = features.map(({ at }) => point(at));
    for (const { at, meters } of rings) {
      const box = L.latLng(point(at)).toBounds(2 * meters);
      places.push(box.getNorthEast(), box.getSouthWest());
    }
    this.isFitting = true;
    this.map.fitBounds(places.length ? L.latLngBounds(places) : NOWHERE, { ...PADDING, animate: false });
    this.isFitting = false;
  }

  // The part in view

  async follow() {
    this.background?.();
    if (!this.url || this.isFitting) return;
    const found = await this.read(this.inView(this.url));
    if (found) this.draw(found);
  }

  inView(url) {
    const view = new URL(url, window.location.href);
    const bounds = this.map.getBounds();
    const limits = [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()];
    view.searchParams.set("bounds", limits.map((each) => each.toFixed(6)).join(","));
    view.searchParams.set("zoom", this.map.getZoom());
    return view;
  }

  async read(url) {
    this.reading?.abort();
    this.reading = new AbortController();
    return readJson(url, this.reading.signal);
  }

  // Features

  draw({ features, rings, total }) {
    this.markers.clearLayers();
    this.byId.clear();
    for (const feature of features) {
      const marker = feature.count > 1 || feature.label ? labeled(feature) : this.dot(feature);
      if (feature.title) marker.bindTooltip(element("span", {}, feature.title), { direction: "top" });
      marker.on("click", () => this.open(feature));
      if (feature.id) this.link(feature.id, marker);
      this.markers.addLayer(marker);
    }
    if (rings) this.drawRings(rings);
    const note = this.container.parentElement.querySelector("[data-map-note]");
    if (note && total !== undefined) note.textContent = `${total.toLocaleString(navigator.language)} in view`;
  }

  dot(feature) {
    const classes = `marker ${feature.kind ?? ""}`;
    return L.circleMarker(point(feature.at), { radius: 6, className: classes, renderer: this.svg });
  }

  drawRings(rings) {
    this.rings.clearLayers();
    for (const { at, meters, label } of rings) {
      const ring = L.circle(point(at), { radius: meters, className: "ring", interactive: false, renderer: this.svg });
      this.rings.addLayer(ring);
      if (!label) continue;
      const north = [L.latLng(point(at)).toBounds(2 * meters).getNorth(), at[0]];
      const icon = L.divIcon({ className: "ring-label", html: element("span", {}, label), iconSize: null });
      this.rings.addLayer(L.marker(north, { icon, interactive: false, keyboard: false }));
    }
  }

  open(feature) {
    if (feature.count > 1) this.map.setView(point(feature.at), Math.min(this.map.getZoom() + 2, 19));
    else if (feature.href) window.location = feature.href;
    else rowsOf(feature.id)[0]?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  // Rows of the page

  link(id, marker) {
    this.byId.set(id, marker);
    marker.on("mouseover", () => { this.mark(id, true); setLinked(id, true); });
    marker.on("mouseout", () => { this.mark(id, false); setLinked(id, false); });
  }

  mark(id, on, at) {
    const marker = this.byId.get(id);
    this.halo?.remove();
    if (marker) {
      marker.getElement()?.classList.toggle("linked", on);
      if (marker.setZIndexOffset) marker.setZIndexOffset(on ? 1000 : 0);
      else if (on) marker.bringToFront();
    } else if (on && at) {
      const options = { radius: 12, className: "halo", interactive: false, renderer: this.svg };
      this.halo = L.circleMarker(point(at.split(",").map(Number)), options).addTo(this.map);
    }
  }

  // Background

  startBackground() {
    const { tiles, background } = this.container.dataset;
    if (tiles) {
      L.tileLayer(tiles, { maxZoom: 19, referrerPolicy: "strict-origin" }).addTo(this.map);
    } else if (background) {
      this.map.createPane("background").style.zIndex = 250;
      const dots = L.layerGroup().addTo(this.map);
      const renderer = L.canvas({ pane: "background", padding: 0.1 });
      this.background = () => this.drawBackground(background, dots, renderer);
    }
  }

  async drawBackground(url, dots, renderer) {
    this.readingDots?.abort();
    this.readingDots = new AbortController();
    const found = await readJson(this.inView(url), this.readingDots.signal);
    if (!found) return;
    const color = getComputedStyle(this.container).color;
    dots.clearLayers();
    for (const [longitude, latitude, count] of found.dots) {
      const weight = Math.log10(count);
      const look = { radius: 1.3 + 0.8 * weight, fillOpacity: Math.min(0.2 + weight / 8, 0.5), fillColor: color };
      dots.addLayer(L.circleMarker([latitude, longitude], { ...look, stroke: false, interactive: false, renderer }));
    }
  }
}

function labeled(feature) {
  const text = feature.label ?? compact.format(feature.count);
  const size = feature.label ? 22 : Math.round(18 + 9 * Math.log10(feature.count));
  const className = `marker-label ${feature.label ? feature.kind ?? "" : "cluster"}`;
  const icon = L.divIcon({ className, html: element("span", {}, text), iconSize: [size, size] });
  return L.marker(point(feature.at), { icon, keyboard: false });
}

async function readJson(url, signal) {
  try {
    const answer = checked(await fetch(url, { headers: { accept: "application/json" }, signal }));
    if (answer.ok) return await answer.json();
    await answer.body?.cancel();
    return null;
  } catch {
    return null; // aborted by a later view, or the server is away: the map stays as it is
  }
}

function rowsOf(id) {
  return id ? [...document.querySelectorAll(`main [data-id="${CSS.escape(id)}"]`)] : [];
}

function setLinked(id, on) {
  for (const row of rowsOf(id)) row.classList.toggle("linked", on);
}

const maps = new Set();

function markRow(event, on) {
  const row = event.target.closest?.("[data-id]");
  if (!row || row.contains(event.relatedTarget)) return;
  for (const map of maps) map.mark(row.dataset.id, on, row.dataset.at);
}

for (const [name, on] of [["mouseover", true], ["mouseout", false], ["focusin", true], ["focusout", false]]) {
  document.addEventListener(name, (event) => markRow(event, on));
}

document.addEventListener("htmx:afterSettle", () => {
  const source = document.querySelector("[data-map-source]")?.dataset.mapSource;
  for (const map of maps) {
    if (!map.container.isConnected) maps.delete(map);
    else if (source && map.url && source !== map.url) {
      map.url = source;
      map.show();
    }
  }
});

export async function start(container) {
  if (container.dataset.started) return;
  container.dataset.started = "true";
  const map = new RecordMap(container);
  maps.add(map);
  await map.show();
}
