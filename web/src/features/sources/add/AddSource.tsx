import { useTranslation } from 'react-i18next';
import { useConnection } from '../../../app/connection';
import { Button } from '../../../ui/Button';
import { SidePanel } from '../../../ui/SidePanel';
import { groups, recipes } from '../recipes/recipes';
import { useSourcesSearch } from '../useSourcesSearch';
import css from './AddSource.module.css';
import { RecipeSteps } from './RecipeSteps';

/** Leads from "I have this shipper" to the first line that arrived from it. */
export function AddSource() {
  const { t } = useTranslation();
  const { status } = useConnection();
  const [{ add, via }, change] = useSourcesSearch();
  const recipe = recipes.find(({ id }) => id === add);
  const variant = recipe?.variants.find(({ id }) => id === via) ?? recipe?.variants[0];
  const close = () => change({ add: undefined, via: undefined, since: undefined });

  return (
    <SidePanel title={t('sources.add.title')} onClose={close}>
      <div className={css.body}>
        {groups.map((group) => (
          <fieldset key={group} className={css.group}>
            <legend>{t(`sources.add.group.${group}`)}</legend>
            {recipes
              .filter((one) => one.group === group)
              .map(({ id, name }) => (
                <Button
                  key={id}
                  size="small"
                  translate="no"
                  aria-pressed={id === recipe?.id}
                  className={css.recipe ?? ''}
                  onClick={() => change({ add: id, via: undefined, since: undefined })}
                >
                  {name}
                </Button>
              ))}
          </fieldset>
        ))}
        {recipe && variant && status ? (
          <RecipeSteps recipe={recipe} variant={variant} status={status} />
        ) : (
          <p className={css.hint}>{t('sources.add.choose')}</p>
        )}
      </div>
    </SidePanel>
  );
}
