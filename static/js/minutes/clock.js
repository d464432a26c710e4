// Late arrival and early leaving at one click each, without a new page; a second click takes the time back.
import { announce, notice } from "./saying.js";

for (const clock of document.querySelectorAll("form.clock")) {
  clock.addEventListener("submit", async (event) => {
    event.preventDefault();
    const data = new FormData(clock, event.submitter);
    try {
      const reply = await fetch(clock.action, { method: "POST", body: data, headers: { Accept: "application/json" } });
      const answer = await reply.json();
      if (!reply.ok) { notice(answer.message); return; }
      const [came, left] = clock.querySelectorAll("button");
      came.firstChild.data = answer.arrived ? "From the start" : "Came now";
      left.firstChild.data = answer.left ? "To the end" : "Left now";
      const times = [answer.arrived && `came at ${answer.arrived}`, answer.left && `left at ${answer.left}`].filter(Boolean).join(", ");
      clock.closest("li").querySelector("[data-times]").textContent = times;
      announce(times || "Here from start to end");
    } catch { notice("Not noted: the server does not answer."); }
  });
}
