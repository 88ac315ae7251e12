import { useRouterState } from '@tanstack/react-router';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button, IconButton } from '../ui/Button';
import { Command } from '../ui/Command';
import { Icon } from '../ui/Icon';
import { StateMark } from '../ui/StateMark';
import { useConnection } from './connection';
import { isDismissed, useDismissed } from './dismissed';
import { StatusMessageText } from './StatusMessageText';
import css from './StatusStrip.module.css';
import { type StatusMessage, type StatusText, statusMessages } from './statusMessages';

// What is the verdict of a page is not said once more above it.
const verdicts: Readonly<Partial<Record<StatusText, string>>> = { brokersAway: '/pipeline' };

/** A line under the top bar with what the server says of itself: problems, and notices that were not dismissed. */
export function StatusStrip() {
  const { state, status } = useConnection();
  const [dismissed, dismiss] = useDismissed();
  const path = useRouterState({ select: (router) => router.location.pathname });
  // While there is no answer, the line that says so takes this place.
  if (state !== 'up' || !status) return null;
  const messages = statusMessages(status).filter(
    (message) =>
      !isDismissed(message, dismissed) && !(message.text && verdicts[message.text] === path),
  );
  return messages.length > 0 && <Strip messages={messages} onDismiss={dismiss} />;
}

interface StripProps {
  /** At least one; the first is the one that the closed strip shows. */
  messages: readonly StatusMessage[];
  onDismiss: (message: StatusMessage) => void;
}

function Strip({ messages, onDismiss }: StripProps) {
  const { t } = useTranslation();
  const [opened, setOpened] = useState(false);
  const listId = useId();
  const shown = opened ? messages : messages.slice(0, 1);
  const more = messages.length - shown.length;
  const label = opened ? t('notices.less') : t('notices.details');
  return (
    <section
      className={css.strip}
      data-opened={opened || undefined}
      aria-label={t('notices.label')}
    >
      <ul id={listId}>
        {shown.map((message, i) => (
          <li key={message.id} className={css.message} data-health={message.health}>
            <StateMark health={message.health} />
            <div className={css.body}>
              <span role={message.health === 'critical' ? 'alert' : undefined}>
                <StatusMessageText message={message} />
              </span>
              {opened &&
                message.text &&
                message.raw.map((line) => (
                  <code key={line} className={css.raw}>
                    {line}
                  </code>
                ))}
            </div>
            {message.command && (
              <div className={css.command}>
                <Command text={message.command} compact />
              </div>
            )}
            <div className={css.actions}>
              {message.version !== undefined && (
                <IconButton
                  icon="close"
                  iconSize={12}
                  size="small"
                  look="ghost"
                  label={t('notices.dismiss')}
                  onClick={() => onDismiss(message)}
                />
              )}
              {i === 0 && (
                <Button
                  size="small"
                  look="ghost"
                  aria-expanded={opened}
                  aria-controls={listId}
                  aria-label={more > 0 ? undefined : label}
                  title={label}
                  onClick={() => setOpened(!opened)}
                >
                  {more > 0 && t('notices.more', { n: more })}
                  <Icon name={opened ? 'fold' : 'down'} size={14} />
                </Button>
              )}
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}
