// Several paragraphs at once: the server proposes entries, they are put in, and one button takes them out again.
import { post } from "./outbox.js";

const MOST = 5 * 1024 * 1024;
const paragraphs = (text) => text.split(/\r?\n/).filter((line) => line.trim()).length;

// Returns the proposed entries, or { message } where they cannot be made, or null for an ordinary paste.
export async function proposed(clipboard, setup) {
  const text = clipboard.getData("text/plain");
  const html = clipboard.getData("text/html");
  if (paragraphs(text) < 2) return null;
  if (text.length > MOST) return { message: "This is more than 5 MB. Paste it in parts." };
  const { status, answer } = await post(setup.addresses.paste, { text, html: html.length > MOST ? "" : html });
  if (status === 200) return answer;
  if (status === 0) return { message: "The server does not answer. Nothing was pasted; the text is still in your clipboard." };
  return { message: answer.message ?? "This could not be pasted." };
}

export const isLong = (clipboard) => paragraphs(clipboard.getData("text/plain")) > 1;
