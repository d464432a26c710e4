// The section being written: says when something is not saved yet, saves with Ctrl+S, and asks before text is left behind.
// Without this script the page works the same; it only says less.

const form = document.querySelector("form[data-keeps-text]")

if (form) {
  const words = document.querySelector("#saved strong")
  let before = fingerprint()
  let sending = false

  function fingerprint() {
    const values = new FormData(form)
    values.delete("csrfmiddlewaretoken")
    return JSON.stringify([...values])
  }

  const changed = () => fingerprint() !== before

  function say() {
    if (words && changed()) words.textContent = "Not saved"
  }

  // The editor tidies the text when it takes over; that is no change of the writer's.
  document.addEventListener("prose-editor:ready", () => {
    before = fingerprint()
  })

  form.addEventListener("input", say)
  // The editor writes into its text area without an input event of the form.
  document.addEventListener("keyup", say)

  form.addEventListener("submit", () => {
    sending = true
    if (words) words.textContent = "Saving"
  })

  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s" && !event.altKey) {
      event.preventDefault()
      form.requestSubmit()
    }
  })

  window.addEventListener("beforeunload", (event) => {
    if (!sending && changed()) event.preventDefault()
  })

  // Coming back with the browser's Back button shows this very page again: sending is over.
  window.addEventListener("pageshow", () => {
    sending = false
  })
}
