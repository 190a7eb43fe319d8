// What a person selected in a preview, as a place in one part of the message.
import { type Extent, wholeCharacters } from './text_offsets';

export interface PartSelection extends Extent {
  part: string;
  text: string;
}

function unitsUpTo(element: Element, container: Node, offset: number): number {
  const range = document.createRange();
  range.selectNodeContents(element);
  range.setEnd(container, offset);
  return range.toString().length;
}

/** The first part (an element with data-part) that the range touches, and where. UTF-16 units. */
export function selectionIn(root: Element, range: Range): PartSelection | null {
  for (const element of root.querySelectorAll<HTMLElement>('[data-part]')) {
    if (!range.intersectsNode(element)) continue;
    const text = element.textContent;
    const begin = element.contains(range.startContainer)
      ? unitsUpTo(element, range.startContainer, range.startOffset)
      : 0;
    const end = element.contains(range.endContainer)
      ? unitsUpTo(element, range.endContainer, range.endOffset)
      : text.length;
    if (end <= begin) continue;
    const whole = wholeCharacters(text, { begin, end });
    return { part: element.dataset.part!, ...whole, text: text.slice(whole.begin, whole.end) };
  }
  return null;
}
