// Words that only this device holds: every desk page says so, and signing out does not take them along unseen.
// See js/minutes/drafts.js for what is kept; what the server has acknowledged is not there any more.
import { all, livingTabs } from "./minutes/drafts.js";

const writer = Number(document.body.dataset.user);

async function mine() {
  if (!writer || !(await indexedDB.databases?.().catch(() => null) ?? [{ name: "opcc-minutes" }]).some(({ name }) => name === "opcc-minutes")) return [];
  return (await all().catch(() => [])).filter((record) => record.writer === writer);
}

function line(kept, extra) {
  const place = document.querySelector("#main");
  place.querySelector("#kept-words")?.remove();
  const notice = document.createElement("p");
  notice.id = "kept-words";
  notice.className = "notice page-width";
  notice.setAttribute("role", "status");
  const count = `${kept.length} entr${kept.length === 1 ? "y of yours is" : "ies of yours are"} kept on this device and not saved yet: `;
  const link = document.createElement("a");
  link.href = kept[0].address;
  link.textContent = `go on with ${kept[0].title}`;
  notice.append(count, link, ". ", ...extra);
  place.prepend(notice);
  return notice;
}

for (const form of document.querySelectorAll("form[action$='/sign-out/']")) {
  form.addEventListener("submit", async (event) => {
    if (form.dataset.sure) return;
    event.preventDefault();
    const kept = await mine();
    if (!kept.length) {
      form.dataset.sure = "yes";
      form.requestSubmit();
      return;
    }
    const leave = document.createElement("button");
    leave.className = "button quiet small";
    leave.type = "button";
    leave.textContent = "Sign out and leave them on this device";
    leave.addEventListener("click", () => { form.dataset.sure = "yes"; form.requestSubmit(); });
    line(kept, [leave]).querySelector("a").focus();
  });
}

// The editor of minutes looks after its own; everywhere else a line leads back to it.
if (!document.querySelector("#entries")) {
  const open = await livingTabs();
  const kept = (await mine()).filter((record) => !open.has(record.tab));
  if (kept.length) line(kept, []);
}
