// Maps: an element with data-map holds the URL of its features. Numbers of features are clusters.

const L = window.L;
const STYLE = { radius: 6, weight: 1.5, color: "#ffffff", fillColor: "#1d4ed8", fillOpacity: 0.9 };

function marker(feature) {
  const [longitude, latitude] = feature.at;
  if (feature.count > 1) {
    const radius = 10 + 4 * Math.log10(feature.count);
    const circle = L.circleMarker([latitude, longitude], { ...STYLE, radius });
    return circle.bindTooltip(`${feature.count}`, { permanent: true, direction: "center", className: "cluster" });
  }
  const circle = L.circleMarker([latitude, longitude], STYLE);
  circle.bindTooltip(feature.title);
  circle.on("click", () => { window.location = feature.href; });
  return circle;
}

function bounds(features) {
  return L.latLngBounds(features.map(({ at: [longitude, latitude] }) => [latitude, longitude]));
}

export async function start(container) {
  if (container.dataset.started) return;
  container.dataset.started = "true";
  const map = L.map(container, { attributionControl: false, zoomSnap: 0.5, renderer: L.canvas({ padding: 0.3 }) });
  const layer = L.layerGroup().addTo(map);
  const show = async (first) => {
    const view = new URL(container.dataset.map, window.location.href);
    if (!first) {
      view.searchParams.set("bounds", map.getBounds().toBBoxString());
      view.searchParams.set("zoom", Math.round(map.getZoom()));
    }
    const answer = await fetch(view, { headers: { accept: "application/json" } });
    if (!answer.ok) return;
    const { features } = await answer.json();
    layer.clearLayers();
    for (const feature of features) layer.addLayer(marker(feature));
    if (first) {
      if (features.length) map.fitBounds(bounds(features), { padding: [24, 24], maxZoom: 15 });
      else map.setView([45, -95], 3);
      map.on("moveend", () => show(false));
    }
  };
  await show(true);
}
