// A card's title as a heading, in the card's own type.
import type { ReactNode } from 'react';

export function CardHeading({ children }: { children: ReactNode }) {
  return <h2 style={{ margin: 0, font: 'inherit' }}>{children}</h2>;
}
