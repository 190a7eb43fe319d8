import { describe, expect, it } from 'vitest';
import { codeKey } from './code_key';

describe('the spelling of a code', () => {
  it.each([
    ['0x58', '0x00000058'],
    ['0X0000040a', '0x0000040A'],
    ['CMPP:8', 'CMPP:8'],
    [' cmpp:08 ', 'CMPP:8'],
    ['sgip：88', 'SGIP:88'],
    ['Smgp : 75', 'SMGP:75'],
    ['CMPP:0', 'CMPP:0'],
  ])('%s is %s', (entered, key) => expect(codeKey(entered)).toBe(key));

  it.each(['UNDELIV', 'MK:0001', 'mk:0001', 'DB:0144', '0x123456789', 'CMPP:x', '8'])(
    '%s is a word of the carrier and stays',
    (word) => expect(codeKey(word)).toBe(word),
  );
});
