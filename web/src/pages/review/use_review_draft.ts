// A review in the making outlives a reload of the page, but not the browser's session.
import { useCallback, useState } from 'react';
import { kEmptyDraft, type ReviewDraft } from './decision';

const kPrefix = 'yizhan.review.';

function stored(versionId: string): ReviewDraft {
  try {
    const found: unknown = JSON.parse(sessionStorage.getItem(kPrefix + versionId) ?? 'null');
    if (found && typeof found === 'object') return { ...kEmptyDraft, ...found };
  } catch {
    // Damaged: begin anew.
  }
  return kEmptyDraft;
}

export function useReviewDraft(versionId: string): {
  draft: ReviewDraft;
  change: (part: Partial<ReviewDraft>) => void;
  forget: () => void;
} {
  const [draft, setDraft] = useState(() => stored(versionId));
  const change = useCallback(
    (part: Partial<ReviewDraft>) =>
      setDraft((before) => {
        const next = { ...before, ...part };
        sessionStorage.setItem(kPrefix + versionId, JSON.stringify(next));
        return next;
      }),
    [versionId],
  );
  const forget = useCallback(() => {
    sessionStorage.removeItem(kPrefix + versionId);
    setDraft(kEmptyDraft);
  }, [versionId]);
  return { draft, change, forget };
}
