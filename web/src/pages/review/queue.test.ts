// @vitest-environment jsdom
import { describe, expect, it } from 'vitest';
import { isForField, neighboursOf } from './queue';

describe('neighboursOf', () => {
  it('knows the place among what waits', () => {
    expect(neighboursOf(['a', 'b', 'c'], 'b')).toEqual({ previous: 'a', next: 'c', position: 2, waiting: 3 });
    expect(neighboursOf(['a', 'b'], 'b')).toEqual({
      previous: 'a',
      next: undefined,
      position: 2,
      waiting: 2,
    });
  });
  it('goes on with the oldest once this one is decided', () => {
    expect(neighboursOf(['a', 'b'], 'x')).toEqual({
      previous: undefined,
      next: 'a',
      position: 0,
      waiting: 2,
    });
    expect(neighboursOf([], 'x').next).toBeUndefined();
  });
});

describe('isForField', () => {
  const press = (target: Element, init: KeyboardEventInit = {}) => {
    const event = new KeyboardEvent('keydown', { key: 'j', ...init });
    Object.defineProperty(event, 'target', { value: target });
    return isForField(event);
  };
  it('leaves writing and the browser alone', () => {
    expect(press(document.createElement('textarea'))).toBe(true);
    expect(press(document.createElement('div'))).toBe(false);
    expect(press(document.createElement('div'), { ctrlKey: true })).toBe(true);
  });
});
