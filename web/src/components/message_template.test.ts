import { describe, expect, it } from 'vitest';
import { renderTemplate, variableNames, variableSpans } from './message_template';

describe('variableNames', () => {
  it('finds each once in the order of appearance', () => {
    expect(variableNames('{name}您好，{code}，{name}', '回{word}退订')).toEqual(['name', 'code', 'word']);
  });
  it('takes Chinese names and leaves doubled braces and broken ones', () => {
    expect(variableNames('{姓名}{{x}} {a b} {} {open')).toEqual(['姓名']);
  });
});

describe('variableSpans', () => {
  it('says where they stand', () => {
    expect(variableSpans('您好{name}！')).toEqual([{ begin: 2, end: 8, name: 'name' }]);
  });
});

describe('renderTemplate', () => {
  it('puts values in and moves the spans behind them', () => {
    const template = '{name}您好，顶级体验';
    const begin = template.indexOf('顶级');
    const rendered = renderTemplate(template, { name: '张三' }, [{ begin, end: begin + 2 }]);
    expect(rendered.text).toBe('张三您好，顶级体验');
    expect(rendered.spans.map((s) => rendered.text.slice(s.begin, s.end))).toEqual(['顶级']);
    expect(rendered.values).toEqual([{ begin: 0, end: 2, name: 'name' }]);
  });
  it('leaves a variable without a value and turns doubled braces into one', () => {
    expect(renderTemplate('{{{name}}}', {}, []).text).toBe('{{name}}');
  });
  it('keeps a span over a variable and one where something is missing', () => {
    const rendered = renderTemplate('到{place}取', { place: '幸福路驿站' }, [
      { begin: 0, end: 8 },
      { begin: 9, end: 9 },
      { begin: 1, end: 8 },
    ]);
    expect(rendered.spans).toEqual([
      { begin: 0, end: 6 },
      { begin: 7, end: 7 },
      { begin: 1, end: 6 },
    ]);
  });
});
