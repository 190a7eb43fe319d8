// The time of this browser, renewed every so often: for countdowns and times left.
import { useEffect, useState } from 'react';

export function useNow(everyMilliseconds = 1000): Date {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), everyMilliseconds);
    return () => clearInterval(timer);
  }, [everyMilliseconds]);
  return now;
}
