// Arrow keys walk the points of a chart, and a line below reads the row of its table. Without script the table says it all.
for (const chart of document.querySelectorAll("[data-chart]")) {
  const area = chart.querySelector(".drawings");
  const rows = [...document.querySelectorAll(`[id="${chart.dataset.figures || chart.id}"] tr[data-point]`)]
    .sort((one, other) => one.dataset.point - other.dataset.point);
  if (!rows.length) continue;

  const said = Object.assign(document.createElement("p"), { className: "chart-said" });
  said.setAttribute("role", "status");
  area.after(said);
  const hint = (said.textContent = "Arrow keys read the points one by one.");
  area.tabIndex = 0;
  area.setAttribute("role", "application");
  area.setAttribute("aria-label", "Points of the chart: the arrow keys walk from one to the next");

  const drawings = [...area.querySelectorAll("[data-walk]")].map((drawing) => {
    const [first, step, heights] = drawing.dataset.walk.split(" ");
    const ring = document.createElementNS("http://www.w3.org/2000/svg", "path");
    ring.setAttribute("class", "c-walk");
    drawing.append(ring);
    return { drawing, ring, first: +first, step: +step, heights: heights.split(",") };
  });
  let here = -1;

  const show = (index) => {
    rows[here]?.classList.remove("here");
    here = index;
    rows[here]?.classList.add("here");
    const words = rows[here] && [...rows[here].cells].map((cell) => cell.textContent.trim()).filter(Boolean);
    said.textContent = words ? `${words[0]}: ${words.slice(1).join(", ")}` : hint;
    said.classList.toggle("here", here >= 0);
    for (const { ring, first, step, heights } of drawings) {
      const x = first + here * step;
      const y = heights[here];
      ring.setAttribute("d", here < 0 ? "" : y ? `M${x - 9} ${y}a9 9 0 1 0 18 0a9 9 0 1 0-18 0` : `M${x} 24v14`);
    }
  };

  area.addEventListener("keydown", (event) => {
    const last = rows.length - 1;
    const to = {
      ArrowLeft: here < 0 ? last : Math.max(0, here - 1),
      ArrowRight: Math.min(last, here + 1),
      Home: 0,
      End: last,
      Escape: -1,
    }[event.key];
    if (to === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    show(to);
  });
  const point = (event) => {
    const shown = drawings.find(({ drawing }) => drawing.getClientRects().length);
    if (!shown) return;
    const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(shown.drawing.getScreenCTM().inverse());
    const index = Math.round((at.x - shown.first) / shown.step);
    if (index !== here && index >= 0 && index < rows.length) show(index);
  };
  area.addEventListener("pointermove", point);
  area.addEventListener("pointerdown", point);
}
