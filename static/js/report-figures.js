// Inserting a figure of an indicator where the caret stands in the editor. Without this script the link leads to a page
// that puts the figure at the end of the section. Which figures were put in goes along with the text when it is saved.

const link = document.querySelector("[data-inserts-figure]")
const place = document.querySelector("#figure-place")
const writing = document.querySelector("form.section-writing")
let editor = null

document.addEventListener("prose-editor:ready", (event) => {
  if (writing?.contains(event.detail.textarea)) editor = event.detail.editor
})

async function show(address) {
  const answer = await fetch(address, { credentials: "same-origin" }).catch(() => null)
  if (!answer?.ok || answer.redirected) {
    location.href = link.href // signed out, or no line: the page says what to do
    return
  }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html")
  const found = page.querySelector("#figure-choice")
  const button = found.querySelector("[data-puts-figure] .button")
  if (button) button.textContent = "Put it into the text"
  const title = document.createElement("h3")
  title.textContent = "Insert a figure of an indicator"
  title.tabIndex = -1
  place.replaceChildren(title, document.adoptNode(found))
  place.hidden = false
  title.focus()
}

function put(form) {
  const figure = form.querySelector("[name=token]:checked")
  if (!figure) return
  const words = form.querySelector("[name=words]:checked").value === "full" ? figure.dataset.full : figure.dataset.value
  const kept = writing.elements.figures
  kept.value = [kept.value, figure.value].filter(Boolean).join("\n")
  close()
  if (editor) {
    editor.chain().focus().insertContent({ type: "text", text: words }).run()
  } else {
    const area = writing.elements.body
    area.setRangeText(words, area.selectionStart, area.selectionEnd, "end")
    area.focus()
  }
  writing.dispatchEvent(new Event("input"))
}

function close() {
  place.hidden = true
  place.replaceChildren()
}

if (link && place && writing?.elements.figures) {
  link.setAttribute("role", "button")
  link.addEventListener("click", (event) => {
    event.preventDefault()
    show(link.href)
  })
  link.addEventListener("keydown", (event) => {
    if (event.key === " ") {
      event.preventDefault()
      show(link.href)
    }
  })
  place.addEventListener("submit", (event) => {
    event.preventDefault()
    const form = event.target
    if (form.matches("[data-puts-figure]")) put(form)
    else show(`${form.action}?${new URLSearchParams(new FormData(form))}`)
  })
  place.addEventListener("click", (event) => {
    if (!event.target.matches(".figure-back")) return
    event.preventDefault()
    close()
    link.focus()
  })
}
