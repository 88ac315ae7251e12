import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
  type MaskedRole,
  maskedRoles,
  maskFields,
  type RoleView,
  rolesKey,
} from '../../../api/access';
import { useTime } from '../../../app/TimeProvider';
import { ErrorNotice } from '../../../ui/ErrorNotice';
import { Icon } from '../../../ui/Icon';
import { toast } from '../../../ui/toast';
import { AddButton } from '../../logs/builder/AddButton';
import { PickList } from '../../logs/builder/PickList';
import { useFieldOptions } from '../../logs/builder/usePickOptions';
import type { Completer } from '../../logs/query/complete';
import { useCompleter } from '../../logs/useCompleter';
import css from './Roles.module.css';

/** The fields that each role sees masked. A change holds at once, and can be taken back. */
export function Masks({ roles }: { roles: readonly RoleView[] }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { window } = useTime();
  const completer = useCompleter(window);
  const mask = useMutation({
    mutationFn: ({
      role,
      masked,
    }: {
      role: MaskedRole;
      masked: readonly string[];
      undo?: () => void;
    }) => maskFields(role, masked),
    onSuccess: (_, { role, undo }) => {
      const name = t(`role.${role}`);
      toast(t('access.masks.changed', { name }), undo && { undo });
    },
    onSettled: () => queries.invalidateQueries({ queryKey: rolesKey }),
  });
  const change = (role: MaskedRole, masked: readonly string[], before: readonly string[]) =>
    mask.mutate({ role, masked, undo: () => mask.mutate({ role, masked: before }) });
  const shown = maskedRoles.map((role) => ({
    role,
    masked: roles.find((view) => view.role === role)?.masked ?? [],
  }));
  return (
    <div className={css.masks}>
      {shown.map(({ role, masked }) => (
        // biome-ignore lint/a11y/useSemanticElements: no form is filled in
        <div key={role} role="group" aria-label={t(`role.${role}`)} className={css.mask}>
          <span className={css.role}>{t(`role.${role}`)}</span>
          {masked.length === 0 && <span className={css.no}>{t('access.masks.none')}</span>}
          {masked.map((field) => (
            <span key={field} className={css.chip}>
              <code translate="no">{field}</code>
              <button
                type="button"
                aria-label={t('access.masks.drop', { field })}
                disabled={mask.isPending}
                onClick={() =>
                  change(
                    role,
                    masked.filter((one) => one !== field),
                    masked,
                  )
                }
              >
                <Icon name="close" size={11} />
              </button>
            </span>
          ))}
          <AddButton label={t('access.masks.add')}>
            {(close) => (
              <FieldPick
                completer={completer}
                taken={masked}
                onPick={(field) => {
                  close();
                  if (!masked.includes(field)) change(role, [...masked, field].toSorted(), masked);
                }}
              />
            )}
          </AddButton>
        </div>
      ))}
      <p className={css.hint}>{t('access.masks.cost')}</p>
      {mask.error && <ErrorNotice error={mask.error} title={t('access.notSaved')} />}
    </div>
  );
}

interface FieldPickProps {
  completer: Completer;
  taken: readonly string[];
  onPick: (field: string) => void;
}

function FieldPick({ completer, taken, onPick }: FieldPickProps) {
  const { t } = useTranslation();
  const [text, setText] = useState('');
  const options = useFieldOptions(completer);
  return (
    <PickList
      label={t('access.masks.field')}
      options={options?.filter(({ value }) => value !== '_msg' && !taken.includes(value))}
      free={(typed) => typed}
      text={text}
      onText={setText}
      onPick={onPick}
    />
  );
}
