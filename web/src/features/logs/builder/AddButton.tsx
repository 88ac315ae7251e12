import { type ReactNode, useState } from 'react';
import { Button } from '../../../ui/Button';
import { Icon } from '../../../ui/Icon';
import { Floating } from './Floating';

interface AddButtonProps {
  label: string;
  /** Opened by something else than a click. */
  begun?: boolean;
  onBegun?: (begun: boolean) => void;
  /** What is shown below the button; it calls `close` when it is done. */
  children: (close: () => void) => ReactNode;
}

/** A button with a plus that opens a small panel to choose in. */
export function AddButton({ label, begun = false, onBegun, children }: AddButtonProps) {
  const [opened, setOpened] = useState(false);
  const change = (next: boolean) => {
    setOpened(next);
    onBegun?.(next);
  };
  return (
    <Floating
      opened={opened || begun}
      onChange={change}
      label={label}
      target={
        <Button size="small" onClick={() => change(!opened)}>
          <Icon name="plus" size={12} />
          {label}
        </Button>
      }
    >
      {children(() => change(false))}
    </Floating>
  );
}
