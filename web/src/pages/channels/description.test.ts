import { expect, it } from 'vitest';
import { descriptionText, kExamples, parseDescription } from './description';

it('reads objects and nothing else', () => {
  expect(parseDescription(descriptionText({ scheme: 'https' }))).toEqual({ scheme: 'https' });
  for (const text of ['[]', 'null', '"{}"', '7']) expect(parseDescription(text)).toBeNull();
  for (const text of ['', '{', "{'a': 1}", '{"a": 1,}'])
    expect(() => parseDescription(text)).toThrow(SyntaxError);
});
it.each(Object.entries(kExamples))('begins with the whole of %s', (_, text) =>
  expect(parseDescription(text)).toMatchObject({ request: {}, answer: {}, callback: { receipts: {} } }),
);
