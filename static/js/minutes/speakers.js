// Who can speak, found by letters, and the name with which an entry begins.
const NAMED = new Set(["statement", "presentation", "question", "answer", "comment", "thanks"]);

export class Speakers {
  constructor(people, chair) {
    this.people = people;
    this.chair = chair;
    this.byId = new Map(people.map((person) => [String(person.id), person]));
    this.recent = []; // who spoke last comes first
  }

  spoke(id) {
    if (id) this.recent = [id, ...this.recent.filter((other) => other !== id)];
  }

  byKey(number) { return this.people.find((person) => person.key === number); }

  // People whose name, rank or post begins with the letters; whoever spoke last is the likeliest.
  matching(letters) {
    const typed = letters.toLowerCase();
    if (!typed) return [];
    const surname = (person) => person.name.toLowerCase().split(" ").at(-1);
    const rank = (person) => {
      const last = this.recent.indexOf(person.id);
      return (surname(person).startsWith(typed) ? 0 : 100) + (last < 0 ? 50 : last);
    };
    return this.people
      .filter((person) => person.letters.some((word) => word.startsWith(typed)))
      .sort((a, b) => rank(a) - rank(b));
  }

  called(id) { return this.byId.get(String(id))?.called ?? ""; }

  // "CC Collins ", or "CC Collins and DCI Stevenson "; nothing where the kind names nobody.
  beginning({ kind, speaker, second_speaker: second }) {
    if (!NAMED.has(kind) || !speaker) return "";
    const names = [speaker, second].map((id) => this.called(id)).filter(Boolean);
    return names.length ? `${names.join(" and ")} ` : "";
  }
}
