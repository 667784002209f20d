import { useEffect, useState } from 'react';
import { UI } from '../strings/ui.ts';
import { Button } from './button.tsx';

const TELLS_FOR = 1500;

/** Copies a text, and says that it did. */
export function CopyButton({ text, label, small = true }: { text: string; label: string; small?: boolean }) {
  const [told, setTold] = useState<string>();
  useEffect(() => {
    if (told === undefined) return undefined;
    const timer = setTimeout(() => setTold(undefined), TELLS_FOR);
    return () => clearTimeout(timer);
  }, [told]);
  const copy = () => {
    navigator.clipboard.writeText(text).then(
      () => setTold(UI.copied),
      () => setTold(UI.notCopied),
    );
  };
  return (
    <Button small={small} onClick={copy} disabled={text === ''} aria-label={label}>
      <span aria-live="polite">{told ?? UI.copy}</span>
    </Button>
  );
}
