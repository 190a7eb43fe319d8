// @vitest-environment jsdom
// Enter in the picker is the picker's: by itself it would send the form around it.
import { fireEvent, render, screen } from '@testing-library/react';
import { beforeEach, expect, it } from 'vitest';
import { stubLayout } from '@/test_setup';
import { PreferencesProvider } from '@/app/preferences';
import { ZonedPicker } from './zoned_picker';

beforeEach(stubLayout);

it('keeps Enter from the form', () => {
  render(
    <PreferencesProvider>
      <form>
        <ZonedPicker aria-label="time" />
      </form>
    </PreferencesProvider>,
  );
  const input = screen.getByLabelText('time');
  // fireEvent says false when the default was prevented.
  expect(fireEvent.keyDown(input, { key: 'Enter', code: 'Enter' })).toBe(false);
  expect(fireEvent.keyDown(input, { key: '1', code: 'Digit1' })).toBe(true);
});
