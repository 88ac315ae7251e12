import { useTranslation } from 'react-i18next';

const units = ['y', 'w', 'd', 'h', 'm', 's'] as const;

/** Returns a function that words a span as the server writes it: 30d. What is not one unit stays as it is. */
export function useSpanText(): (span: string) => string {
  const { t } = useTranslation();
  return (span) => {
    const [, n = '', letter] = /^(\d+)([a-z]+)$/.exec(span) ?? [];
    const unit = units.find((one) => one === letter);
    return unit ? t(`system.span.${unit}`, { n }) : span;
  };
}
