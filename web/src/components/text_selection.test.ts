// @vitest-environment jsdom
import { afterEach, describe, expect, it } from 'vitest';
import { selectionIn } from './text_selection';

function bubble(): HTMLElement {
  document.body.innerHTML =
    '<div id="root">【<span data-part="signature">驿站</span>】<span data-part="body">会员日<mark>顶级</mark>体验</span><span data-part="opt_out_text">拒收请回复R</span></div>';
  return document.getElementById('root')!;
}

function rangeOf(from: [Node, number], to: [Node, number]): Range {
  const range = document.createRange();
  range.setStart(...from);
  range.setEnd(...to);
  return range;
}

afterEach(() => {
  document.body.innerHTML = '';
});

describe('selectionIn', () => {
  it('counts across marks within a part', () => {
    const root = bubble();
    const body = root.querySelector('[data-part="body"]')!;
    const range = rangeOf([body.childNodes[1]!.firstChild!, 0], [body.childNodes[2]!, 1]);
    expect(selectionIn(root, range)).toEqual({ part: 'body', begin: 3, end: 6, text: '顶级体' });
  });
  it('is cut to the first part when it runs on', () => {
    const root = bubble();
    const body = root.querySelector('[data-part="body"]')!;
    const tail = root.querySelector('[data-part="opt_out_text"]')!;
    expect(selectionIn(root, rangeOf([body.childNodes[2]!, 0], [tail.firstChild!, 2]))).toEqual({
      part: 'body',
      begin: 5,
      end: 7,
      text: '体验',
    });
  });
  it('is nothing outside the parts', () => {
    const root = bubble();
    expect(selectionIn(root, rangeOf([root.firstChild!, 0], [root.firstChild!, 1]))).toBeNull();
  });
});
