import { describe, expect, it } from 'vitest';
import { type Attempt, inOrder, isSettled, stepsOf } from './steps';

const attempt: Attempt = {
  id: 'att_1',
  number: 1,
  segment: 1,
  segments: 1,
  outcome: 'accepted',
  channel_id: 'chn_1',
  stored_at: '2026-11-25T02:00:00.000Z',
  responded_at: '2026-11-25T02:00:00.500Z',
  response_status: '0x00000000',
  carrier_message_id: 'abc',
  receipt_at: '2026-11-25T02:00:02.500Z',
  receipt_state: 2,
  receipt_code: 'DELIVRD:000',
};
const unreported = { ...attempt, receipt_at: undefined, receipt_state: 0, receipt_code: '' };

describe('stepsOf', () => {
  it('measures the steps of a delivery', () => {
    expect(stepsOf(attempt, true)).toEqual({
      response: 'done',
      receipt: 'done',
      responseAfter: 0.5,
      receiptAfter: 2,
    });
  });

  it('tells a bad receipt', () => {
    expect(stepsOf({ ...attempt, receipt_state: 5 }, true).receipt).toBe('bad');
  });

  it('waits for a receipt only while the message is open', () => {
    expect(stepsOf(unreported, false).receipt).toBe('waiting');
    expect(stepsOf(unreported, true).receipt).toBe('absent');
  });

  it('expects no receipt of what the carrier did not take', () => {
    const rejected: Attempt = { ...unreported, outcome: 'rejected', response_status: '0x00000058' };
    expect(stepsOf(rejected, true)).toMatchObject({ response: 'bad', receipt: 'none' });
    const open: Attempt = { ...unreported, outcome: 'open', responded_at: undefined };
    expect(stepsOf(open, false)).toMatchObject({ response: 'waiting', receipt: 'none' });
    expect(stepsOf({ ...open, outcome: 'unknown' }, true).response).toBe('absent');
  });
});

it('knows which states are final', () => {
  expect(isSettled('sent')).toBe(false);
  expect(isSettled('refused')).toBe(true);
});

it('orders by attempt, then by segment', () => {
  const of = (number: number, segment: number) => ({ ...attempt, number, segment });
  expect(inOrder([of(2, 1), of(1, 2), of(1, 1)]).map((a) => [a.number, a.segment])).toEqual([
    [1, 1],
    [1, 2],
    [2, 1],
  ]);
});
