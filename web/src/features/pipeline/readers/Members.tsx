import { useTranslation } from 'react-i18next';
import type { PipelineMember } from '../../../api/pipeline';
import { count, decimal } from '../../../ui/quantity';
import { TableHead } from '../../../ui/TableHead';
import { MemberName } from './MemberName';

/** The processes with how many partitions each of them reads. */
export function Members({ members }: { members: readonly PipelineMember[] }) {
  const { t } = useTranslation();
  return (
    <table>
      <TableHead
        columns={[
          [t('pipeline.readers.member')],
          [t('pipeline.readers.parts'), 'number'],
          [t('pipeline.readers.limit'), 'number', 'wide'],
          [t('pipeline.readers.rate'), 'number'],
        ]}
      />
      <tbody>
        {members.map((member) => (
          <tr key={member.id}>
            <th scope="row">
              <MemberName member={member} />
            </th>
            <td data-number="">{count(member.partitions.length)}</td>
            <td data-number="" data-wide="" data-dim="">
              {member.limit === null ? '–' : count(member.limit)}
            </td>
            <td data-number="">
              {member.records_per_second === null ? '–' : decimal(member.records_per_second)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
