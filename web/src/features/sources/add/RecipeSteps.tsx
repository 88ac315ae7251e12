import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import type { Status } from '../../../api/client';
import { Segmented } from '../../../ui/Segmented';
import { configuration, fill, type Recipe, type Variant } from '../recipes/recipes';
import { beyondLoopback, listenerSettings, targetOf } from '../recipes/target';
import { useSourcesSearch } from '../useSourcesSearch';
import css from './AddSource.module.css';
import { CodeBlock } from './CodeBlock';
import { FirstLine } from './FirstLine';

interface RecipeStepsProps {
  recipe: Recipe;
  variant: Variant;
  status: Status;
}

/** What to write, what to run, and whether it worked. */
export function RecipeSteps({ recipe, variant, status }: RecipeStepsProps) {
  const { t } = useTranslation();
  const [{ since }, change] = useSourcesSearch();
  const target = targetOf(variant, status.listen, location.hostname);
  const { values, address } = target;
  const steps: { id: 'setup' | 'file' | 'run'; text: string }[] = [
    { id: 'file', text: configuration(variant, values) },
    { id: 'run', text: fill(variant.run, values) },
  ];
  if (variant.setup) steps.unshift({ id: 'setup', text: variant.setup });

  // What arrived before the recipe was chosen is not its first line. The URL keeps the moment, so that a reload goes on waiting.
  useEffect(() => {
    if (!since) change({ since: status.now }, true);
  }, [since, status.now, change]);

  return (
    <>
      {recipe.variants.length > 1 && (
        <div className={css.transport}>
          <span className={css.key}>{t('sources.add.transport')}</span>
          <Segmented
            label={t('sources.add.transport')}
            size="small"
            value={variant.id}
            options={recipe.variants.map(({ id }) => ({
              value: id,
              label: t(`sources.add.via.${id as 'tcp'}`),
            }))}
            onChange={(id) => change({ via: id, since: undefined })}
          />
        </div>
      )}
      {!address && (
        <div className={css.notice} role="alert">
          <p>{t('sources.add.off', { key: target.key })}</p>
          <CodeBlock text={listenerSettings(variant, target)} label={t('sources.add.settings')} />
        </div>
      )}
      {address && target.loopback && (
        <div className={css.notice}>
          <p>{t('sources.add.loopback', { address })}</p>
          <details>
            <summary>{t('sources.add.beyond')}</summary>
            <CodeBlock text={beyondLoopback(variant, target)} label={t('sources.add.beyond')} />
            <p>{t(`sources.add.beyondHow.${beyondKind(variant)}`, { key: target.key })}</p>
          </details>
        </div>
      )}
      {steps.map(({ id, text }, i) => (
        <div key={id}>
          <p className={css.step}>
            <b>{i + 1}</b>
            {id === 'file' ? (
              <span>
                {t('sources.add.step.file')} <code translate="no">{variant.file}</code>
              </span>
            ) : (
              <span>{t(`sources.add.step.${id}`)}</span>
            )}
          </p>
          <CodeBlock
            text={text}
            label={id === 'file' ? variant.file : t(`sources.add.step.${id}`)}
            {...(id === 'file' && { file: variant.file.split('/').at(-1) ?? variant.file })}
          />
        </div>
      ))}
      {variant.tried && (
        <p className={css.tried}>{t('sources.add.tried', { by: variant.tried })}</p>
      )}
      {address && since && (
        <FirstLine
          key={`${recipe.id} ${variant.id} ${since}`}
          input={variant.input}
          address={address}
          since={Date.parse(since)}
          clock={Date.parse(status.now)}
        />
      )}
    </>
  );
}

function beyondKind(variant: Variant): 'syslog' | 'tunnel' {
  return variant.listen.startsWith('syslog.') ? 'syslog' : 'tunnel';
}
