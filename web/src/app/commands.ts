// What the command palette finds. Pure.

export interface Command {
  kind: string;
  title: string;
  /** Further words that find it. */
  words: string;
  run: () => void;
}

const kPlaces: Record<string, (id: string) => string> = {
  cmp: (id) => `/campaigns/${id}`,
  cnt: (id) => `/contents/${id}`,
  rpt: (id) => `/reports/${id}`,
  cus: (id) => `/customers/${id}`,
  chn: (id) => `/channels/${id}`,
  imp: (id) => `/imports/${id}`,
  msg: (id) => `/messages/${id}`,
};

/** The page of the thing with this id, if it is one that has a page. */
export function placeOfId(text: string): string | undefined {
  const id = text.trim();
  const prefix = /^([a-z]{3})_[0-9a-z]{13}$/.exec(id)?.[1];
  return prefix ? kPlaces[prefix]?.(id) : undefined;
}

/** The commands that hold every word of the text, those whose title begins with it first. */
export function matchCommands(commands: Command[], text: string): Command[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const rank = (command: Command) => (command.title.toLowerCase().startsWith(words[0] ?? '') ? 0 : 1);
  return commands
    .filter((command) => {
      const all = `${command.title} ${command.words}`.toLowerCase();
      return words.every((word) => all.includes(word));
    })
    .sort((a, b) => rank(a) - rank(b));
}
