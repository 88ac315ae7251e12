import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { browserZone, listZones, zoneName, zoneOffset } from '../time/zone';
import { Icon } from '../ui/Icon';
import { SearchList } from '../ui/SearchList';
import { useConnection } from './connection';
import { useTime } from './TimeProvider';
import css from './TimeRangePanel.module.css';

const most = 40;

/** Shows the zone of all times and searches another by its name, short name or offset. */
export function ZonePicker() {
  const { t } = useTranslation();
  const { zone, now, setZone } = useTime();
  const { status } = useConnection();
  const [opened, setOpened] = useState(false);
  const [text, setText] = useState('');
  const bodyId = useId();

  const offset = zoneOffset(now, zone);
  const words = text.toLowerCase().split(/\s+/);
  const items = opened
    ? listZones([zone, browserZone(), status?.zone ?? zone])
        .map((name) => ({ name, offset: zoneOffset(now, name), short: zoneName(now, name) }))
        .filter(({ name, short, ...of }) => {
          const known = `${name} ${name.replace(/_/g, ' ')} ${of.offset} ${short}`.toLowerCase();
          return words.every((word) => known.includes(word));
        })
        .slice(0, most)
    : [];
  return (
    <div className={css.zone}>
      <button
        type="button"
        className={css.zoneButton}
        aria-label={`${t('time.zone')}: ${zone}`}
        aria-expanded={opened}
        aria-controls={opened ? bodyId : undefined}
        onClick={() => setOpened(!opened)}
      >
        <Icon name="globe" size={14} />
        <span>{t('time.zone')}</span>
        <b translate="no">{zone === offset ? zone : `${zone} (${offset})`}</b>
        <Icon name={opened ? 'fold' : 'down'} size={12} />
      </button>
      {opened && (
        <div id={bodyId} className={css.zoneList}>
          <SearchList
            autoFocus
            label={t('time.zoneSearch')}
            text={text}
            onText={setText}
            groups={[
              {
                id: 'zones',
                items: items.map(({ name, offset }) => ({
                  id: name,
                  content: (
                    <>
                      <span translate="no">{name}</span>
                      <small translate="no">{offset}</small>
                    </>
                  ),
                  onChoose: () => {
                    setZone(name);
                    setOpened(false);
                    setText('');
                  },
                })),
              },
            ]}
            empty={t('time.zoneNone')}
          />
        </div>
      )}
    </div>
  );
}
