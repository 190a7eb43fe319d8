// What a test of components imports: each leaves an empty document to the next.
import { cleanup } from '@testing-library/react';
import { afterEach } from 'vitest';

afterEach(cleanup);
