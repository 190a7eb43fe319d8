import { expect, it } from 'vitest';
import { placeOfTask } from './tasks';

it('leads to a page that the person may see', () => {
  const task = { kind: 'emergency_stop_active', object_type: 'system', object_id: '' };
  expect(placeOfTask(task, (permission) => permission === 'monitor')).toBe('/monitor');
  // The administrator may lift the stop, but has no monitor.
  expect(placeOfTask(task, () => false)).toBe('/health');
});
