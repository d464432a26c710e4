// Moves the bar of a running job without loading the page again, and goes on when the job is over.
const area = document.querySelector("[data-job]");
const SECONDS = 1;

async function look() {
  try {
    // A redirect means that the job is done: the page itself follows it.
    const answer = await fetch(location.href, { redirect: "manual", credentials: "same-origin" });
    if (answer.type === "opaqueredirect") { location.reload(); return; }
    if (!answer.ok) throw new Error(String(answer.status));
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-job]");
    if (!fresh || !["queued", "running"].includes(fresh.dataset.job)) { location.reload(); return; }
    const [bar, newBar] = [area.querySelector("progress"), fresh.querySelector("progress")];
    if (newBar.hasAttribute("value")) { bar.max = newBar.max; bar.value = newBar.value; }
    else bar.removeAttribute("value");
    bar.textContent = newBar.textContent;
    for (const place of ["[role=status]", ".progress-words strong"]) {
      const [old, now] = [area.querySelector(place), fresh.querySelector(place)];
      if (old.textContent !== now.textContent) old.textContent = now.textContent;
    }
  } catch {
    // The server is away for a moment; the next look may find it.
  }
  setTimeout(look, SECONDS * 1000);
}

setTimeout(look, SECONDS * 1000);
