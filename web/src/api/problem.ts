// What the server says when it refuses: an RFC 9457 problem document.

export interface FieldFault {
  field: string;
  code: string;
  message: string;
}

export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string,
    readonly errors: FieldFault[] = [],
    readonly extensions: Record<string, unknown> = {},
  ) {
    super(`${code}: ${detail}`);
    this.name = 'Problem';
  }

  /** The server could not be reached, or did not answer as a server of ours. */
  get isOutage(): boolean {
    return this.status === 0 || this.status >= 502;
  }
}

/** Makes a Problem of whatever a failed call left; `status` is 0 when there was no answer. */
export function problemOf(status: number, body: unknown): Problem {
  if (body && typeof body === 'object' && 'code' in body) {
    const { code, detail, title, errors, ...rest } = body as Record<string, unknown>;
    return new Problem(
      status,
      String(code),
      String(detail ?? title ?? code),
      Array.isArray(errors) ? (errors as FieldFault[]) : [],
      rest,
    );
  }
  return new Problem(status, status === 0 ? 'unreachable' : `http_${status}`, String(body ?? ''));
}

export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  return new Problem(0, 'unreachable', error instanceof Error ? error.message : String(error));
}
