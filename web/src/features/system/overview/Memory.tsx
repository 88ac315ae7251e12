import { useTranslation } from 'react-i18next';
import type { System } from '../../../api/system';
import { Meter } from '../../../ui/Meter';
import { decimal } from '../../../ui/quantity';
import { Section } from '../../../ui/Section';

const mebi = (n: number) => decimal(n / 2 ** 20);

/** The parts of the memory that have bounds of their own, and what happens at each. */
export function Memory({ memory }: Pick<System, 'memory'>) {
  const { t } = useTranslation();
  return (
    <Section title={t('system.memory.title')} end={t('system.memory.atBound')}>
      <table>
        <tbody>
          {memory.areas.map(({ name, used, bound, at_bound, count }) => (
            <tr key={name}>
              <th scope="row">
                {t(`system.memory.area.${name}`)}
                {count ? `: ${count}` : ''}
              </th>
              <td data-number="">
                {mebi(used)} <span data-dim="">{`/ ${mebi(bound)} MiB`}</span>
              </td>
              <td data-wide="">
                <Meter used={used} bound={bound} />
              </td>
              <td data-dim="">{t(`system.memory.then.${at_bound}`)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  );
}
