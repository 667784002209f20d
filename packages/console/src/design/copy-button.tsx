import { useEffect, useState } from 'react';
import { UI } from '../strings/ui.ts';
import { Button } from './button.tsx';

const TELLS_FOR = 1500;

interface CopyButtonProps {
  readonly text: string;
  readonly label: string;
  /** What stands on it. */
  readonly words?: string;
  readonly small?: boolean;
}

/** Copies a text, and says that it did. */
export function CopyButton({ text, label, words = UI.copy, small = true }: CopyButtonProps) {
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
      <span aria-live="polite">{told ?? words}</span>
    </Button>
  );
}
